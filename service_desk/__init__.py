"""The resident service desk."""
