"""routing: see docs/design.md."""
