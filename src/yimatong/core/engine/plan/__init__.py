"""The judgement said once as Ibis expressions, for everybody at once: compiled to DuckDB, Spark and PostgreSQL.

Ibis is used as a compiler only (docs/decisions): an engine runs the SQL text with its own client.
"""
