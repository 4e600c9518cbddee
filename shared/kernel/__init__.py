"""A few pure things that every domain may know: no I/O, no messages."""
