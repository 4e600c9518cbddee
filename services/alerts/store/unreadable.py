"""What to do about what is kept and yet cannot be read any more."""

from collections.abc import Callable

from pydantic import ValidationError

__all__ = ["Unreadable", "raised"]

Unreadable = Callable[[str, ValidationError], None]
"""Told of something by its name, and what is wrong with it."""


def raised(_: str, fault: ValidationError) -> None:
    """Raise the fault: nobody asked to hear of it."""
    raise fault
