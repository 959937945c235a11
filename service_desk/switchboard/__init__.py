"""switchboard: see docs/design.md."""
