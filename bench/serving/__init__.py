"""The product as granian serves it, with one address more that does nothing: the bound of the renewal's figure."""
