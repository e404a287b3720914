"""The judgement said once as Ibis expressions, for everybody at once: compiled to DuckDB and Spark.

Ibis is used as a compiler only (docs/decisions): an engine runs the SQL text with its own client.
"""
