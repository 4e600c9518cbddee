"""What should make an observer look twice at a magnitude, in sentences."""

import math
from collections.abc import Iterator, Sequence

import numpy as np

from services.calibrator.domain.hints import Hints
from services.calibrator.domain.learning import what_a_frame_says
from services.calibrator.domain.model import BoolArray, Field, FloatArray, Forced
from services.calibrator.domain.outcome import Magnitude, ZeroPoint
from services.calibrator.domain.robust import mad_sigma
from services.calibrator.domain.run import Run
from services.calibrator.domain.selection import much_tighter
from shared.kernel.median import median
from shared.kernel.quality import Quality

__all__ = [
    "about_the_choice",
    "about_the_image",
    "about_the_margin",
    "about_the_place",
    "about_the_run",
    "about_the_target",
]

_SURPRISING = 4.0
_AS_GOOD = 1.0
_NOTED = 0.05
_FEWEST_OF_A_HALF = 10
_SMALLEST_STEP = 0.03
_CERTAIN = 5.0
_SMALLEST_RUN = 0.05
_HALF = 0.5
_ALONG = 0.4
_APART = 1.5
_BEYOND_DEPTH = 0.5
_ARCSEC = 3600.0
_LEAST_SNR, _SURE_SNR = 3.0, 5.0
_WORDS = {
    Quality.SATURATED: "saturated",
    Quality.CUT_OFF: "cut off by the image's edge or a lack of memory",
    Quality.BAD_PIXELS: "touched by bad pixels",
    Quality.EXTENDED: "extended, no point",
    Quality.CROWDED: "blended with a neighbour",
}


def about_the_choice(
    best: ZeroPoint, ranking: Sequence[ZeroPoint], fits: Sequence[ZeroPoint]
) -> Iterator[str]:
    """Yield what is odd about the chosen band.

    Parameters
    ----------
    ranking
        The acceptable fits by their scores.
    fits
        All fits, refused ones too.
    """
    own = what_a_frame_says(best)
    if own is not None:
        apart = abs(own.colour_term - best.prior.mean)
        if apart > _SURPRISING * np.hypot(best.prior.sigma, own.variance**0.5):
            yield (
                f"The colour term, {own.colour_term:+.2f} by itself, is not what was "
                f"expected, {best.prior.mean:+.2f}: is {best.matches.band} your filter?"
            )
    first = ranking[0]
    tighter = much_tighter(first, fits)
    if tighter is not None:
        yield (
            f"{tighter.matches.name} fits {tighter.stars_used} of "
            f"{tighter.stars_entered} stars to {tighter.scatter:.3f} mag, "
            f"{first.matches.name} only to {first.scatter:.3f}: a step in the image, "
            "clouds, saturated or extended stars? Look at the residuals."
        )


def about_the_margin(ranking: Sequence[ZeroPoint], hints: Hints) -> Iterator[str]:
    """Yield which other filter is as probable, if it gives another magnitude."""
    best = ranking[0]
    if surprise := hints.surprise(best.matches.band):
        yield surprise
    posteriors = hints.posteriors(ranking)
    for fit, posterior in zip(ranking[1:], posteriors[1:], strict=True):
        apart = fit.zero_point - best.zero_point
        error = math.hypot(best.zero_point_err, fit.zero_point_err)
        as_good = posterior > posteriors[0] - _AS_GOOD
        another = fit.matches.band != best.matches.band
        if as_good and another and abs(apart) > max(_NOTED, 2 * error):
            yield (
                f"{fit.matches.name} fits about as well as {best.matches.name}, and "
                f"makes the magnitude {abs(apart):.2f} "
                f"{'fainter' if apart > 0 else 'brighter'}: name the filter."
            )
            return


def about_the_run(run: Run, east: FloatArray, north: FloatArray) -> Iterator[str]:
    """Yield how the zero-point runs over the image.

    Parameters
    ----------
    east, north
        Of each uploaded star from the target's position [deg], shape (n,).
    """
    for kind, added in run.parts():
        size = float(np.ptp(added))
        if size > _SMALLEST_RUN:
            yield _told_of_a_run(kind, added, size, east, north)
    if run.doubt > _SMALLEST_STEP**2:
        yield (
            f"The target lies at the edge of a step: on which side is not known, "
            f"which may make {math.sqrt(run.doubt):.2f} mag."
        )


