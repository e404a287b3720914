"""Migrations of the declarations."""
