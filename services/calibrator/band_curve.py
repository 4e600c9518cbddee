"""A band of a target: its points, their stars, and what takes no part."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from services.calibrator.domain.network.frames import (
    MeasuredFrame,
    Setup,
    TargetLight,
)
from services.calibrator.domain.network.light_curve import Homogenised
from services.calibrator.store.measured import FrameStars
from services.calibrator.store.points import Point

__all__ = ["BandCurve", "colour_bands", "frame_of", "prepared", "survey_of"]

_FEWEST = 3
_LONGEST_FILTER = 40
_MOST_FILTERS = 8
_OTHER_FILTERS = "other"


@dataclass(frozen=True)
class BandCurve:
    """A band's light curve with what it was made of.

    Attributes
    ----------
    survey, system, colour
        Whose magnitudes these are, their photometric system, and the stars' colour.
    points
        All points of the target in the band, by submission.
    setups
        Whose telescope with which filter each was taken with, by submission.
    left_out
        Why some take no part, by number.
    homogenised
        What the network makes of the others; ``None`` before, and where there are none.
    """

    band: str
    survey: str
    system: str
    colour: str
    points: Mapping[str, Point]
    setups: Mapping[str, Setup]
    left_out: Mapping[int, str]
    homogenised: Homogenised | None = None

    @property
    def taking_part(self) -> list[Point]:
        """The points whose stars are known, by number."""
        part = [p for p in self.points.values() if p.number not in self.left_out]
        return sorted(part, key=lambda point: point.number)

    def with_network(self, done: Homogenised) -> "BandCurve":
        """Return the same with its network, and what that refuses."""
        refused = {
            self.points[frame.name].number: why
            for frame, why in zip(done.network.table.frames, done.left_out, strict=True)
            if why
        }
        return replace(self, left_out={**self.left_out, **refused}, homogenised=done)


def survey_of(points: Iterable[Point]) -> str:
    """Return the survey that most points were calibrated with."""
    count = Counter(point.survey for point in points)
    return min(count, key=lambda survey: (-count[survey], survey))


def prepared(
    band: str, survey: str, points: Sequence[Point], stars: Mapping[str, FrameStars]
) -> BandCurve:
    """Return a band's curve before it is solved.

    Parameters
    ----------
    stars
        Those that are kept of the points' submissions.
    """
    left_out = {
        point.number: why
        for point in points
        if (why := _lacking(band, survey, stars.get(point.upload)))
    }
    known = [stars[p.upload] for p in points if p.number not in left_out]
    return BandCurve(
        band,
        survey,
        known[-1].system if known else "",
        known[-1].colour if known else "",
        {point.upload: point for point in points},
        _setups(points),
        left_out,
    )


def _lacking(band: str, survey: str, stars: FrameStars | None) -> str:
    """Return why a point's stars are of no use here; nothing where they are."""
    if stars is None or stars.band != band:
        return f"No stars by {survey} are kept of it: let it be recalibrated."
    if len(stars.stars.number) < _FEWEST:
        return f"It has fewer than {_FEWEST} stars of {survey}."
    return ""


def _setups(points: Sequence[Point]) -> dict[str, Setup]:
    """Return each point's setup; the rarer ones of an observer's many are one."""
    filters: dict[int, Counter[str]] = {}
    for point in points:
        own = filters.setdefault(point.observer, Counter())
        own[point.filter[:_LONGEST_FILTER]] += 1
    usual = {
        observer: set(sorted(own, key=lambda name: (-own[name], name))[:_MOST_FILTERS])
        for observer, own in filters.items()
    }
    named = {point.upload: point.filter[:_LONGEST_FILTER] for point in points}
    return {
        point.upload: Setup(
            point.observer,
            named[point.upload]
            if named[point.upload] in usual[point.observer]
            else _OTHER_FILTERS,
        )
        for point in points
    }


def frame_of(point: Point, stars: FrameStars, setup: Setup) -> MeasuredFrame:
    """Return a point's frame as a network takes it."""
    return MeasuredFrame(
        **vars(stars.stars),
        name=point.upload,
        setup=setup,
        mjd=point.mjd,
        target=TargetLight(
            point.light, point.light_err, point.colours.get(stars.colour)
        ),
    )


def colour_bands(curves: Mapping[str, BandCurve]) -> dict[str, tuple[str, str]]:
    """Return the bands of each band's colour, where all are of one survey.

    Another survey's bands of the same names are of another system.
    """
    found = {}
    for band, curve in curves.items():
        blue, _, red = curve.colour.partition("-")
        own = [curves[one].survey for one in (blue, red) if one in curves]
        if own == [curve.survey, curve.survey]:
            found[band] = (blue, red)
    return found
