"""service_clock: see docs/design.md."""
