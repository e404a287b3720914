"""The commands that start the product; the edges know nothing of them."""
