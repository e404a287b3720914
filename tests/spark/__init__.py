"""Spark judges as DuckDB does, in this process and on a real cluster."""
