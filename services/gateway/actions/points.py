"""An observer's own points: taken off a light curve, and put back."""

from datetime import UTC, datetime
from uuid import uuid4

from services.gateway.actions.jobs import ask
from services.gateway.store.job import Job
from services.gateway.store.observers import KnownObserver
from services.gateway.web.desk import Desk
from shared.contracts.gateway import DeletionRequested, RestorationRequested

__all__ = ["delete_point", "restore_point"]


async def delete_point(desk: Desk, observer: KnownObserver, number: int) -> Job:
    """Take an observer's own point off its light curve."""
    return await _changed(desk, observer, number, DeletionRequested)


async def restore_point(desk: Desk, observer: KnownObserver, number: int) -> Job:
    """Put an observer's own deleted point back on its light curve."""
    return await _changed(desk, observer, number, RestorationRequested)


async def _changed(
    desk: Desk,
    observer: KnownObserver,
    number: int,
    wish: type[DeletionRequested] | type[RestorationRequested],
) -> Job:
    event = wish(
        request_id=uuid4(),
        observation_id=number,
        observer=observer.as_told(),
        asked=datetime.now(UTC),
    )
    return await ask(desk, event.request_id, observer.id, event)
