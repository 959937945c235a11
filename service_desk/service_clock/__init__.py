"""When something is due: calendars, clock policies, and the pure walk over service time."""
