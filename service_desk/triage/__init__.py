"""triage: see docs/design.md."""
