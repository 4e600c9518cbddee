"""``cgi/upload``: an observer's star list becomes a calibrated magnitude."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid4, uuid5

from aiohttp import web

from services.gateway.domain.colours import night_colours
from services.gateway.domain.fields import flag
from services.gateway.domain.forms import UploadForm, upload_form
from services.gateway.domain.headers import observed
from services.gateway.domain.refusal import RefusalError
from services.gateway.routes.asking import ask
from services.gateway.routes.calibration import show_calibration
from services.gateway.routes.desk import DESK
from services.gateway.routes.guard import admitted
from services.gateway.routes.intake import PLAIN, Form
from services.gateway.routes.jobs import show_job
from services.gateway.routes.known import known_target
from services.gateway.routes.legacy import upload_answer, upload_waiting
from services.gateway.routes.respond import root
from shared.contracts.alerts import Alert, ObservationRecorded
from shared.contracts.gateway import UploadSubmitted
from shared.contracts.values import BandChoice, Frame, Observer, Target, TargetColour

if TYPE_CHECKING:
    from services.gateway.store.job import Job
    from services.gateway.store.observers import KnownObserver

__all__ = ["submitted", "upload"]

_MJD_OF_UNIX_EPOCH = 40587.0
_SECONDS_PER_DAY = 86400.0
_NIGHT = 0.5
_NAMES = "Names begin with ivo://, such as ivo://Gaia16aye"


async def upload(request: web.Request) -> web.Response:
    """Calibrate an uploaded star list and answer with the magnitude."""
    desk = request.app[DESK]
    async with desk.uploads:
        observer, form = await admitted(request)
        event = await submitted(request, observer, form)
    job = await ask(request, event.frame.upload_id, event.frame.observer.id, event)
    return await _answer(request, form, job)


async def submitted(
    request: web.Request, found: "KnownObserver", form: Form
) -> UploadSubmitted:
    """Check the form, keep the file, and return the event that tells of both.

    Raises
    ------
    RefusalError
        A field is missing or means nothing, or there is no such target or no file.
    """
    order = upload_form(_with_header(form), _today())
    alert = await known_target(request, order.event, "add it first at newevent", _NAMES)
    colours = await _colours(request, order, alert)
    if not form.content:
        raise RefusalError(400, "The catalogue file sexCat is missing or empty.")
    blob = await request.app[DESK].blobs.put(form.content)
    frame = _frame(order, alert, found.as_told(), blob)
    frame = frame.model_copy(update={"colours": colours})
    return UploadSubmitted(frame=frame, blob=blob, file_name=form.file_name)


def _with_header(form: Form) -> dict[str, str]:
    """Return the fields, with what a FITS header tells where they are empty."""
    given = {name: text for name, text in form.fields.items() if text.strip()}
    return observed(form.content) | given


def _today() -> float:
    return _MJD_OF_UNIX_EPOCH + datetime.now(UTC).timestamp() / _SECONDS_PER_DAY


async def _colours(
    request: web.Request, order: UploadForm, alert: Alert
) -> tuple[TargetColour, ...]:
    """Return the target's colours: as the observer says, else of the same night."""
    near = await request.app[DESK].view.selected(
        alert_id=alert.id, since=order.mjd - _NIGHT, until=order.mjd + _NIGHT
    )
    mags = {
        point.zero_point.band: point.magnitude.mag
        for point in near
        if point.magnitude.mag_err >= 0 and point.frame.mjd != order.mjd
    }
    by_source = {"the observer": order.colours, "the same night": night_colours(mags)}
    return tuple(
        TargetColour(name=name, value=value, source=source)
        for source, colours in by_source.items()
        for name, value in colours.items()
    )


def _frame(order: UploadForm, alert: Alert, observer: Observer, blob: str) -> Frame:
    identity = f"cpcs:{blob}:{alert.id}:{order.mjd!r}:{observer.id}"
    return Frame(
        upload_id=uuid4(),
        frame_id=uuid5(NAMESPACE_URL, identity),
        observer=observer,
        target=Target(alert_id=alert.id, ivorn=alert.ivorn, ra=alert.ra, dec=alert.dec),
        mjd=order.mjd,
        exposure_time=order.exposure_time,
        match_radius=order.match_radius,
        choice=BandChoice(survey=order.survey, band=order.band),
        dry_run=order.dry_run,
        comment=order.comment,
    )


async def _answer(request: web.Request, form: Form, job: "Job") -> web.Response:
    here = f"{request.scheme}://{request.host}{root(request)}"
    as_json = request[PLAIN]
    if job.state == "waiting":
        link = f"{here}/job/{job.id}"
        if as_json:
            return web.json_response(upload_waiting(link), status=202)
        return await show_job(request, job, status=202)
    point = ObservationRecorded.model_validate(job.answer)
    if as_json:
        plain = flag(form.fields, "noPlot")
        image = "" if plain else f"{here}/calibration/{job.id}.png"
        return web.json_response(upload_answer(point, image))
    return await show_calibration(request, job)
