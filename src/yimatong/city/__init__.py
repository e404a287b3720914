"""A synthetic Ningbo: streets by their official codes, and invented people who live, work and travel in them.

Nobody in it exists. Compounds, people and numbers are made up; only divisions and the epidemic's daily counts
are real. The same seed, size and days give the same bytes. It imports the core and nothing else of the product.
"""
