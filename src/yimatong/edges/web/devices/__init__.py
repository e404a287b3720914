"""What phones, scanners and offline desks share: requests signed by a key, answers and mistakes as JSON, pages that are kept whole."""
