"""Passes: a phone is bound to a person, a credential follows the verdict in force, strips are signed for days ahead."""
