"""The colour terms learned from an observer's frames are forgotten."""

from uuid import uuid4

from services.gateway.actions.jobs import ask
from services.gateway.domain.fields import Fields, optional_name
from services.gateway.store.job import Job
from services.gateway.store.observers import KnownObserver
from services.gateway.web.desk import Desk
from shared.contracts.gateway import ColourResetRequested

__all__ = ["forget_colour_terms"]


async def forget_colour_terms(
    desk: Desk, observer: KnownObserver, fields: Fields
) -> Job:
    """Forget an observer's colour terms: all, or of one survey or band."""
    event = ColourResetRequested(
        request_id=uuid4(),
        observer=observer.as_told(),
        survey=optional_name(fields, "survey"),
        band=optional_name(fields, "band"),
    )
    return await ask(desk, event.request_id, observer.id, event)
