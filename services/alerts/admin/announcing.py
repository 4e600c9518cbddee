"""Says everything again, so that a lost view can be rebuilt."""

from collections.abc import AsyncIterator

from pydantic import ValidationError

from services.alerts.handlers.making import told
from services.alerts.reading import Read, UnreadableError
from services.alerts.store.entry import Entry
from services.alerts.store.inbox import InboxStore
from services.alerts.store.observations import ObservationStore
from services.alerts.store.targets import TargetStore
from services.alerts.store.unreadable import Unreadable
from shared.contracts.alerts import AlertCreated
from shared.contracts.base import Event
from shared.mongo import Database

__all__ = ["announcements"]


async def announcements(
    database: Database, unsaid: Unreadable, read: Read
) -> AsyncIterator[Event]:
    """Yield an event for the present state of everything that can be said.

    ``unsaid`` is told of what cannot: it stops nothing else from being said.
    """
    async for alert in TargetStore(database).all(unsaid):
        yield AlertCreated(alert=alert)
    async for point in ObservationStore(database).all(unsaid):
        yield point
    async for entry in InboxStore(database).all():
        try:
            yield _packet(entry, read)
        except ValidationError as fault:
            unsaid(f"packet {entry.id}", fault)


def _packet(entry: Entry, read: Read) -> Event:
    try:
        return told(entry, read(entry.raw))
    except UnreadableError:
        return told(entry, None)
