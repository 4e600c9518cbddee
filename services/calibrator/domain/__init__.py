"""Zero-points, the choice of survey and band, the target's magnitude.

Read ``solve`` first.
"""
