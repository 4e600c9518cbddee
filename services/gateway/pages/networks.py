"""A target's telescopes as one network; an observatory through time."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from services.gateway.actions.networks import (
    SetupOfTarget,
    changes_told,
    named_observatory,
    setups_of_observer,
)
from services.gateway.domain import palette
from services.gateway.domain.chart import Chart, Line, Plane, chart
from services.gateway.domain.fields import whole
from services.gateway.domain.homogenised import without_network
from services.gateway.domain.links import elsewhere
from services.gateway.pages.target import asked_target
from services.gateway.store.networks import magnitudes_of
from services.gateway.store.observers import KnownObserver
from services.gateway.web.form import Form
from services.gateway.web.guard import reader
from services.gateway.web.keys import DESK
from services.gateway.web.respond import page
from shared.columns import unpack
from shared.contracts.calibrator import LightCurveHomogenised
from shared.contracts.network import NetworkStars

__all__ = ["network_page", "observatory_page"]

_NO_DIFFERENCE = (Line(0, 0, "fit"),)
_SIZE = (720, 300)
_MOST_MISFITS = 100


@dataclass(frozen=True)
class SuspectStar:
    """A comparison star that varies as no noise explains, and where to look it up."""

    ra: float
    dec: float
    mag: float
    colour: float
    frames: int
    ratio: float
    varies: float
    strays: float
    links: dict[str, str]


@dataclass(frozen=True)
class BandShown:
    """A band's network with its charts and lists."""

    curve: LightCurveHomogenised
    place: int
    points: int
    telescopes: int
    stars: int
    star_chart: Chart
    suspects: list[SuspectStar]
    misfits: list[tuple[int, str]]
    more_misfits: int


async def network_page(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Show a target's telescopes, comparison stars, and frames that do not fit."""
    alert, desk = await asked_target(request, form), request.app[DESK]
    observer = await reader(request)
    curves, drawn = await asyncio.gather(
        desk.stores.networks.of_target(alert.id),
        desk.stores.curves.drawn(alert.id),
    )
    known = {
        (one.number, curve.band): one
        for curve in curves
        for one in magnitudes_of(curve)
    }
    points = zip(drawn["id"], drawn["band"], strict=True)
    return await page(
        request,
        observer,
        "network.html",
        alert=alert,
        bands=await asyncio.to_thread(_bands, curves),
        waiting=without_network(points, known),
    )


def _bands(curves: Sequence[LightCurveHomogenised]) -> list[BandShown]:
    ordered = sorted(curves, key=lambda curve: palette.place(curve.band))
    return [_band(curve) for curve in ordered]


def _band(curve: LightCurveHomogenised) -> BandShown:
    taken = [one for one in magnitudes_of(curve) if not one.left_out]
    stars = curve.stars
    return BandShown(
        curve=curve,
        place=palette.place(curve.band),
        points=len(taken),
        telescopes=len({one.observer_id for one in curve.setups}),
        stars=0 if stars is None else len(unpack(stars.ra)),
        star_chart=_star_chart(stars),
        suspects=[] if stars is None else _suspects(stars),
        misfits=sorted((int(name), why) for name, why in curve.left_out.items())[
            :_MOST_MISFITS
        ],
        more_misfits=max(0, len(curve.left_out) - _MOST_MISFITS),
    )


def _star_chart(stars: NetworkStars | None) -> Chart:
    """Draw how the network's magnitudes differ from the survey's."""
    plane = Plane(
        "survey's magnitude [mag]", "network − survey [mag]", lines=_NO_DIFFERENCE
    )
    return chart([] if stars is None else _differences(stars), plane, _SIZE)


def _differences(stars: NetworkStars) -> list[tuple[float, float, float, str, str]]:
    columns = (stars.reference, stars.mag, stars.mag_err, stars.suspect, stars.frames)
    return [
        (
            reference,
            mag - reference,
            error,
            "diamond suspect" if suspect else "circle",
            f"{mag:.3f}, the survey has {reference:.3f}; in {frames:.0f} frames",
        )
        for reference, mag, error, suspect, frames in zip(
            *(unpack(column).tolist() for column in columns), strict=True
        )
    ]


def _suspects(stars: NetworkStars) -> list[SuspectStar]:
    columns = {
        name: unpack(getattr(stars, name)).tolist()
        for name in ("ra", "dec", "mag", "colour", "ratio", "varies", "strays")
    }
    frames, suspect = unpack(stars.frames), unpack(stars.suspect)
    found = [
        SuspectStar(
            **{name: values[place] for name, values in columns.items()},
            frames=int(frames[place]),
            links=elsewhere("", columns["ra"][place], columns["dec"][place]),
        )
        for place in range(len(suspect))
        if suspect[place]
    ]
    return sorted(found, key=lambda star: -star.ratio)


async def observatory_page(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Show an observatory's colour terms and noise through time."""
    desk = request.app[DESK]
    one = await named_observatory(desk, whole(form.fields, "id"))
    setups, counts = await asyncio.gather(
        setups_of_observer(desk, one.id),
        desk.stores.points.counts_by_observer([one.id]),
    )
    charts = await asyncio.to_thread(_charts, setups)
    return await page(
        request,
        observer,
        "observatory.html",
        one=one,
        count=counts.get(one.id, 0),
        setups=setups,
        warnings=changes_told(setups),
        **charts,
    )


def _charts(setups: Sequence[SetupOfTarget]) -> dict[str, Any]:
    """Draw colour terms and noise of all nights, coloured by band."""
    terms, noises = [], []
    for one in setups:
        band = one.shown.band
        look = f"band{palette.place(band)} {palette.look(band).shape}"
        columns = (one.setup.mjd, one.setup.term, one.setup.term_err, one.setup.noise)
        rows = zip(*(unpack(column).tolist() for column in columns), strict=True)
        for mjd, term, error, noise in rows:
            about = f"{one.target} in {band}, MJD {mjd:.1f}: "
            terms.append((mjd, term, error, look, f"{about}{term:+.3f} ± {error:.3f}"))
            mmag = 1000 * noise
            noises.append((mjd, mmag, 0.0, look, f"{about}{mmag:.1f} mmag"))
    return {
        "term_chart": chart(terms, Plane("MJD [d]", "colour term", up=True), _SIZE),
        "noise_chart": chart(
            noises, Plane("MJD [d]", "bright star's noise [mmag]", up=True), _SIZE
        ),
    }
