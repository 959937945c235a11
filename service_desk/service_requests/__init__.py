"""service_requests: see docs/design.md."""
