"""Tests of what starts and checks the desk."""
