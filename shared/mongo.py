"""The document store: every write is on disk at a majority before it counts."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from motor.motor_asyncio import (
    AsyncIOMotorClient,
    AsyncIOMotorCollection,
    AsyncIOMotorDatabase,
)
from pymongo import ASCENDING
from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    ExecutionTimeout,
    OperationFailure,
    PyMongoError,
    WTimeoutError,
)

from shared.settings import ServiceSettings, place_of

__all__ = [
    "Collection",
    "Database",
    "answers",
    "connect",
    "database_name",
    "index_of_some",
    "is_away",
    "keep_new",
    "no_index",
    "put_each",
    "renew",
    "store_fault",
]

_OUT_OF_DISK = 14031
_DUPLICATE = 11000

Database = AsyncIOMotorDatabase[dict[str, Any]]
Collection = AsyncIOMotorCollection[dict[str, Any]]


def connect(settings: ServiceSettings, owner: str, patience: float = 5.0) -> Database:
    """Return the database that one service owns.

    Parameters
    ----------
    settings
        Where the store is.
    owner
        Name of the service; no other service opens this database.
    patience
        How long [s] to look for a store that does not answer.
    """
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(
        settings.mongo_url,
        w="majority",
        journal=True,
        tz_aware=True,
        uuidRepresentation="standard",
        serverSelectionTimeoutMS=round(patience * 1000),
        appname=f"cpcs-{owner}",
    )
    return client[database_name(settings, owner)]


def database_name(settings: ServiceSettings, owner: str) -> str:
    """Return the name of the database that one service owns."""
    return f"{settings.mongo_prefix}_{owner}"


async def answers(database: Database) -> bool:
    """Tell whether the store answers."""
    try:
        await database.command("ping")
    except PyMongoError:
        return False
    return True


async def store_fault(settings: ServiceSettings) -> str:
    """Return why the store cannot be used, in a sentence; nothing where it can."""
    database = connect(settings, "any", patience=3.0)
    try:
        await database["any"].find_one()
    except OperationFailure:
        return f"The store at {place_of(settings.mongo_url)} does not let us in."
    except PyMongoError:
        return f"The store at {place_of(settings.mongo_url)} does not answer."
    finally:
        database.client.close()
    return ""


def is_away(fault: BaseException) -> bool:
    """Tell whether a fault is the store's: out of reach, or out of room."""
    if isinstance(fault, BulkWriteError):
        told = fault.details or {}
        codes = {error["code"] for error in told.get("writeErrors", ())}
        return _OUT_OF_DISK in codes or bool(told.get("writeConcernErrors"))
    if isinstance(fault, OperationFailure) and fault.code == _OUT_OF_DISK:
        return True
    return isinstance(fault, ConnectionFailure | ExecutionTimeout | WTimeoutError)


async def keep_new(
    collection: Collection, documents: Sequence[dict[str, Any]]
) -> frozenset[int]:
    """Keep many documents at once; return the places of those that clash.

    One clashes whose id, or what else is unique, is kept already: it is left out.
    """
    if not documents:
        return frozenset()
    try:
        await collection.insert_many(documents, ordered=False)
    except BulkWriteError as fault:
        told = fault.details or {}
        errors = told.get("writeErrors", [])
        others = [error for error in errors if error["code"] != _DUPLICATE]
        if others or not errors or told.get("writeConcernErrors"):
            raise
        return frozenset(int(error["index"]) for error in errors)
    return frozenset()


async def index_of_some(collection: Collection, *fields: str, **options: Any) -> None:
    """Make an index of some documents; one of all that an older version made goes.

    It has a name of its own, so that an older process beside can still make the other.

    Parameters
    ----------
    fields
        What is indexed, ascending.
    options
        As MongoDB has them: ``sparse``, or which documents are indexed.
    """
    await no_index(collection, *fields)
    keys = [(field, ASCENDING) for field in fields]
    await collection.create_index(keys, name=f"some_{'_'.join(fields)}", **options)


async def no_index(collection: Collection, *fields: str) -> None:
    """Drop an index of fields that an older version made."""
    name = "_".join(f"{field}_{ASCENDING}" for field in fields)
    if name in await collection.index_information():
        await collection.drop_index(name)


async def put_each(collection: Collection, documents: Sequence[dict[str, Any]]) -> None:
    """Keep documents, instead of those of their ids: seldom there are any."""
    for place in sorted(await keep_new(collection, documents)):
        document = documents[place]
        await collection.replace_one({"_id": document["_id"]}, document, upsert=True)


async def renew(
    collection: Collection,
    layout: int,
    write_again: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """Bring the documents of an older version of the server to the present layout.

    Their indexes go too; the caller makes its own afterwards. After a kill on the way
    the next start begins again.

    Parameters
    ----------
    collection
        What is kept.
    layout
        Number of the present layout; once it is reached nothing is done.
    write_again
        Keeps a document as the present version does; doing it twice changes nothing.
    """
    layouts, name = collection.database["layouts"], {"_id": collection.name}
    reached = await layouts.find_one(name)
    if reached is not None and reached["layout"] == layout:
        return
    await collection.drop_indexes()
    async for document in collection.find():
        await write_again(document)
    await layouts.update_one(name, {"$set": {"layout": layout}}, upsert=True)
