"""What every test uses: interpreters, the tool, processes to look at, dumps of them, and the report."""
