"""An observer's star list is checked, kept, and submitted."""

import asyncio
from uuid import NAMESPACE_URL, uuid4, uuid5

from services.gateway.actions.jobs import ask
from services.gateway.actions.places import target_inside
from services.gateway.actions.targets import known_target
from services.gateway.domain.colours import night_colours
from services.gateway.domain.forms import UploadForm, upload_form
from services.gateway.domain.headers import observed
from services.gateway.domain.refusal import RefusalError
from services.gateway.store.job import Job
from services.gateway.store.observers import KnownObserver
from services.gateway.web.desk import Desk
from services.gateway.web.form import Form
from shared.contracts.alerts import Alert
from shared.contracts.gateway import UploadSubmitted
from shared.contracts.values import BandChoice, Frame, Observer, Target, TargetColour
from shared.kernel.epochs import mjd_now

__all__ = ["calibrated", "checked_upload"]

_NIGHT = 0.5
_NAMES = "Names begin with ivo://, such as ivo://Gaia16aye"


async def calibrated(desk: Desk, event: UploadSubmitted) -> Job:
    """Submit an upload; return its job, ended or still waiting after a while.

    Where many wait already, that while is short: the job tells the rest.

    Raises
    ------
    RefusalError
        There is no magnitude: the text says why.
    """
    number, observer = event.frame.upload_id, event.frame.observer.id
    if desk.answering.full:
        return await ask(desk, number, observer, event, desk.settings.busy_timeout)
    async with desk.answering.taken():
        return await ask(desk, number, observer, event)


async def checked_upload(
    desk: Desk, observer: KnownObserver, form: Form
) -> UploadSubmitted:
    """Check the form, keep the file, and return the event that tells of both.

    Raises
    ------
    RefusalError
        A field is missing or means nothing, there is no such target or no file, or
        too many files are being kept.
    """
    order = upload_form(_with_header(form), mjd_now())
    if not form.content:
        raise RefusalError(400, "The catalogue file sexCat is missing or empty.")
    named = await _named(desk, order.event) if order.event else None
    if named is None:
        blob = await _kept(desk, form.content)
        alert = await target_inside(desk, observer, blob)
        colours = await _colours(desk, order, alert)
    else:
        alert = named
        blob, colours = await asyncio.gather(
            _kept(desk, form.content), _colours(desk, order, alert)
        )
    frame = _frame(order, alert, observer.as_told(), blob)
    frame = frame.model_copy(update={"colours": colours})
    return UploadSubmitted(frame=frame, blob=blob, file_name=form.file_name)


async def _kept(desk: Desk, content: bytes) -> str:
    async with desk.keeping.taken():
        return await desk.blobs.put(content)


async def _named(desk: Desk, name: str) -> Alert:
    return await known_target(desk, name, "add it first at newevent", _NAMES)


def _with_header(form: Form) -> dict[str, str]:
    """Return the fields, with what a FITS header tells where they are empty."""
    given = {name: text for name, text in form.fields.items() if text.strip()}
    return observed(form.content) | given


async def _colours(
    desk: Desk, order: UploadForm, alert: Alert
) -> tuple[TargetColour, ...]:
    """Return the target's colours: as the observer says, else of the same night."""
    near = await desk.stores.view.selected(
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
        filter=order.filter,
    )
