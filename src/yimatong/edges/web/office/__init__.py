"""What the control office, the health department and the auditor open: their pages, forms and tables, one subject a file."""
