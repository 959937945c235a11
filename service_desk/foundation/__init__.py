"""foundation: see docs/design.md."""
