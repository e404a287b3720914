"""一码通, the one-code pass: facts in, policy applied, everybody's colour out with its reasons."""
