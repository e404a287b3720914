"""The desk without a network: its page, which a tablet keeps whole, and its API under `/d/`. docs/reference/offline-desk.md."""
