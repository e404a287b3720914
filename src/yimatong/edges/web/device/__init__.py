"""What the APIs of enrolled devices share: requests signed by a key of their own, and how a mistake is told."""
