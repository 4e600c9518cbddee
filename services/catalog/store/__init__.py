"""Reference stars: definitions, local tables, tiles of remote surveys, cones."""
