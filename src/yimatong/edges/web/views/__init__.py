"""One module a group of pages. A view reads, and shows; what is written, an action writes."""
