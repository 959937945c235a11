"""supervision: see docs/design.md."""
