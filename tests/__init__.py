"""The tests: one folder a room, and `support` for what they share."""
