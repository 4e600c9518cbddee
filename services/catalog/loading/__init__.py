"""An operator's file of stars, in whatever format, read in pieces."""
