"""Tests of ratings and the invitations to give one."""
