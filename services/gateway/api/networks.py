"""``/api/v1``: light curves as one network, and observatories in theirs."""

import asyncio
from collections.abc import Sequence

from aiohttp import ETag, web

from services.gateway.actions.networks import (
    SetupOfTarget,
    changes_told,
    named_observatory,
    setups_of_observer,
)
from services.gateway.api.network_models import (
    BandNetworkShown,
    NetworkPointsShown,
    NetworkSetupShown,
    NetworkShown,
    NetworkStarsShown,
    ObservatoryNetworksShown,
    TargetSetupShown,
)
from services.gateway.api.query import answer
from services.gateway.api.targets import named_target
from services.gateway.store.observers import KnownObserver
from services.gateway.web.form import Form
from services.gateway.web.keys import DESK
from shared.columns import listed, unpack
from shared.contracts.calibrator import LightCurveHomogenised
from shared.contracts.network import NetworkPoints, NetworkSetup, NetworkStars

__all__ = ["network", "observatory_networks"]


async def network(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Return a target's light curve as one network of telescopes."""
    alert = await named_target(request)
    stores = request.app[DESK].stores
    stamp = await stores.curves.stamp(alert.id)
    if stamp is not None and ETag(stamp) in (request.if_none_match or ()):
        return web.Response(status=304, headers={"ETag": f'"{stamp}"'})
    curves = await stores.networks.of_target(alert.id)
    shown = answer(await asyncio.to_thread(_shown, alert.ivorn, curves))
    shown.headers["Cache-Control"] = "no-cache"
    shown.etag = stamp
    shown.enable_compression()
    return shown


def _shown(name: str, curves: Sequence[LightCurveHomogenised]) -> NetworkShown:
    return NetworkShown(name=name, bands=[_band(curve) for curve in curves])


def _band(curve: LightCurveHomogenised) -> BandNetworkShown:
    return BandNetworkShown(
        band=curve.band,
        survey=curve.survey or "",
        system=curve.system,
        version=curve.version,
        colour_name=curve.colour_name,
        mean_colour=curve.mean_colour,
        survey_scatter=curve.survey_scatter,
        points=None if curve.points is None else _points(curve.points),
        setups=[NetworkSetupShown(**_setup(one)) for one in curve.setups],
        stars=None if curve.stars is None else _stars(curve.stars),
        left_out=dict(curve.left_out),
    )


def _whole(column: bytes) -> list[int]:
    return [int(number) for number in unpack(column)]


def _points(points: NetworkPoints) -> NetworkPointsShown:
    return NetworkPointsShown(
        id=_whole(points.observation_id),
        revision=_whole(points.revision),
        mjd=unpack(points.mjd).tolist(),
        setup=_whole(points.setup),
        mag=listed(points.mag),
        total_err=listed(points.total_err),
        colour_err=listed(points.colour_err),
        colour=listed(points.colour),
        colour_from=_whole(points.colour_from),
        noisier=listed(points.noisier),
    )


def _setup(setup: NetworkSetup) -> dict[str, object]:
    nights = (setup.mjd, setup.term, setup.term_err, setup.noise)
    columns = {"mjd", "term", "term_err", "noise", "observer_id", "observer"}
    return {
        **setup.model_dump(exclude=columns),
        "observer": setup.observer_id,
        "observatory": setup.observer,
        "nights": [
            list(night) for night in zip(*(listed(one) for one in nights), strict=True)
        ],
    }


def _stars(stars: NetworkStars) -> NetworkStarsShown:
    return NetworkStarsShown(
        ra=unpack(stars.ra).tolist(),
        dec=unpack(stars.dec).tolist(),
        reference=listed(stars.reference),
        mag=listed(stars.mag),
        mag_err=listed(stars.mag_err),
        colour=listed(stars.colour),
        frames=_whole(stars.frames),
        ratio=listed(stars.ratio),
        varies=listed(stars.varies),
        strays=listed(stars.strays),
        suspect=[flag > 0 for flag in unpack(stars.suspect)],
        survey_wrong=listed(stars.survey_wrong),
    )


async def observatory_networks(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Return an observatory as the networks it is part of show it."""
    desk = request.app[DESK]
    one = await named_observatory(desk, int(request.match_info["number"]))
    setups = await setups_of_observer(desk, one.id)
    return answer(
        ObservatoryNetworksShown(
            observer=one.id,
            observatory=one.name,
            setups=[_of_target(each) for each in setups],
            warnings=changes_told(setups),
        )
    )


def _of_target(one: SetupOfTarget) -> TargetSetupShown:
    return TargetSetupShown.model_validate(
        {
            **_setup(one.setup),
            "target": one.target,
            "target_id": one.shown.alert_id,
            "band": one.shown.band,
            "survey": one.shown.survey,
            "colour_name": one.shown.colour_name,
        }
    )
