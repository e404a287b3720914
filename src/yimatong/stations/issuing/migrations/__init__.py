"""Migrations of the issuing station."""
