"""Complaining on one's own phone, without signing in; and seeing where a complaint stands, by its receipt."""
