"""The blob store: raw files under their SHA-256."""

import asyncio
import hashlib
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

from gridfs.errors import NoFile
from motor.motor_asyncio import AsyncIOMotorGridFSBucket
from pymongo.errors import DuplicateKeyError

from shared.mongo import Database

__all__ = ["BlobMissingError", "BlobStore", "clear_rooms"]

_PIECE = 1 << 20
_ROOM, _LEFT = "cpcs-", 3600.0
_SMALL = 2_000_000
"""[bytes] Far below what a document may hold."""


class BlobMissingError(Exception):
    """No file is kept under this SHA-256."""


class BlobStore:
    """Files that messages only point to.

    A small one is a document, which is there or not. A larger one is in GridFS, where
    it exists once its last chunk and its entry are written: a torn upload is as if it
    had never been.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._small = database["small"]
        self._files = database["fs.files"]

    @cached_property
    def _bucket(self) -> AsyncIOMotorGridFSBucket:
        """The bucket, made on first use: it belongs to the loop that makes it."""
        return AsyncIOMotorGridFSBucket(self._database)

    async def put(self, content: bytes) -> str:
        """Keep a file; return its SHA-256 in hexadecimal."""
        digest = hashlib.sha256(content).hexdigest()
        if len(content) <= _SMALL:
            with suppress(DuplicateKeyError):
                await self._small.insert_one({"_id": digest, "content": content})
        elif await self._files.find_one({"filename": digest}) is None:
            await self._bucket.upload_from_stream(digest, content)
        return digest

    async def put_file(self, file: BinaryIO) -> str:
        """Keep an open file, which is never whole in memory; return its SHA-256."""
        size = file.seek(0, 2)
        file.seek(0)
        if size <= _SMALL:
            return await self.put(file.read())
        digest = await asyncio.to_thread(_digest_of, file)
        file.seek(0)
        if await self._files.find_one({"filename": digest}) is None:
            await self._bucket.upload_from_stream(digest, file)
        return digest

    @asynccontextmanager
    async def as_file(self, digest: str) -> AsyncIterator[Path]:
        """Have a kept file on disk while the block runs, never whole in memory.

        Raises
        ------
        BlobMissingError
            No such file.
        """
        with tempfile.TemporaryDirectory(prefix=_ROOM) as folder:
            path = Path(folder, digest)
            file = await asyncio.to_thread(path.open, "wb")
            try:
                await self.copy(digest, file)
            finally:
                await asyncio.to_thread(file.close)
            yield path

    async def copy(self, digest: str, file: BinaryIO) -> None:
        """Write a kept file into an open one, never whole in memory.

        Raises
        ------
        BlobMissingError
            No such file.
        """
        small = await self._small.find_one({"_id": digest})
        if small is not None:
            file.write(small["content"])
            return
        try:
            await self._bucket.download_to_stream_by_name(digest, file)
        except NoFile as fault:
            raise BlobMissingError(digest) from fault

    async def drop(self, digest: str) -> None:
        """Forget a file; one that is not kept is forgotten already."""
        await self._small.delete_one({"_id": digest})
        async for entry in self._files.find({"filename": digest}):
            with suppress(NoFile):
                await self._bucket.delete(entry["_id"])

    async def get(self, digest: str) -> bytes:
        """Return the file kept under a SHA-256.

        Raises
        ------
        BlobMissingError
            No such file.
        """
        small = await self._small.find_one({"_id": digest})
        if small is not None:
            return bytes(small["content"])
        try:
            stream: Any = await self._bucket.open_download_stream_by_name(digest)
            content: bytes = await stream.read()
        except NoFile as fault:
            raise BlobMissingError(digest) from fault
        return content


def clear_rooms() -> None:
    """Clear away files on disk of processes that were killed an hour ago or more."""
    for room in Path(tempfile.gettempdir()).glob(f"{_ROOM}*"):
        with suppress(FileNotFoundError):
            if time.time() - room.stat().st_mtime > _LEFT:
                shutil.rmtree(room, ignore_errors=True)


def _digest_of(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    while piece := file.read(_PIECE):
        digest.update(piece)
    return digest.hexdigest()
