"""Programs and packages of others, and what the tool says of them."""
