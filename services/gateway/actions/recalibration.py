"""Stored uploads calibrated anew; each result is a new revision of its observation."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from services.gateway.actions.images import submitted_again
from services.gateway.domain.fields import Fields
from services.gateway.domain.forms import observation_number
from services.gateway.domain.refusal import RefusalError
from services.gateway.store.images import ImageStore
from services.gateway.store.jobs import JobStore
from services.gateway.store.observers import KnownObserver
from services.gateway.store.view import ViewStore
from services.gateway.web.desk import Desk
from shared.contracts.alerts import ObservationRecorded
from shared.messaging.service import Publish

__all__ = ["recalibrate_own", "resubmitted"]

_MOST_AT_ONCE = 200


async def recalibrate_own(
    desk: Desk, observer: KnownObserver, fields: Fields
) -> list[UUID | None]:
    """Calibrate an observer's own points anew: one, or all those of a target.

    Returns the job of each; ``None`` where its upload is not kept any more.

    Raises
    ------
    RefusalError
        There are no such points, or too many.
    """
    points = await _own_points(desk.stores.view, observer, fields)
    if len(points) > _MOST_AT_ONCE:
        raise RefusalError(400, f"More than {_MOST_AT_ONCE} points: ask the operator.")
    stores, publish = desk.stores, desk.publish
    return [
        await resubmitted(point, stores.jobs, stores.images, publish)
        for point in points
    ]


async def _own_points(
    view: ViewStore, observer: KnownObserver, fields: Fields
) -> Sequence[ObservationRecorded]:
    target = fields.get("EventID", "").strip()
    if target:
        numbers = [alert.id for alert in await view.called(target)]
        found = [
            point
            for number in numbers
            for point in await view.selected(alert_id=number)
        ]
    else:
        found = await view.selected(number=observation_number(fields))
    own = [point for point in found if point.frame.observer.id == observer.id]
    if not own:
        raise RefusalError(404, "You have no such observation on a light curve.")
    return own


async def resubmitted(
    point: ObservationRecorded, jobs: JobStore, images: ImageStore, publish: Publish
) -> UUID | None:
    """Submit an observation's upload once more; return the job.

    ``None`` where the upload is not known here any more.
    """
    before = await jobs.find(point.frame.upload_id)
    given = await submitted_again(before, images) if before else None
    if given is None:
        return None
    job = uuid4()
    frame = point.frame.model_copy(update={"upload_id": job, "recalibration": True})
    event = given.model_copy(update={"frame": frame})
    await jobs.submit(job, frame.observer.id, event, publish)
    return job
