"""People, places, officials, facts, deliveries and the audit log: the only package that stores a fact."""
