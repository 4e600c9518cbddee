"""Reference stars around a place: asked for by people, warmed for targets."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from services.catalog.domain.cone import Cone
from services.catalog.domain.pace import Pace
from services.catalog.domain.sky import Sky
from services.catalog.domain.stars import ReferenceStars
from shared.columns import pack
from shared.contracts.alerts import AlertCreated
from shared.contracts.base import Event
from shared.contracts.catalog import ConeBand, ConeServed, PlaceSurveyed, SurveyCount
from shared.contracts.gateway import ConeRequested
from shared.kernel.epochs import julian_year, mjd_now

__all__ = [
    "Around",
    "counted",
    "on_alert_created",
    "on_cone_requested",
]

SurveyCone = Callable[[str, Cone], tuple[str, ReferenceStars]]
"""A survey, or the richest for ``any``, and its stars in a cone."""


class Around(Protocol):
    """What the surveys know around a place; may take its time."""

    def __call__(self, cone: Cone, epoch: float, *, fetch: bool = True) -> Sky:
        """Return it for a cone, at a Julian year."""
        ...


def counted(
    counts: Mapping[str, int], bands: Mapping[str, Sequence[str]] | None = None
) -> tuple[SurveyCount, ...]:
    """Return how many stars, in which bands, each survey has, most first."""
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    told = bands or {}
    return tuple(
        SurveyCount(survey=name, stars=count, bands=tuple(told.get(name, ())))
        for name, count in ordered
    )


async def on_alert_created(
    event: AlertCreated, *, around: Around, radius: float, looks: Pace, fetches: Pace
) -> Sequence[Event]:
    """Fetch and read the cones around a new target: uploads find them warm.

    Of many at once only what is here is read, and of thousands, as from an archive,
    nothing: nobody could look at them all.
    """
    if not looks.allows():
        return []
    cone = Cone(event.alert.ra, event.alert.dec, radius)
    sky = await asyncio.to_thread(
        around, cone, julian_year(mjd_now()), fetch=fetches.allows()
    )
    return [
        PlaceSurveyed(
            alert_id=event.alert.id,
            radius=radius,
            surveys=counted(
                {name: len(stars) for name, stars in sky.stars.items()},
                {name: sorted(stars.mag) for name, stars in sky.stars.items()},
            ),
            lacking=sky.lacking,
        )
    ]


async def on_cone_requested(
    event: ConeRequested, *, cone: SurveyCone, most: int
) -> Sequence[Event]:
    """List the brightest stars of a survey around a position."""
    survey, stars = await asyncio.to_thread(
        cone, event.survey, Cone(event.ra, event.dec, event.radius)
    )
    listed = stars.brightest(most)
    return [
        ConeServed(
            request_id=event.request_id,
            survey=survey,
            ra=event.ra,
            dec=event.dec,
            radius=event.radius,
            star_ra=pack(listed.ra),
            star_dec=pack(listed.dec),
            bands=tuple(
                ConeBand(band=band, mag=pack(mag), mag_err=pack(listed.mag_err[band]))
                for band, mag in listed.mag.items()
            ),
            truncated=len(listed) < len(stars),
            message="" if len(stars) else f"{survey} has no stars here.",
        )
    ]
