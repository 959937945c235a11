"""intake: see docs/design.md."""
