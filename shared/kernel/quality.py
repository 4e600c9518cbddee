"""What a file may say against one of its stars, whatever program wrote it."""

from enum import IntFlag

__all__ = ["Quality"]


class Quality(IntFlag):
    """Marks of a star; of no mark nothing is said against it."""

    SATURATED = 1
    CUT_OFF = 2
    """At the image's edge, or its aperture is not whole."""
    BAD_PIXELS = 4
    EXTENDED = 8
    """A galaxy, or a trail: not a point."""
    CROWDED = 16
    """A neighbour adds its light."""
