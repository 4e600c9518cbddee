"""The blob store: raw files under their SHA-256."""

import hashlib
from contextlib import suppress
from functools import cached_property
from typing import Any

from gridfs.errors import NoFile
from motor.motor_asyncio import AsyncIOMotorGridFSBucket
from pymongo.errors import DuplicateKeyError

from shared.mongo import Database

__all__ = ["BlobMissingError", "BlobStore"]

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
