"""`make attack`: everybody who has a role tries to paint, to hide, to read; each try is refused or found, and succeeds without its guard."""
