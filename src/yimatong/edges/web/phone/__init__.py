"""What a phone asks for: JSON under /e/, as docs/reference/passes.md says; and its page, under `page`."""
