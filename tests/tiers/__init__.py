"""The tiers of the testing strategy, and what they check of types, references, threads, tasks and waits."""
