"""casework: see docs/design.md."""
