"""The database of the records, step by step."""
