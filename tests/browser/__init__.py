"""The office's pages in a real browser, over the product started as a person starts it."""
