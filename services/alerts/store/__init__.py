"""What the alerts service owns: targets, observations, the inbox of packets."""
