"""The office's pages: what the control office, the health department and the auditors see."""
