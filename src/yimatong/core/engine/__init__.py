"""One judgement, several engines: a readable reference, and one plan for DuckDB and Spark."""
