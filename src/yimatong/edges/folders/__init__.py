"""A folder of facts, written by hand or by another program: read, checked, judged, and the outcome written.

docs/reference/judge.md describes the form; nothing here needs a database.
"""
