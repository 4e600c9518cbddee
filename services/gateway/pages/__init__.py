"""Pages for people, and the inherited ``cgi/`` forms and JSON of the manual."""
