"""Telling people, against the database."""
