"""messaging: see docs/design.md."""
