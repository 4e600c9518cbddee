"""Files, and whether the store answers at all."""

import hashlib
import io
from collections.abc import Callable
from uuid import uuid4

import pytest

from shared.blobs import BlobMissingError, BlobStore
from shared.mongo import Database, answers, connect
from shared.settings import ServiceSettings


@pytest.mark.parametrize(
    ("times", "collection", "name"),
    [(50_000, "small", "_id"), (200_000, "fs.files", "filename")],
)
async def test_a_file_is_kept_once_under_its_sha256(
    connected: Callable[[str], Database], times: int, collection: str, name: str
) -> None:
    blobs = BlobStore(connected("blobs"))
    content = uuid4().bytes * times
    digest = await blobs.put(content)
    assert digest == hashlib.sha256(content).hexdigest()
    assert await blobs.put(content) == digest
    assert await blobs.get(digest) == content
    files = connected("blobs")[collection]
    assert await files.count_documents({name: digest}) == 1
    with pytest.raises(BlobMissingError):
        await blobs.get("0" * 64)


@pytest.mark.parametrize("times", [50_000, 300_000])
async def test_an_open_file_is_kept_had_on_disk_and_forgotten(
    times: int, connected: Callable[[str], Database]
) -> None:
    blobs = BlobStore(connected("blobs"))
    content = uuid4().bytes * times
    digest = await blobs.put_file(io.BytesIO(content))
    assert digest == hashlib.sha256(content).hexdigest()
    assert await blobs.put_file(io.BytesIO(content)) == digest
    async with blobs.as_file(digest) as path:
        assert path.read_bytes() == content
    assert not path.exists()
    await blobs.drop(digest)
    await blobs.drop(digest)
    with pytest.raises(BlobMissingError):
        await blobs.get(digest)
    with pytest.raises(BlobMissingError):
        async with blobs.as_file(digest):
            raise AssertionError("it is gone")


async def test_a_store_that_is_away_is_told(
    connected: Callable[[str], Database], infrastructure: ServiceSettings
) -> None:
    assert await answers(connected("gateway"))
    nowhere = infrastructure.model_copy(update={"mongo_url": "mongodb://127.0.0.1:1/"})
    away = connect(nowhere, "gateway", patience=0.1)
    assert not await answers(away)
    away.client.close()
