"""Policies: what turns a code red, as dated data that a health official can read, and how it is loaded and checked."""
