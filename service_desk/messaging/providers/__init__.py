"""providers: see docs/design.md."""
