"""Everything that a server keeps, in one file, and back.

All of it is in the store: the broker holds nothing that the stores do not say again.
What asks is read before what answers, and files last: an observation whose job is in
the backup is in it too, or is made again when the job is said again. On MongoDB all is
read as it was at one moment, if that does not take too long.
"""

import json
import os
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import bson
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import OperationFailure, PyMongoError

from shared.mongo import database_name
from shared.operating import OperatorError
from shared.settings import ServiceSettings

__all__ = ["Counts", "back_up", "bring_back", "holds_something"]

OWNERS = ("gateway", "calibrator", "catalog", "alerts", "blobs")
"""In the order of reading: what asks, what answers, files."""
_LAST = ("counters", "fs.chunks")
"""A number that was given must never be given again; pieces follow their file."""
_NOT_KEPT = ("guesses", "guesses_in_windows")
_FORMAT = 1
_MANIFEST = "manifest.json"
_HASHTAG = "admin-hashtag"
_BATCH_BYTES = 8_000_000
_MOMENT_IS_OVER = {239, 246}
"""What MongoDB says of a moment that it remembers no longer: five minutes, unless told
otherwise (``minSnapshotHistoryWindowInSeconds``). The order of reading serves then."""
_RAW: CodecOptions[Any] = CodecOptions(document_class=RawBSONDocument)

Counts = Mapping[str, int]
"""How many documents of each collection."""


@dataclass(frozen=True)
class _Reading:
    """The store, at one moment where it can be read so."""

    client: MongoClient[Any]
    session: ClientSession | None


def back_up(settings: ServiceSettings, path: Path) -> Counts:
    """Write everything into a file, which is there whole or not at all.

    Only its owner may read it: it is as secret as the store.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        try:
            counts = _write(settings, part, at_one_moment=True)
        except OperationFailure as fault:
            if fault.code not in _MOMENT_IS_OVER:
                raise
            counts = _write(settings, part, at_one_moment=False)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return counts


def _write(settings: ServiceSettings, part: Path, *, at_one_moment: bool) -> Counts:
    part.unlink(missing_ok=True)
    part.touch(0o600)
    with (
        _reading(settings, at_one_moment=at_one_moment) as reading,
        zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
    ):
        counts = dict(_written(settings, reading, archive))
        _keep_hashtag(settings, archive)
        told = {
            "format": _FORMAT,
            "made": datetime.now(UTC).isoformat(timespec="seconds"),
            "of one moment": reading.session is not None,
            "documents": counts,
        }
        archive.writestr(_MANIFEST, json.dumps(told, indent=1))
    with part.open("rb") as file:
        os.fsync(file.fileno())
    return counts


@contextmanager
def _reading(settings: ServiceSettings, *, at_one_moment: bool) -> Iterator[_Reading]:
    with MongoClient[Any](settings.mongo_url) as client:
        session = _moment(settings, client) if at_one_moment else None
        if session is None:
            yield _Reading(client, None)
            return
        with session:
            yield _Reading(client, session)


def _moment(
    settings: ServiceSettings, client: MongoClient[Any]
) -> ClientSession | None:
    """Return what reads the store as it is now; ``None`` where it cannot."""
    try:
        session = client.start_session(snapshot=True)
        probe = client[database_name(settings, "gateway")]["jobs"]
        probe.find_one(session=session)
    except PyMongoError:
        return None
    return session


def _written(
    settings: ServiceSettings, reading: _Reading, archive: zipfile.ZipFile
) -> Iterator[tuple[str, int]]:
    for owner in OWNERS:
        database = reading.client[database_name(settings, owner)]
        for name in _in_order(database):
            count = 0
            with archive.open(f"{owner}/{name}.bson", "w", force_zip64=True) as out:
                found = database.get_collection(name, _RAW).find(
                    session=reading.session
                )
                for document in found:
                    out.write(document.raw)
                    count += 1
            yield f"{owner}/{name}", count


def _in_order(database: Database[Any]) -> list[str]:
    names = set(database.list_collection_names()) - set(_NOT_KEPT)
    kept = [name for name in names if not name.startswith("system.")]
    return sorted(kept, key=lambda name: (name in _LAST, name))


def _keep_hashtag(settings: ServiceSettings, archive: zipfile.ZipFile) -> None:
    path = settings.data_dir / _HASHTAG
    if path.exists():
        archive.writestr(_HASHTAG, path.read_bytes())


def holds_something(settings: ServiceSettings) -> bool:
    """Tell whether the store holds a server's data."""
    with MongoClient[Any](settings.mongo_url) as client:
        return any(
            client[database_name(settings, owner)].list_collection_names()
            for owner in OWNERS
        )


def bring_back(settings: ServiceSettings, path: Path) -> Counts:
    """Put a backup in the place of everything that the store holds.

    Jobs that had not ended are said again when the gateway starts.

    Raises
    ------
    OperatorError
        The file is no backup, or damaged.
    """
    with _opened(path) as archive, MongoClient[Any](settings.mongo_url) as client:
        counts = json.loads(archive.read(_MANIFEST))["documents"]
        for owner in OWNERS:
            client.drop_database(database_name(settings, owner))
        for name in counts:
            owner, _, collection = name.partition("/")
            database = client[database_name(settings, owner)]
            with archive.open(f"{name}.bson") as documents:
                _insert(database, collection, documents)
        _let_jobs_go_on(client[database_name(settings, "gateway")])
        _bring_hashtag_back(settings, archive)
    return dict(counts)


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a backup, all of whose bytes are as they were written."""
    try:
        with zipfile.ZipFile(path) as archive:
            told = json.loads(archive.read(_MANIFEST))
            if told["format"] != _FORMAT:
                raise OperatorError(f"{path} is of another version of the server.")
            if (damaged := archive.testzip()) is not None:
                raise OperatorError(f"{path} is damaged: {damaged}.")
            yield archive
    except FileNotFoundError as fault:
        raise OperatorError(f"{path} does not exist.") from fault
    except (KeyError, ValueError, zipfile.BadZipFile) as fault:
        raise OperatorError(f"{path} is no backup of this server.") from fault


def _insert(database: Database[Any], name: str, documents: IO[bytes]) -> None:
    collection = database.get_collection(name, _RAW)
    for batch in _batches(documents):
        collection.insert_many(batch, ordered=False)


def _batches(documents: IO[bytes]) -> Iterator[list[RawBSONDocument]]:
    batch, size = list[RawBSONDocument](), 0
    for document in bson.decode_file_iter(documents, _RAW):
        batch.append(document)
        size += len(document.raw)
        if size > _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _let_jobs_go_on(gateway: Database[Any]) -> None:
    again = {"$set": {"said": False, "submitted": datetime.now(UTC)}}
    gateway["jobs"].update_many({"state": "waiting"}, again)


def _bring_hashtag_back(settings: ServiceSettings, archive: zipfile.ZipFile) -> None:
    if _HASHTAG in archive.namelist():
        path = settings.data_dir / _HASHTAG
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(0o600)
        path.write_bytes(archive.read(_HASHTAG))
