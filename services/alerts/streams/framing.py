"""Frames of the VOEvent Transport Protocol: a count of bytes, then a document.

IVOA Recommendation VTP 2.0 (2017), section 3.
"""

import asyncio
from dataclasses import dataclass

__all__ = ["Clocks", "FrameTooLargeError", "framed", "read_frame"]

_HEAD = 4


class FrameTooLargeError(Exception):
    """A frame announces more bytes than are taken: the stream cannot be followed."""


@dataclass(frozen=True)
class Clocks:
    """How long [s] a peer may be silent, and may take over one frame."""

    idle: float = 120.0
    frame: float = 30.0


def framed(document: bytes) -> bytes:
    """Return a document as it goes over the wire."""
    return len(document).to_bytes(_HEAD, "big") + document


async def read_frame(
    reader: asyncio.StreamReader, largest: int, clocks: Clocks
) -> bytes:
    """Return the next document.

    Raises
    ------
    FrameTooLargeError
        It would be larger than ``largest`` [bytes]; nothing was allocated for it.
    TimeoutError
        The peer was silent, or did not finish the frame in time.
    asyncio.IncompleteReadError
        The peer is gone.
    """
    async with asyncio.timeout(clocks.idle):
        first = await reader.readexactly(1)
    async with asyncio.timeout(clocks.frame):
        size = int.from_bytes(first + await reader.readexactly(_HEAD - 1), "big")
        if size > largest:
            raise FrameTooLargeError(f"a frame of {size} bytes")
        return await reader.readexactly(size)
