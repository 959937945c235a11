"""accounts: see docs/design.md."""
