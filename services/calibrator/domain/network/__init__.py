"""One light curve from many telescopes: all frames of a target and band in one.

``solution.py`` is to be read first.
"""
