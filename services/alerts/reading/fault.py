"""Why a packet cannot be read."""

__all__ = ["UnreadableError"]


class UnreadableError(Exception):
    """A packet cannot be read; the text is one sentence."""
