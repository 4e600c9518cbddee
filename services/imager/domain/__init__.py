"""Pixels to stars: numpy, scipy, sep and astropy; no messages."""
