"""What the pages of officials share: who may open what, the frame, tables, looks that are counted, signing in."""
