"""Numbered migrations of the judgements."""
