"""What tests stand on: databases, queue, client, live desk, browser."""
