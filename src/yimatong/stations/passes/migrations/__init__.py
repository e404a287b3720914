"""Numbered migrations of the passes."""
