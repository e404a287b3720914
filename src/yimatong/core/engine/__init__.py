"""One judgement, several engines: a readable reference, and one plan for DuckDB, Spark and PostgreSQL."""
