"""Judgements: runs over everybody, the verdicts in force, their reasons and their history. Nobody paints here."""
