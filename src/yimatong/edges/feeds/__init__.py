"""Feeds: files from elsewhere become facts, each by its contract; what is wrong is held back, never dropped or guessed."""
