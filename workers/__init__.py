"""RQ jobs, the relay and the schedule."""
