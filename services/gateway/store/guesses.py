"""Wrong hashtags, counted by all gateways together."""

import time

from limits.aio.storage import MongoDBStorage
from typing_extensions import override

from shared.mongo import database_name
from shared.settings import ServiceSettings

__all__ = ["CommonCounts"]


class CommonCounts(MongoDBStorage):
    """Counts in moving windows, in the gateway's own database."""

    def __init__(self, settings: ServiceSettings) -> None:
        super().__init__(
            settings.mongo_url.replace("mongodb", "async+mongodb", 1),
            database_name(settings, "gateway"),
            "guesses",
            "guesses_in_windows",
            serverSelectionTimeoutMS=5000,
            appname="cpcs-gateway",
        )

    @override
    async def get_moving_window(
        self, key: str, limit: int, expiry: int
    ) -> tuple[float, int]:
        """Return the start of a window and what is counted in it.

        The library (5.8) knows no start where all that was counted is over.
        """
        found: tuple[float | None, int] = await super().get_moving_window(
            key, limit, expiry
        )
        start, count = found
        return time.time() if start is None else start, count
