"""The target's magnitude, or the upper limit where it was not detected."""

from dataclasses import replace

import numpy as np

from services.calibrator.domain.depth import depth
from services.calibrator.domain.model import Field, FloatArray, TargetColour
from services.calibrator.domain.outcome import (
    CalibrationImpossibleError,
    ForColour,
    Magnitude,
    ZeroPoint,
)

__all__ = ["calibrated", "find_target", "undetected", "upper_limit"]

_ARCSEC = 3600.0
_ALIKE = 0.02
"""[arcsec] Stars at the same distance, rounded, differ by less."""
_RIM, _BEYOND_RIM = 0.95, 1.3
_BEYOND_DEPTH = 2.0
_FAINTEST = 26.0
_DETECTED = 3.0
_BEYOND_COLOURS = 0.2


def find_target(field: Field, east: FloatArray, north: FloatArray) -> int | None:
    """Return the index of the uploaded star that is the target, if it is there.

    Of stars at the same distance it is the brightest, whatever their order.

    Parameters
    ----------
    field
        The uploaded stars and the matching radius.
    east, north
        Of each star from the target's position [deg], shape (n,).

    Raises
    ------
    CalibrationImpossibleError
        The target lies outside the area that the uploaded stars cover.
    """
    distance = np.sqrt(east**2 + north**2)
    close = np.flatnonzero(distance * _ARCSEC <= distance.min() * _ARCSEC + _ALIKE)
    rounded = np.round(distance[close] * _ARCSEC, 2)
    closest = close[rounded == rounded.min()]
    nearest = int(closest[np.argmin(field.mag[closest])])
    reach = (
        field.radius if field.forced is None else min(field.radius, field.forced.reach)
    )
    if distance[nearest] * _ARCSEC <= reach:
        return nearest
    middle = np.median(east), np.median(north)
    away = np.hypot(east - middle[0], north - middle[1])
    inside = field.forced is not None  # it was measured on the image
    if not inside and np.hypot(*middle) > _BEYOND_RIM * np.quantile(away, _RIM):
        raise CalibrationImpossibleError(
            "The target lies outside the uploaded field.",
            "Check the name of the target and your astrometry",
        )
    return None


def calibrated(field: Field, target: int, fit: ZeroPoint) -> Magnitude:
    """Return the magnitude of the target, the uploaded star of that index.

    Raises
    ------
    CalibrationImpossibleError
        No telescope on the ground sees so faint a star.
    """
    value = float(field.mag[target]) + fit.zero_point
    if value > _FAINTEST:
        raise CalibrationImpossibleError(
            f"The target's magnitude would be {value:.1f}: that is not real.",
            "Its row in the catalogue seems not to be a measurement",
        )
    plain = _plain(field, value, float(field.mag_err[target]), fit)
    colour = _known_colour(field, target, fit)
    if colour is None:
        return plain
    return replace(plain, for_colour=_for_colour(plain, colour, fit))


def _plain(field: Field, value: float, error: float, fit: ZeroPoint) -> Magnitude:
    """Return a magnitude with its total error, as the observer's filter has it."""
    total = float(np.hypot(_floor(error, fit), _unknown_colour(fit)))
    reach = depth(field.mag, field.mag_err)
    return Magnitude(value, error, total).at_depth(reach, fit.zero_point)


def _floor(error: float, fit: ZeroPoint) -> float:
    """Return the error [mag] that remains when the target's colour is known."""
    return float(np.sqrt(error**2 + fit.zero_point_err**2 + fit.expected_scatter**2))


def _unknown_colour(fit: ZeroPoint) -> float:
    """Return the error [mag] of a target that may have any of the stars' colours."""
    if fit.colour_term is None or fit.colour_term_err is None:
        return 0.0
    return fit.colour_spread * float(np.hypot(fit.colour_term, fit.colour_term_err))


def _known_colour(
    field: Field, target: int | None, fit: ZeroPoint
) -> TargetColour | None:
    """Return the target's colour: as told, or as the survey has it; else nothing.

    A colour beyond those of the stars used is not known well enough: the colour term
    is not extrapolated.
    """
    matches = fit.matches
    if matches.colour is None:
        return None
    told = [each for each in field.colours if each.name == matches.colour_name]
    own = matches.colour[matches.star == (-1 if target is None else target)]
    told += [
        TargetColour(matches.colour_name, float(value), matches.survey)
        for value in own[np.isfinite(own)]
    ]
    seen = matches.colour[np.isin(matches.star, fit.star[fit.used])]
    seen = seen[np.isfinite(seen)]
    if not told or not len(seen):
        return None
    inside = (
        seen.min() - _BEYOND_COLOURS <= told[0].value <= seen.max() + _BEYOND_COLOURS
    )
    return told[0] if inside else None


def _for_colour(
    plain: Magnitude, colour: TargetColour, fit: ZeroPoint
) -> ForColour | None:
    if (
        fit.colour_term is None
        or fit.colour_term_err is None
        or fit.mean_colour is None
    ):
        return None
    redder = colour.value - fit.mean_colour
    total = float(np.hypot(_floor(plain.error, fit), redder * fit.colour_term_err))
    return ForColour(plain.value + fit.colour_term * redder, total, colour)


def undetected(field: Field, fit: ZeroPoint) -> Magnitude:
    """Return what is known of a target that is no star of the list.

    On an image its light was measured all the same: where that is three times the
    noise it is a magnitude, else a limit by the noise at its place. Of a list alone it
    is the faintest star's magnitude.

    Raises
    ------
    CalibrationImpossibleError
        The limit is fainter than the image can reach.
    """
    forced = field.forced
    if forced is None:
        return upper_limit(field, fit)
    if forced.mag is None or forced.mag_err is None or forced.snr < _DETECTED:
        reach = depth(field.mag, field.mag_err)
        limit = Magnitude(forced.limit + fit.zero_point, -1.0, -1.0, snr=forced.snr)
        return limit.at_depth(reach, fit.zero_point)
    value = forced.mag + fit.zero_point
    plain = replace(_plain(field, value, forced.mag_err, fit), snr=forced.snr)
    colour = _known_colour(field, None, fit)
    if colour is None:
        return plain
    return replace(plain, for_colour=_for_colour(plain, colour, fit))


def upper_limit(field: Field, fit: ZeroPoint) -> Magnitude:
    """Return the faintest uploaded star's calibrated magnitude, with errors of −1.

    Raises
    ------
    CalibrationImpossibleError
        The limit is fainter than the image can reach.
    """
    value = float(field.mag.max()) + fit.zero_point
    reach = depth(field.mag, field.mag_err)
    limit = Magnitude(value, -1.0, -1.0).at_depth(reach, fit.zero_point)
    deepest = _FAINTEST if limit.depth is None else limit.depth + _BEYOND_DEPTH
    if value > min(deepest, _FAINTEST):
        raise CalibrationImpossibleError(
            f"The target is not detected and a limit of {value:.1f} mag is not real.",
            "The faintest star in the catalogue seems to be a false detection",
        )
    return limit
