"""The stations on a person's way, in order; a later one may look back along the way, never ahead."""
