"""Issuing: points and their desks, numbers, paper passes, the register, blanks, and what is taken back."""
