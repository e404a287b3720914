"""The figures of the product, each measured against a bound or a peer in the same run: `python -m bench`."""
