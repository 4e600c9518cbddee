"""An observer's star list or image is checked, kept, and submitted."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid4, uuid5

from services.gateway.actions.jobs import ask
from services.gateway.actions.places import target_inside, target_pointed_at
from services.gateway.actions.targets import known_target
from services.gateway.domain.colours import night_colours
from services.gateway.domain.forms import UploadForm, upload_form
from services.gateway.domain.headers import Observed, observed, observed_in
from services.gateway.domain.images import Hints, hints_of, image_in
from services.gateway.domain.refusal import RefusalError
from services.gateway.store.job import Job
from services.gateway.store.observers import KnownObserver
from services.gateway.web.desk import Desk
from services.gateway.web.form import Form
from services.gateway.web.sent import SentFile
from shared.contracts.alerts import Alert
from shared.contracts.gateway import ImageSubmitted, UploadSubmitted
from shared.contracts.values import (
    BandChoice,
    Frame,
    ImageHints,
    Observer,
    Target,
    TargetColour,
)
from shared.kernel.epochs import mjd_now
from shared.kernel.fits_images import FitsImage

__all__ = ["Submitted", "calibrated", "checked_upload"]

Submitted = UploadSubmitted | ImageSubmitted

_NIGHT = 0.5
_HEAD = 400_000
_NAMES = "Names begin with ivo://, such as ivo://Gaia16aye"
_NO_IMAGES = "Upload the list of all its stars, as SExtractor's FITS_LDAC"


async def calibrated(desk: Desk, event: Submitted) -> Job:
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


async def checked_upload(desk: Desk, observer: KnownObserver, form: Form) -> Submitted:
    """Check the form, keep the file, and return the event that tells of both.

    Raises
    ------
    RefusalError
        A field is missing or means nothing, there is no such target or no file, or
        too many files are being kept.
    """
    if form.file is None or not form.file.size:
        upload_form(form.fields, mjd_now())  # what else is wrong is told first
        raise RefusalError(400, "The catalogue file sexCat is missing or empty.")
    image = _image(desk, form.file, form.fields)
    told = observed_in(image.cards) if image else observed(form.file.read(0, _HEAD))
    fields = _with_header(form.fields, told)
    order = upload_form(fields, mjd_now())
    hints = hints_of(image, fields) if image else None
    alert = await _target(desk, order, image)
    if alert is None:
        blob = await _kept(desk, form.file)
        alert = await target_inside(desk, observer, blob)
        colours = await _colours(desk, order, alert)
    else:
        blob, colours = await asyncio.gather(
            _kept(desk, form.file), _colours(desk, order, alert)
        )
    frame = _frame(order, alert, observer.as_told(), blob, hints)
    frame = frame.model_copy(update={"colours": colours})
    if hints is None:
        return UploadSubmitted(
            frame=frame, blob=blob, file_name=form.file.name, notes=told.notes
        )
    return ImageSubmitted(
        frame=frame,
        blob=blob,
        file_name=form.file.name,
        hints=ImageHints.model_validate(vars(hints)),
        notes=told.notes,
    )


def _image(desk: Desk, file: SentFile, fields: Mapping[str, str]) -> FitsImage | None:
    """Return the image in a file; nothing of a list.

    Raises
    ------
    RefusalError
        It is one that is not taken here, or a list that is too long.
    """
    extension = fields.get("extension", "").strip()
    image = image_in(file.read, file.size, extension)
    if image is not None and not desk.settings.images:
        raise RefusalError(400, "This server takes star lists, no images.", _NO_IMAGES)
    limit = desk.settings.image_limit if image else desk.settings.upload_limit
    if file.size > limit:
        kind = "image" if image else "star list"
        raise RefusalError(
            413, f"The {kind} is larger than {limit / 1_000_000:.0f} MB."
        )
    return image


async def _target(
    desk: Desk, order: UploadForm, image: FitsImage | None
) -> Alert | None:
    """Return the target that is named, or that an image points at.

    ``None``: a list tells it by its stars, once it is kept.
    """
    if order.event:
        return await known_target(desk, order.event, "add it first at newevent", _NAMES)
    return None if image is None else await target_pointed_at(desk, image)


async def _kept(desk: Desk, file: SentFile) -> str:
    async with desk.keeping.taken():
        return await desk.blobs.put_file(file.opened())


def _with_header(given: Mapping[str, str], told: Observed) -> dict[str, str]:
    """Return the fields, with what a FITS header tells where they are empty."""
    filled = {name: text for name, text in given.items() if text.strip()}
    return {**told.fields, **filled}


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


def _frame(
    order: UploadForm, alert: Alert, observer: Observer, blob: str, hints: Hints | None
) -> Frame:
    identity = f"cpcs:{blob}:{alert.id}:{order.mjd!r}:{observer.id}"
    if hints is not None and not hints.is_usual:
        identity += f":part {hints.extension}"
    if hints is not None and hints.plane is not None:
        identity += f":plane {hints.plane}"
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
        asked=datetime.now(UTC),
    )
