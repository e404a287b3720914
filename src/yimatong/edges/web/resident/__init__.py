"""What a resident meets: signing in through a channel, declaring, why and what next; complaining; texts. Pages for a phone first."""
