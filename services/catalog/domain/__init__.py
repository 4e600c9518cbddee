"""Reference stars: cones on the sphere, and matching by position alone."""
