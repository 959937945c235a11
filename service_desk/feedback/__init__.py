"""feedback: see docs/design.md."""
