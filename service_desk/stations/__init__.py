"""Station days: when a station was really open, and whether for eight hours (domain.md §14)."""
