"""Places, stations with their hours, roles and categories: what the desk is about."""
