"""audit: see docs/design.md."""
