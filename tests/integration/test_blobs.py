"""Files, and whether the store answers at all."""

import hashlib
from collections.abc import Callable
from uuid import uuid4

import pytest

from shared.blobs import BlobMissingError, BlobStore
from shared.mongo import Database, answers, connect
from shared.settings import ServiceSettings


async def test_a_file_is_kept_once_under_its_sha256(
    connected: Callable[[str], Database],
) -> None:
    blobs = BlobStore(connected("blobs"))
    content = uuid4().bytes * 50_000
    digest = await blobs.put(content)
    assert digest == hashlib.sha256(content).hexdigest()
    assert await blobs.put(content) == digest
    assert await blobs.get(digest) == content
    files = connected("blobs")["fs.files"]
    assert await files.count_documents({"filename": digest}) == 1
    with pytest.raises(BlobMissingError):
        await blobs.get("0" * 64)


async def test_a_store_that_is_away_is_told(
    connected: Callable[[str], Database], infrastructure: ServiceSettings
) -> None:
    assert await answers(connected("gateway"))
    nowhere = infrastructure.model_copy(update={"mongo_url": "mongodb://127.0.0.1:1/"})
    away = connect(nowhere, "gateway", patience=0.1)
    assert not await answers(away)
    away.client.close()
