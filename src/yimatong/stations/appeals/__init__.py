"""The last station: what a person objects to. An objection names one fact; it never sets a colour."""
