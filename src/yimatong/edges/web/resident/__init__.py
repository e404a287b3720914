"""What a resident meets: signing in through a channel, declaring, why and what next. Pages under /me/, for a phone first."""
