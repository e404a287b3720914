"""The resident's pages, one subject a file."""
