"""Recalibration of many stored uploads, for the operator.

Each result becomes a new revision of its observation; nothing is overwritten.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.gateway.actions.recalibration import resubmitted
from services.gateway.settings import Settings
from services.gateway.store.images import ImageStore
from services.gateway.store.jobs import JobStore
from services.gateway.store.packed import PackedCurves
from services.gateway.store.view import ViewStore
from shared.contracts.alerts import ObservationRecorded
from shared.contracts.base import Event
from shared.messaging.rabbit import speaking
from shared.messaging.service import Publish
from shared.messaging.transport import Envelope
from shared.mongo import connect
from shared.settings import settings_of

__all__ = ["Selection", "recalibrate_all", "recalibrated"]

_AT_ONCE = 8
_PATIENCE = 120.0


@dataclass(frozen=True)
class Selection:
    """Which observations are meant; what is not given does not count.

    Attributes
    ----------
    number
        Of one observation.
    target
        Name of a target.
    observer
        Number of an observer.
    since, until
        MJD [d].
    """

    number: int | None = None
    target: str | None = None
    observer: int | None = None
    since: float | None = None
    until: float | None = None


async def recalibrated(
    points: Sequence[ObservationRecorded],
    jobs: JobStore,
    images: ImageStore,
    publish: Publish,
) -> AsyncIterator[str]:
    """Calibrate observations anew, a few at a time; yield a line about each."""
    for first in range(0, len(points), _AT_ONCE):
        few = points[first : first + _AT_ONCE]
        asked = [await resubmitted(point, jobs, images, publish) for point in few]
        for point, job in zip(few, asked, strict=True):
            yield f"{point.observation_id:8} {await _outcome(job, point, jobs)}"


async def _outcome(job: UUID | None, point: ObservationRecorded, jobs: JobStore) -> str:
    if job is None:
        return "its upload is not kept here"
    ended = await jobs.ended(job, _PATIENCE)
    if ended is None or ended.state == "waiting":
        return f"not finished yet: job {job}"
    if ended.state == "refused":
        return f"refused, stays as it was: {ended.message}"
    now = ended.answer
    if not isinstance(now, ObservationRecorded):
        return f"answered by something else: job {job}"
    before, after, fit = point.magnitude, now.magnitude, now.zero_point
    return f"{before.mag:.4f} -> {after.mag:.4f} {fit.survey}/{fit.band}"


async def recalibrate_all(which: Selection) -> AsyncIterator[str]:
    """Calibrate the observations that an operator means; yield what to print."""
    settings = settings_of(Settings)
    database = connect(settings, "gateway")
    jobs, images = JobStore(database), ImageStore(database)
    view = ViewStore(database, PackedCurves(database))
    called = await view.called(which.target) if which.target else []
    if which.target and len(called) != 1:
        names = ", ".join(one.ivorn for one in called) or "no target"
        yield f"{which.target} is {names}: name one target."
        return
    points = await view.selected(
        number=which.number,
        alert_id=called[0].id if called else None,
        observer_id=which.observer,
        since=which.since,
        until=which.until,
    )
    async with speaking(settings) as transport:

        async def publish(
            event: Event, *, id: UUID, correlation_id: UUID | None = None
        ) -> None:
            await transport.publish(
                Envelope.of(event, id=id, correlation_id=correlation_id)
            )

        async with jobs.kept_moving(publish):
            async for line in recalibrated(points, jobs, images, publish):
                yield line
    yield f"{len(points)} observations"
