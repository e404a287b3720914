"""The office's pages, without a database."""
