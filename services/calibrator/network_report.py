"""Networks as they are told."""

from hashlib import sha256

import numpy as np

from services.calibrator.band_curve import BandCurve
from services.calibrator.domain.model import FloatArray
from services.calibrator.domain.network.agreement import offsets_of
from services.calibrator.domain.network.light_curve import Homogenised
from services.calibrator.domain.network.misfits import star_verdict
from services.calibrator.domain.network.setups import (
    by_night,
    history_of,
)
from shared.columns import pack
from shared.contracts.calibrator import LightCurveHomogenised
from shared.contracts.network import NetworkPoints, NetworkSetup, NetworkStars
from shared.messaging.wire import encoded

__all__ = ["digest_of", "no_curve", "told_curve"]


def no_curve(alert_id: int, band: str, version: int) -> LightCurveHomogenised:
    """Return the event that tells that a band has no points any more."""
    return LightCurveHomogenised(alert_id=alert_id, band=band, version=version)


def digest_of(told: LightCurveHomogenised) -> str:
    """Return what changes whenever a band's curve does; nothing where it has none."""
    if told.survey is None:
        return ""
    return sha256(encoded(told.model_copy(update={"version": 1}))).hexdigest()


def told_curve(alert_id: int, curve: BandCurve, version: int) -> LightCurveHomogenised:
    """Return the event that tells a band's light curve."""
    done = curve.homogenised
    left_out = {str(number): why for number, why in curve.left_out.items()}
    told = LightCurveHomogenised(
        alert_id=alert_id,
        band=curve.band,
        survey=curve.survey,
        system=curve.system,
        colour_name=curve.colour,
        version=version,
        left_out=left_out,
    )
    if done is None:
        return told
    return told.model_copy(
        update={
            "mean_colour": done.network.table.stars.mean_colour,
            "points": _points(curve, done),
            "setups": _setups(curve, done),
            "stars": _stars(done),
            "survey_scatter": done.network.survey.scatter,
        }
    )


def _points(curve: BandCurve, done: Homogenised) -> NetworkPoints:
    table, light = done.network.table, done.light
    points = [curve.points[frame.name] for frame in table.frames]
    out = np.array([bool(why) for why in done.left_out])
    return NetworkPoints(
        observation_id=pack([point.number for point in points]),
        revision=pack([point.revision for point in points]),
        mjd=pack(table.mjd),
        setup=pack(table.setup),
        mag=pack(np.where(out, np.nan, light.mag)),
        total_err=pack(np.where(out, np.nan, light.total_err)),
        colour_err=pack(np.where(out, np.nan, light.colour_err)),
        colour=pack(done.colour.value),
        colour_from=pack(done.colour.source),
        noisier=pack(done.network.noise.frame),
    )


def _setups(curve: BandCurve, done: Homogenised) -> tuple[NetworkSetup, ...]:
    network = done.network
    table, found, noise = network.table, network.found, network.noise
    names = {point.observer: point.observer_name for point in curve.points.values()}
    offsets = offsets_of(done)
    told = []
    for number, setup in enumerate(table.setups):
        nights = by_night(history_of(network, number))
        mjd = table.mjd[table.setup == number]
        offset = offsets[number]
        told.append(
            NetworkSetup(
                observer_id=setup.observer,
                observer=names[setup.observer],
                filter=setup.filter,
                part=setup.part,
                frames=len(mjd),
                since=float(mjd.min()),
                until=float(mjd.max()),
                colour_term=float(found.term[number]),
                colour_term_err=float(network.term_err[number]),
                error_scale=float(noise.scale[number]),
                noise_floor=float(noise.floor[number]),
                lasting=float(network.lasting[number]),
                wrong=float(noise.wrong[number]),
                offset=None if offset is None else offset[0],
                offset_err=None if offset is None else offset[1],
                mjd=pack(nights.mjd),
                term=pack(nights.term),
                term_err=pack(nights.term_err),
                noise=pack(nights.noise),
            )
        )
    return tuple(told)


def _stars(done: Homogenised) -> NetworkStars:
    network = done.network
    stars, found = network.table.stars, network.found
    verdict = star_verdict(network)
    error: FloatArray = np.sqrt(found.covariance.diagonal()[: len(found.star)])
    return NetworkStars(
        ra=pack(stars.ra),
        dec=pack(stars.dec),
        reference=pack(stars.reference),
        mag=pack(stars.reference + found.star),
        mag_err=pack(error),
        colour=pack(stars.colour + stars.mean_colour),
        frames=pack(verdict.frames),
        ratio=pack(verdict.ratio),
        varies=pack(verdict.varies),
        strays=pack(verdict.strays),
        suspect=pack(verdict.suspect),
        survey_wrong=pack(1 - network.survey.trust),
    )
