"""The way into the database that Django is given as its `ENGINE`."""
