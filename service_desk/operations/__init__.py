"""operations: see docs/design.md."""
