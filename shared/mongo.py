"""The document store: every write is on disk at a majority before it counts."""

from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorDatabase
from pymongo.errors import PyMongoError

from shared.settings import ServiceSettings

__all__ = ["Database", "answers", "connect"]

Database = AsyncIOMotorDatabase[dict[str, Any]]


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
