"""Checks of dumping: the process runs on, and the dump is whole or says what is missing."""
