"""The station that tells people what concerns them: in their own inbox at the minute, by text, by their channel, at the door."""
