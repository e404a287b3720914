"""The page of the offline desk, which a tablet keeps whole."""
