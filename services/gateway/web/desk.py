"""What every request is served from."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from limits.aio.strategies import MovingWindowRateLimiter

from services.gateway.settings import Settings
from services.gateway.store.stores import Stores
from services.gateway.web.doors import Doors
from services.gateway.web.room import Places, Room
from services.gateway.web.slow import SlowBodies
from shared.blobs import BlobStore
from shared.messaging.service import Publish
from shared.messaging.transport import Transport

__all__ = ["Desk"]


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The stores, the way to say an event, and what bounds a visitor.

    Attributes
    ----------
    doors, room, slow
        Bounds on connections, on bodies in memory, and on slow bodies.
    keeping, answering
        How many uploads are kept at once, and how many are waited for.
    searching
        How many periods are looked for at once: each takes a core.
    pace
        How often somebody may ask this gateway.
    guesses
        How often an address may send hashtags that nobody has, all gateways together.
    broker
        A connection of its own, for whoever looks after the dead letters.
    land
        The map's coast as an SVG path.
    sesame
        Says what is known of a name, empty where it is silent; ``None``: not asked.
    """

    settings: Settings
    stores: Stores
    blobs: BlobStore
    publish: Publish
    doors: Doors
    room: Room
    slow: SlowBodies
    keeping: Places
    answering: Places
    searching: Places
    pace: MovingWindowRateLimiter
    guesses: MovingWindowRateLimiter
    broker: Callable[[], AbstractAsyncContextManager[Transport]]
    land: str
    sesame: Callable[[str], Awaitable[str]] | None = None
