"""Events in, events out: the only place that knows there is a broker."""
