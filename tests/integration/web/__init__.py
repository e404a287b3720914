"""The office's pages over a small town in a real database."""
