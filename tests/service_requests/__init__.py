"""Tests of the record: its states, clocks, approvals, and who sees it."""
