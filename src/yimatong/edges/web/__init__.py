"""The pages and interfaces of the product, a folder for whoever opens them."""
