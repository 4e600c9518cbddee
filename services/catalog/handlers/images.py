"""Reference stars for an image: with them its plate is solved."""

import asyncio
from collections.abc import Mapping, Sequence

import numpy as np

from services.catalog.domain.cone import Cone
from services.catalog.domain.movers import followed
from services.catalog.domain.sky import Sky
from services.catalog.domain.stars import ReferenceStars
from services.catalog.domain.survey import Survey
from services.catalog.handlers.places import Around
from shared.columns import pack
from shared.contracts.base import Event
from shared.contracts.catalog import Place, PlaceCharted
from shared.contracts.gateway import ImageSubmitted
from shared.kernel.epochs import julian_year
from shared.kernel.sphere import separation, unit_vectors

__all__ = ["on_image_submitted"]

_MOST = 4000
_WIDEST = 1.5


async def on_image_submitted(
    event: ImageSubmitted, *, around: Around, surveys: Mapping[str, Survey]
) -> Sequence[Event]:
    """Tell which stars the image of a target may show: those of the deepest survey."""
    return [await asyncio.to_thread(_charted, event, around, surveys)]


def _charted(
    event: ImageSubmitted, around: Around, surveys: Mapping[str, Survey]
) -> PlaceCharted:
    target, epoch = event.frame.target, julian_year(event.frame.mjd)
    cone = Cone(target.ra, target.dec, min(event.hints.radius, _WIDEST))
    sky = around(cone, epoch)
    name, stars = _deepest(sky, cone, surveys)
    moved = followed(
        target.ra,
        target.dec,
        epoch,
        sky.stars,
        {survey: one.epoch for survey, one in surveys.items()},
    )
    return PlaceCharted(
        frame=event.frame,
        blob=event.blob,
        hints=event.hints,
        target=Place(ra=moved.ra, dec=moved.dec)
        if moved
        else Place(ra=target.ra, dec=target.dec),
        survey=name,
        star_ra=pack(stars.ra),
        star_dec=pack(stars.dec),
        star_mag=pack(stars.brightness),
        lacking=sky.lacking,
        notes=event.notes,
    )


def _deepest(
    sky: Sky, cone: Cone, surveys: Mapping[str, Survey]
) -> tuple[str, ReferenceStars]:
    """Return the survey with most stars in a cone, and its brightest, in that order."""
    centre = unit_vectors(cone.ra, cone.dec)
    inside = {
        name: stars.chosen(
            np.flatnonzero(separation(stars.ra, stars.dec, centre) <= cone.radius)
        )
        for name, stars in sky.stars.items()
        if not surveys.get(name, Survey(name)).lists_variables
    }
    if not any(map(len, inside.values())):
        return "", ReferenceStars.none()
    name = max(inside, key=lambda one: (len(inside[one]), one))
    light = inside[name].brightness
    return name, inside[name].chosen(light.argsort(kind="stable")[:_MOST])
