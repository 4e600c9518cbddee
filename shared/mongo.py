"""The document store: every write is on disk at a majority before it counts."""

from collections.abc import Awaitable, Callable
from typing import Any

from motor.motor_asyncio import (
    AsyncIOMotorClient,
    AsyncIOMotorCollection,
    AsyncIOMotorDatabase,
)
from pymongo.errors import (
    ConnectionFailure,
    ExecutionTimeout,
    OperationFailure,
    PyMongoError,
    WTimeoutError,
)

from shared.settings import ServiceSettings

__all__ = ["Collection", "Database", "answers", "connect", "is_away", "renew"]

_OUT_OF_DISK = 14031

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
    return client[f"cpcs_{owner}"]


async def answers(database: Database) -> bool:
    """Tell whether the store answers."""
    try:
        await database.command("ping")
    except PyMongoError:
        return False
    return True


def is_away(fault: BaseException) -> bool:
    """Tell whether a fault is the store's: out of reach, or out of room."""
    if isinstance(fault, OperationFailure) and fault.code == _OUT_OF_DISK:
        return True
    return isinstance(fault, ConnectionFailure | ExecutionTimeout | WTimeoutError)


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
