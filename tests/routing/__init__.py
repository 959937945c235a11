"""Tests of who gets a request, and why."""
