"""front: see docs/design.md."""
