"""What builds, checks and starts the desk; nothing of the product imports it."""
