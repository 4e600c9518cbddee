"""Takes packets that other programs put into a folder, and packets in archives."""

import asyncio
import tarfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import structlog

from services.alerts.streams.vtp import Deliver
from shared.background import in_background

__all__ = ["packets_in", "spooled"]

_log = structlog.get_logger()
_LOOK = 1.0
_UNFINISHED = (".", "~")


@asynccontextmanager
async def spooled(folder: Path, deliver: Deliver, largest: int) -> AsyncIterator[None]:
    """Take what is put into a folder while the block runs.

    A file counts when it is there under its own name: write it as ``.name`` or
    ``name~`` and rename it. What was taken goes; what is too large stays, as
    ``name.refused``.
    """
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    async with in_background(_watch(folder, deliver, largest)):
        yield


async def _watch(folder: Path, deliver: Deliver, largest: int) -> None:
    while True:
        try:
            paths = await asyncio.to_thread(_finished, folder)
        except OSError as fault:
            _log.warning("spool.fault", reason=repr(fault))
            paths = []
        for path in paths:
            try:
                await _take(path, deliver, largest)
            except OSError as fault:  # the others are taken all the same
                _log.warning("spool.fault", file=path.name, reason=repr(fault))
        await asyncio.sleep(_LOOK)


def _finished(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_file()
        and not path.name.startswith(_UNFINISHED[0])
        and not path.name.endswith((_UNFINISHED[1], ".refused"))
    )


async def _take(path: Path, deliver: Deliver, largest: int) -> None:
    raw = await asyncio.to_thread(_read, path, largest)
    if raw is None:
        _log.warning("spool.refused", file=path.name)
        return
    await deliver(raw, "spool")
    await asyncio.to_thread(path.unlink)


def _read(path: Path, largest: int) -> bytes | None:
    """Return a file's content; one that is too large is put aside."""
    if path.stat().st_size <= largest:
        return path.read_bytes()
    path.rename(path.with_name(f"{path.name}.refused"))
    return None


def packets_in(path: Path, largest: int) -> Iterator[bytes]:
    """Yield the packets of a tar archive, of a folder, or the one of a file.

    Members that are too large or no files are left out; nothing is unpacked.
    """
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.is_file() and file.stat().st_size <= largest:
                yield file.read_bytes()
    elif tarfile.is_tarfile(path):
        with tarfile.open(path) as archive:
            for member in archive:
                content = archive.extractfile(member) if member.isfile() else None
                if content is not None and member.size <= largest:
                    yield content.read()
    else:
        yield path.read_bytes()
