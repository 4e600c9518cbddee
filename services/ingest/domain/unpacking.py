"""Files as people send them: packed, or as another system writes text."""

import bz2
import gzip
import io
import zipfile
import zlib
from collections.abc import Callable
from typing import IO, BinaryIO, cast

from services.ingest.domain.faults import UnreadableFileError

__all__ = ["unpacked"]

_MOST_BYTES = 200_000_000
_ALONE = "Pack the catalogue alone, or upload it as it is"
_DAMAGE = (OSError, EOFError, ValueError, RuntimeError, NotImplementedError, zlib.error)


def unpacked(content: bytes) -> tuple[bytes, str]:
    """Return the file within gzip, bzip2 or zip, text as UTF-8, and what was done.

    Raises
    ------
    UnreadableFileError
        It is damaged, holds several files, or is too large once it is unpacked.
    """
    for magic, name, opened in _PACKERS:
        if content.startswith(magic):
            return _read(content, name, opened), f"The file was packed with {name}."
    for mark in (b"\xff\xfe", b"\xfe\xff"):
        if content.startswith(mark):
            text = content.decode("utf-16", errors="replace")
            return text.encode(), "The file is text in UTF-16."
    return content, ""


def _read(content: bytes, name: str, opened: Callable[[bytes], IO[bytes]]) -> bytes:
    try:
        with opened(content) as file:
            inside = file.read(_MOST_BYTES + 1)
    except (*_DAMAGE, zipfile.BadZipFile) as fault:
        raise UnreadableFileError(
            f"The {name} file is damaged or cut short.", "Pack or upload it again"
        ) from fault
    if len(inside) > _MOST_BYTES:
        raise UnreadableFileError(
            f"Unpacked, the file has more than {_MOST_BYTES:,} bytes.",
            "Leave out columns that are not needed",
        )
    return inside


def _gunzipped(content: bytes) -> BinaryIO:
    return cast("BinaryIO", gzip.GzipFile(fileobj=io.BytesIO(content)))


def _bunzipped(content: bytes) -> BinaryIO:
    return cast("BinaryIO", bz2.BZ2File(io.BytesIO(content)))


def _only_file(content: bytes) -> IO[bytes]:
    archive = zipfile.ZipFile(io.BytesIO(content))
    files = [
        one
        for one in archive.infolist()
        if not one.is_dir() and not one.filename.startswith("__MACOSX/")
    ]
    if len(files) != 1:
        raise UnreadableFileError(
            f"The zip file holds {len(files)} files, not one.", _ALONE
        )
    if files[0].flag_bits & 1:
        raise UnreadableFileError("The zip file is encrypted.", _ALONE)
    return archive.open(files[0])


_PACKERS: tuple[tuple[bytes, str, Callable[[bytes], IO[bytes]]], ...] = (
    (b"\x1f\x8b", "gzip", _gunzipped),
    (b"BZh", "bzip2", _bunzipped),
    (b"PK\x03\x04", "zip", _only_file),
)
