"""The gateway without a store, a broker or other services: all in this process.

What a use case says is answered at once by whoever the test appoints.
"""

from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from services.gateway.settings import Settings
from services.gateway.store.stores import Stores
from services.gateway.web.desk import Desk
from services.gateway.web.doors import Doors
from services.gateway.web.room import Places, Room
from services.gateway.web.sent import SentFile
from services.gateway.web.slow import Least, SlowBodies
from shared.blobs import BlobStore
from shared.contracts.base import Event
from shared.messaging.memory import MemoryTransport
from tests.support.stores import Blobs, Hashtags, Images, Jobs, Observers, Targets, View

__all__ = ["Office", "Refusal", "sent"]


def sent(content: bytes, name: str = "") -> SentFile:
    """Return a file as somebody sent it."""
    file = SentFile(name)
    file.add(content)
    return file


@dataclass(frozen=True)
class Refusal:
    """Another service says no."""

    message: str
    hint: str = ""


class Office:
    """A desk with everything in memory, and what was said from it.

    ``answering`` returns what another service says to an event, or refuses it;
    ``None``: nothing yet.
    """

    def __init__(
        self,
        answering: Callable[[Any], Event | Refusal | None] = lambda _: None,
        settings: Settings | None = None,
    ) -> None:
        self.said: list[Event] = []
        self.answering = answering
        self.jobs, self.view, self.blobs = Jobs(), View(), Blobs()
        self.hashtags, self.observers = Hashtags(), Observers()
        self.targets = Targets()
        self.webhooks: Any = SimpleNamespace()
        self.images = Images()
        self.packets: Any = SimpleNamespace()
        self.broker = MemoryTransport()
        self.desk = self._desk(settings or Settings())

    async def publish(
        self, event: Event, *, id: UUID, correlation_id: UUID | None = None
    ) -> None:
        self.said.append(event)
        job = correlation_id or id
        match self.answering(event):
            case Refusal(message, hint):
                await self.jobs.refuse(job, message, hint)
            case Event() as answer:
                await self.jobs.finish(job, answer)
            case _:
                pass

    def _desk(self, settings: Settings) -> Desk:
        stores = SimpleNamespace(
            jobs=self.jobs,
            view=self.view,
            hashtags=self.hashtags,
            observers=self.observers,
            webhooks=self.webhooks,
            packets=self.packets,
            images=self.images,
            targets=self.targets,
        )

        @asynccontextmanager
        async def broker() -> Any:
            yield self.broker

        return Desk(
            settings=settings,
            stores=cast("Stores", stores),
            blobs=cast("BlobStore", self.blobs),
            publish=self.publish,
            doors=Doors(10.0, 100, 100),
            room=Room(10**9),
            slow=SlowBodies(Least(10.0, 1000.0, 600.0, 8)),
            keeping=Places(1, patience=0.01),
            answering=Places(1, patience=0.01),
            searching=Places(1, patience=0.01),
            pace=MovingWindowRateLimiter(MemoryStorage()),
            guesses=MovingWindowRateLimiter(MemoryStorage()),
            broker=broker,
            land="",
        )
