"""A file as somebody sends it: in memory while it is small, then on disk."""

import tempfile
import weakref
from typing import BinaryIO, cast

from shared.kernel.fits_layout import FITS_MAGIC

__all__ = ["SentFile"]

_IN_MEMORY = 2_000_000


class SentFile:
    """The bytes of a file; never many of them in memory, and gone when it is."""

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.size = 0
        kept = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by close
        self._kept = cast("BinaryIO", kept)
        weakref.finalize(self, kept.close)

    def add(self, piece: bytes) -> None:
        """Take the next bytes."""
        self._kept.seek(0, 2)
        self._kept.write(piece)
        self.size += len(piece)

    @property
    def may_be_image(self) -> bool:
        """Whether it begins as an image does: FITS, or packed with gzip."""
        return self.read(0, 9).startswith((FITS_MAGIC, b"\x1f\x8b"))

    def read(self, start: int, count: int) -> bytes:
        """Return so many bytes from a place on, fewer where the file ends."""
        self._kept.seek(start)
        return self._kept.read(count)

    def whole(self) -> bytes:
        """Return all bytes."""
        return self.read(0, self.size)

    def opened(self) -> BinaryIO:
        """Return the file at its beginning."""
        self._kept.seek(0)
        return self._kept

    def close(self) -> None:
        """Forget the bytes."""
        self._kept.close()
