"""The first station: who somebody is, what they declare, by which channel, for whom, and what contradicts it."""
