"""The pure heart: no Django, no database, no clock, no network. Instants and policies come in as arguments."""
