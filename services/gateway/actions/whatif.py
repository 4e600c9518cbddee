"""What if another filter or radius had been asked for: a dry run, then perhaps kept."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from services.gateway.actions.images import submitted_again
from services.gateway.actions.jobs import ask
from services.gateway.actions.uploads import Submitted
from services.gateway.domain.fields import Fields, flag, required
from services.gateway.domain.forms import chosen_band, match_radius
from services.gateway.domain.refusal import RefusalError
from services.gateway.store.job import Job
from services.gateway.store.observers import KnownObserver
from services.gateway.web.desk import Desk
from shared.contracts.values import BandChoice

__all__ = ["calibrate_otherwise"]


async def calibrate_otherwise(
    desk: Desk, observer: KnownObserver, fields: Fields
) -> tuple[Job, Job]:
    """Calibrate one's own upload again or otherwise: a dry run, or with ``keep``.

    Returns the job as it was, and the new one.

    Raises
    ------
    RefusalError
        It is no upload of theirs, or there is no magnitude in that way.
    """
    before, given = await _own_upload(desk, observer, fields)
    job = uuid4()
    keep, now = flag(fields, "keep"), datetime.now(UTC)
    told = {"upload_id": job, "dry_run": not keep, "asked": now}
    frame = given.frame.model_copy(update=told | _wishes(fields))
    event = given.model_copy(update={"frame": frame})
    return before, await ask(desk, job, observer.id, event)


def _wishes(fields: Fields) -> dict[str, object]:
    """Return what is to be otherwise; what is not said stays as it was."""
    wishes: dict[str, object] = {}
    if fields.get("forceFilter", "").strip():
        survey, band = chosen_band(fields)
        wishes["choice"] = BandChoice(survey=survey, band=band)
    if fields.get("matchDist", "").strip():
        wishes["match_radius"] = match_radius(fields)
    return wishes


async def _own_upload(
    desk: Desk, observer: KnownObserver, fields: Fields
) -> tuple[Job, Submitted]:
    try:
        number = UUID(required(fields, "upload"))
    except ValueError as fault:
        raise RefusalError(400, "upload must be the number of an upload.") from fault
    job = await desk.stores.jobs.find(number)
    ended = job is not None and job.state in {"done", "refused"}
    given = await submitted_again(job, desk.stores.images) if job and ended else None
    if job is None or given is None:
        raise RefusalError(404, "There is no such upload that has ended.")
    if job.observer_id != observer.id:
        raise RefusalError(403, "This upload belongs to another observer.")
    return job, given
