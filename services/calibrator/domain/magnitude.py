"""The target's magnitude, or the upper limit where it was not detected."""

import numpy as np

from services.calibrator.domain.model import (
    CalibrationImpossibleError,
    Field,
    FloatArray,
    Magnitude,
    ZeroPoint,
)

__all__ = ["calibrated", "find_target", "upper_limit"]

_ARCSEC = 3600.0
_FIVE_SIGMA = 2.5 / np.log(10) / 5
_FEWEST_FOR_DEPTH = 5
_FLATTEST_RUN = 0.05
_RIM, _BEYOND_RIM = 0.95, 1.3
_BEYOND_DEPTH = 2.0
_FAINTEST_LIMIT = 26.0


def find_target(field: Field) -> int | None:
    """Return the index of the uploaded star that is the target, if it is there.

    Raises
    ------
    CalibrationImpossibleError
        The target lies outside the area that the uploaded stars cover.
    """
    east, north = _offsets(field)
    distance = np.hypot(east, north)
    nearest = int(np.argmin(distance))
    if distance[nearest] <= field.radius:
        return nearest
    middle = np.median(east), np.median(north)
    away = np.hypot(east - middle[0], north - middle[1])
    if np.hypot(*middle) > _BEYOND_RIM * np.quantile(away, _RIM):
        raise CalibrationImpossibleError(
            "The target lies outside the uploaded field.",
            "Check the name of the target and your astrometry",
        )
    return None


def _offsets(field: Field) -> tuple[FloatArray, FloatArray]:
    """Return east and north of each star from the target [arcsec], shape (n,).

    Gnomonic projection, right at the poles as well.
    """
    ra, dec = np.radians(field.ra), np.radians(field.dec)
    ra0, dec0 = np.radians(field.target_ra), np.radians(field.target_dec)
    scale = np.sin(dec0) * np.sin(dec) + np.cos(dec0) * np.cos(dec) * np.cos(ra - ra0)
    scale = np.where(scale > 0, scale, np.nan)
    east = np.cos(dec) * np.sin(ra - ra0) / scale
    north = (
        np.cos(dec0) * np.sin(dec) - np.sin(dec0) * np.cos(dec) * np.cos(ra - ra0)
    ) / scale
    return (
        np.nan_to_num(np.degrees(east) * _ARCSEC, nan=np.inf),
        np.nan_to_num(np.degrees(north) * _ARCSEC, nan=np.inf),
    )


def calibrated(field: Field, target: int, fit: ZeroPoint) -> Magnitude:
    """Return the magnitude of the target, the uploaded star of that index."""
    error = float(field.mag_err[target])
    total = float(np.sqrt(error**2 + fit.error**2 + fit.intrinsic**2))
    value = float(field.mag[target]) + fit.zero_point
    return Magnitude(value, error, total, depth(field, fit))


def upper_limit(field: Field, fit: ZeroPoint) -> Magnitude:
    """Return the faintest uploaded star's calibrated magnitude, with errors of −1.

    Raises
    ------
    CalibrationImpossibleError
        The limit is fainter than the image can reach.
    """
    value = float(field.mag.max()) + fit.zero_point
    reach = depth(field, fit)
    deepest = _FAINTEST_LIMIT if reach is None else reach + _BEYOND_DEPTH
    if value > min(deepest, _FAINTEST_LIMIT):
        raise CalibrationImpossibleError(
            f"The target is not detected and a limit of {value:.1f} mag is not real.",
            "The faintest star in the catalogue seems to be a false detection",
        )
    return Magnitude(value, -1.0, -1.0, reach)


def depth(field: Field, fit: ZeroPoint) -> float | None:
    """Return the 5-sigma depth [mag], or ``None`` where the errors do not show it.

    A star has a signal-to-noise ratio of five where its error is 0.217 mag; the
    logarithm of the errors is a straight line in magnitude on the faint side, with a
    slope of 0.2 (photon noise) to 0.4 (sky noise); one below 0.05 tells nothing.
    """
    faint = (field.mag >= np.median(field.mag)) & (field.mag_err > 0)
    mag, err = field.mag[faint], field.mag_err[faint]
    if len(mag) < _FEWEST_FOR_DEPTH or np.ptp(mag) == 0:
        return None
    slope, start = np.polyfit(mag, np.log10(err), 1)
    if slope < _FLATTEST_RUN:
        return None
    return float((np.log10(_FIVE_SIGMA) - start) / slope) + fit.zero_point
