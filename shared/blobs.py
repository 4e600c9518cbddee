"""The blob store: raw files under their SHA-256, in GridFS."""

import hashlib
from functools import cached_property
from typing import Any

from gridfs.errors import NoFile
from motor.motor_asyncio import AsyncIOMotorGridFSBucket

from shared.mongo import Database

__all__ = ["BlobMissingError", "BlobStore"]


class BlobMissingError(Exception):
    """No file is kept under this SHA-256."""


class BlobStore:
    """Files that messages only point to.

    A file exists once its last chunk and its entry are written, so a torn upload
    is as if it had never been.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._files = database["fs.files"]

    @cached_property
    def _bucket(self) -> AsyncIOMotorGridFSBucket:
        """The bucket, made on first use: it belongs to the loop that makes it."""
        return AsyncIOMotorGridFSBucket(self._database)

    async def put(self, content: bytes) -> str:
        """Keep a file; return its SHA-256 in hexadecimal."""
        digest = hashlib.sha256(content).hexdigest()
        if await self._files.find_one({"filename": digest}) is None:
            await self._bucket.upload_from_stream(digest, content)
        return digest

    async def get(self, digest: str) -> bytes:
        """Return the file kept under a SHA-256.

        Raises
        ------
        BlobMissingError
            No such file.
        """
        try:
            stream: Any = await self._bucket.open_download_stream_by_name(digest)
            content: bytes = await stream.read()
        except NoFile as fault:
            raise BlobMissingError(digest) from fault
        return content
