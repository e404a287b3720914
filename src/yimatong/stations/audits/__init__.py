"""The audit chain is sealed outside the database, and everything that stands is verified: each minute what is new, each night all of it."""
