"""Targets, their names, and what may happen to an observation."""