def _told_of_a_run(
    kind: str, added: FloatArray, size: float, east: FloatArray, north: FloatArray
) -> str:
    if kind == "plane":
        return (
            f"The zero-point runs by {size:.2f} mag over the image, taken off as a "
            "plane: is the flat right?"
        )
    if kind == "chips":
        return f"The chips' zero-points differ by {size:.2f} mag: each has its own."
    lower = added < added.min() + size / 2
    if kind == "vignetting":
        away = np.hypot(east - median(east), north - median(north))
        where = "corners" if away[lower].mean() > away.mean() else "middle"
        return (
            f"Stars in the {where} are uploaded {size:.2f} mag fainter, taken off as "
            "a missing flat: is the image flat-fielded?"
        )
    few = lower if lower.mean() <= _HALF else ~lower
    word = "fainter" if few is lower else "brighter"
    return (
        f"{few.mean():.0%} of the stars, in the {_towards(few, east, north)}, are "
        f"uploaded {size:.2f} mag {word}, taken off as a step: a cloud, an amplifier?"
    )


def _towards(some: BoolArray, east: FloatArray, north: FloatArray) -> str:
    """Return the side of the image on which some of the stars lie."""
    way = [
        (median(along[some]) - median(along)) / (float(np.ptp(along)) or 1)
        for along in (east, north)
    ]
    words = [
        name[int(along < 0)]
        for along, name in zip(way, (("east", "west"), ("north", "south")), strict=True)
        if abs(along) > _ALONG * max(map(abs, way))
    ]
    return "-".join(reversed(words))


def about_the_image(
    best: ZeroPoint, east: FloatArray, north: FloatArray
) -> Iterator[str]:
    """Yield where two halves of the image differ although the run is taken off.

    Parameters
    ----------
    east, north
        Of each uploaded star from the target's position [deg], shape (n,).
    """
    for place, side in ((east, "eastern"), (north, "northern")):
        step = _step(best.residual[best.entered], place[best.star[best.entered]])
        if step:
            yield (
                f"Stars of the {side} half are uploaded {abs(step):.2f} mag "
                f"{'fainter' if step < 0 else 'brighter'} than the others: a step in "
                "the image?"
            )


def _step(residual: FloatArray, along: FloatArray) -> float:
    """Return how far the residuals of two halves lie apart, outliers included.

    It is 0 where that is no more than chance or a few hundredths of a magnitude.
    """
    half = along > median(along)
    parts = residual[half], residual[~half]
    if min(map(len, parts)) < _FEWEST_OF_A_HALF:
        return 0.0
    step = median(parts[0]) - median(parts[1])
    error = math.hypot(*map(_median_error, parts))
    return step if abs(step) > max(_SMALLEST_STEP, _CERTAIN * error) else 0.0


def _median_error(values: FloatArray) -> float:
    """Return the standard error of a median: 1.25 times that of the mean."""
    return 1.2533 * mad_sigma(values - median(values)) / math.sqrt(len(values))


def _about_a_star_apart(target: int, away: float, best: ZeroPoint) -> str:
    matches = best.matches
    known = matches.mag[matches.star == target]
    known = known[np.isfinite(known)]
    if len(known):
        return (
            f"The star found {away:.1f} arcsec from the target is {matches.survey}'s "
            f"star of {matches.band} = {known[0]:.1f} mag: is it your target?"
        )
    return f"The star taken for the target lies {away:.1f} arcsec from its position."


def _against(quality: Quality) -> Iterator[str]:
    """Yield what the file itself says against the target."""
    for mark, word in _WORDS.items():
        if mark in quality:
            yield f"The file marks the target as {word}: look at the image."


def about_the_place(forced: Forced) -> Iterator[str]:
    """Yield what is odd about light that was measured without a star being found."""
    if _LEAST_SNR <= forced.snr < _SURE_SNR:
        yield (
            f"No star was found; the light at the target's place is {forced.snr:.1f} "
            "times the noise."
        )


def about_the_target(
    field: Field,
    target: int,
    distance: FloatArray,
    magnitude: Magnitude,
    best: ZeroPoint,
) -> Iterator[str]:
    """Yield what is odd about the uploaded star that was taken for the target.

    Parameters
    ----------
    distance
        Of each uploaded star from the target's position [deg], shape (n,).
    best
        The fit that was chosen.
    """
    near = int((distance * _ARCSEC <= field.radius).sum())
    if near > 1:
        yield f"{near} stars of the file are at the target: the nearest is taken."
    away = float(distance[target]) * _ARCSEC
    if away > _APART:
        yield _about_a_star_apart(target, away, best)
    if field.quality is not None:
        yield from _against(Quality(int(field.quality[target])))
    if magnitude.error == 0:
        yield "The uploaded error of the target is 0: how sure it is nobody knows."
    depth = magnitude.depth
    if depth is not None and magnitude.value > depth + _BEYOND_DEPTH:
        beyond = magnitude.value - depth
        yield f"The target is {beyond:.1f} mag beyond the depth: is it a detection?"
