"""Says everything again, so that a lost view can be rebuilt."""

from collections.abc import AsyncIterator

from services.alerts.handlers.making import told
from services.alerts.reading import UnreadableError, read_packet
from services.alerts.store.inbox import Entry, InboxStore
from services.alerts.store.observations import ObservationStore
from services.alerts.store.targets import TargetStore
from shared.contracts.alerts import AlertCreated
from shared.contracts.base import Event
from shared.mongo import Database

__all__ = ["announcements"]


async def announcements(database: Database) -> AsyncIterator[Event]:
    """Yield an event for the present state of everything."""
    async for alert in TargetStore(database).all():
        yield AlertCreated(alert=alert)
    async for point in ObservationStore(database).all():
        yield point
    async for entry in InboxStore(database).all():
        yield _packet(entry)


def _packet(entry: Entry) -> Event:
    try:
        return told(entry, read_packet(entry.raw))
    except UnreadableError:
        return told(entry, None)
