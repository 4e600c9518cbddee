"""What the gateway does with the events it hears: keep the view, end the jobs."""
