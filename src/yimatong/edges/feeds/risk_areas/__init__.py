"""The official risk-area lists: each a state at an instant; entries that appear start, entries that are gone end."""
