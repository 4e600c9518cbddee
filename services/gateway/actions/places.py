"""The target of an upload that names none: found by where its image is."""

from uuid import uuid4

from services.gateway.actions.jobs import ask
from services.gateway.actions.targets import candidates
from services.gateway.domain.pointing import pointing_of
from services.gateway.domain.refusal import RefusalError
from services.gateway.domain.search import Cone
from services.gateway.store.observers import KnownObserver
from services.gateway.web.desk import Desk
from shared.contracts.alerts import Alert
from shared.contracts.gateway import FieldRequested
from shared.contracts.ingest import Cap, FieldLocated
from shared.kernel.fits_images import FitsImage

__all__ = ["target_inside", "target_pointed_at"]

_MOST = 6
_WIDEST = 2.0


async def target_inside(desk: Desk, observer: KnownObserver, blob: str) -> Alert:
    """Return the one target that lies within the stars of an uploaded file.

    Raises
    ------
    RefusalError
        The file cannot be read, the image is very wide, or no or several targets are
        inside.
    """
    cap = await _located(desk, observer, blob)
    return await _only_target(desk, Cone(cap.ra, cap.dec, cap.radius))


async def target_pointed_at(desk: Desk, image: FitsImage) -> Alert:
    """Return the one target that lies where an image's header says it points.

    Raises
    ------
    RefusalError
        The header does not say, or no or several targets are there.
    """
    cone = pointing_of(image)
    if cone is None:
        raise RefusalError(
            400, "EventID is missing, and the header does not say where it points."
        )
    return await _only_target(desk, cone)


async def _only_target(desk: Desk, cone: Cone) -> Alert:
    if cone.radius > _WIDEST:
        raise RefusalError(400, "EventID is missing: the image is too wide to guess.")
    found = await desk.stores.targets.page(cone, _MOST)
    alerts = [one.alert for one in found]
    if not alerts:
        raise RefusalError(
            404, "EventID is missing, and no target lies in this image.", "Name it"
        )
    if len(alerts) > 1:
        raise RefusalError(
            409,
            "EventID is missing, and several targets lie in this image.",
            candidates(alerts),
        )
    return alerts[0]


async def _located(desk: Desk, observer: KnownObserver, blob: str) -> Cap:
    event = FieldRequested(request_id=uuid4(), blob=blob)
    job = await ask(desk, event.request_id, observer.id, event)
    if not isinstance(job.answer, FieldLocated) or job.answer.cap is None:
        raise RefusalError(503, "The server is busy: name the target in EventID.")
    return job.answer.cap
