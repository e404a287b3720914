"""The vectors are made here, from test keys whose secrets everybody can work out: `python -m vectors.make`."""
