"""Everything that writes to the records: keyword-only, with `by=`, all or nothing, audited."""
