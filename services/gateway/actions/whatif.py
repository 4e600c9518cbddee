"""What if another filter or radius had been asked for: a dry run, then perhaps kept."""

from uuid import UUID, uuid4

from services.gateway.actions.jobs import ask
from services.gateway.domain.fields import Fields, flag, required
from services.gateway.domain.forms import chosen_band, match_radius
from services.gateway.domain.refusal import RefusalError
from services.gateway.store.job import Job
from services.gateway.store.observers import KnownObserver
from services.gateway.web.desk import Desk
from shared.contracts.alerts import ObservationRecorded
from shared.contracts.gateway import UploadSubmitted
from shared.contracts.values import BandChoice

__all__ = ["calibrate_otherwise"]


async def calibrate_otherwise(
    desk: Desk, observer: KnownObserver, fields: Fields
) -> tuple[Job, Job]:
    """Calibrate one's own upload in another way, as a dry run or with ``keep``.

    Returns the job as it was, and the new one.

    Raises
    ------
    RefusalError
        It is no upload of theirs, or there is no magnitude in that way.
    """
    before, given = await _own_upload(desk, observer, fields)
    survey, band = chosen_band(fields)
    job = uuid4()
    frame = given.frame.model_copy(
        update={
            "upload_id": job,
            "dry_run": not flag(fields, "keep"),
            "choice": BandChoice(survey=survey, band=band),
            "match_radius": match_radius(fields),
        }
    )
    event = given.model_copy(update={"frame": frame})
    return before, await ask(desk, job, observer.id, event)


async def _own_upload(
    desk: Desk, observer: KnownObserver, fields: Fields
) -> tuple[Job, UploadSubmitted]:
    try:
        number = UUID(required(fields, "upload"))
    except ValueError as fault:
        raise RefusalError(400, "upload must be the number of an upload.") from fault
    job = await desk.stores.jobs.find(number)
    match job:
        case Job(request=UploadSubmitted() as given, answer=ObservationRecorded()):
            if job.observer_id != observer.id:
                raise RefusalError(403, "This upload belongs to another observer.")
            return job, given
        case _:
            raise RefusalError(404, "There is no such calibrated upload.")
