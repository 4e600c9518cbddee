"""What was seen on an image: its picture with every star, and the files made of it."""

from collections.abc import Iterator
from itertools import chain
from typing import Any
from uuid import UUID

from services.gateway.domain.chart import Chart, Plane, chart
from services.gateway.domain.joining import joined
from services.gateway.domain.overlay import Target, Way, closeup, overlay
from services.gateway.domain.plates import plate_in_words
from services.gateway.pages.star_columns import stars_of
from services.gateway.store.images import Seen
from shared.columns import unpack
from shared.contracts.calibration import StarResiduals
from shared.contracts.imager import ImageMeasured, ImageQuality, PlateSolution
from shared.kernel.quality import Quality

__all__ = ["image_shown"]

_GROWTH = (360, 240)
_SAME = 2.0
"""[arcsec] By so much the catalogue may have moved a star."""
_REASONS = {1: "a hot pixel or a cosmic ray", 2: "too faint"}
_WORDS = {
    Quality.SATURATED: "saturated",
    Quality.CUT_OFF: "cut off",
    Quality.BAD_PIXELS: "bad pixels",
    Quality.EXTENDED: "extended",
    Quality.CROWDED: "crowded",
}


def image_shown(
    seen: Seen | None, stars: StarResiduals | None, upload: UUID
) -> dict[str, Any]:
    """Return what the template shows of an image; nothing of a list.

    Parameters
    ----------
    seen
        What imager said.
    stars
        Those of the fit, where there is one.
    upload
        Whose files are shown.
    """
    if seen is None or seen.quality is None or not seen.files.preview:
        return {"image": None}
    quality, plate = seen.quality, seen.plate
    target = _target(seen, quality)
    whole = overlay(
        (quality.width, quality.height),
        chain(_left_out(seen), _stars(seen, stars)),
        _charted(seen),
        target,
        None if plate is None else Way(plate.scale, plate.up, plate.parity),
    )
    return {
        "image": seen,
        "image_upload": upload,
        "overlay": whole,
        "closeup": closeup(whole, quality.hfd) if seen.files.cutout else None,
        "plate_told": None if plate is None else _in_words(plate, quality),
        "growth": _growth(quality),
        "field": _field(quality, plate),
    }


def _target(seen: Seen, quality: ImageQuality) -> Target | None:
    if not isinstance(seen, ImageMeasured):
        return None
    return seen.forced.x, seen.forced.y, seen.forced.radius, quality.hfd


def _in_words(plate: PlateSolution, quality: ImageQuality) -> str:
    return plate_in_words(
        plate.how,
        (plate.matched, plate.rms, plate.log_p),
        (quality.width, quality.height),
        (plate.scale, plate.up, plate.parity),
    )


def _stars(
    seen: Seen, fitted: StarResiduals | None
) -> Iterator[tuple[float, float, str, str]]:
    """Yield place, look and title of each star of the image."""
    listed = seen.stars if isinstance(seen, ImageMeasured) else seen.seen
    if listed is None:
        return
    known = _of_the_fit(seen, fitted)
    marks = unpack(listed.quality) if listed.quality else None
    places = zip(unpack(listed.x).tolist(), unpack(listed.y).tolist(), strict=True)
    for number, place in enumerate(places):
        quality = Quality(0) if marks is None else Quality(int(marks[number]))
        told = known.get(number) or _unfitted(quality, known=bool(known))
        yield (*place, *told)


def _left_out(seen: Seen) -> Iterator[tuple[float, float, str, str]]:
    """Yield place, look and title of each source that is no star to measure."""
    if seen.left is None:
        return
    columns = (unpack(it).tolist() for it in (seen.left.x, seen.left.y, seen.left.why))
    for x, y, why in zip(*columns, strict=True):
        yield x, y, "noise", _REASONS.get(int(why), "no star")


def _of_the_fit(seen: Seen, fitted: StarResiduals | None) -> dict[int, tuple[str, str]]:
    """Return look and title of the image's stars that a fit has, by their numbers.

    They are joined by their places on the sky: the catalogue may have moved them.
    """
    if fitted is None or not isinstance(seen, ImageMeasured):
        return {}
    stars = stars_of(fitted)
    columns = unpack(seen.stars.ra).tolist(), unpack(seen.stars.dec).tolist()
    places = [(star.ra, star.dec) for star in stars]
    numbers = joined(places, list(zip(*columns, strict=True)), _SAME)
    found = {}
    for star, number in zip(stars, numbers, strict=True):
        look = "left" if star.reason else "used"
        look = "full" if star.reason == "flagged in the file" else look
        if number is not None:
            found[number] = (look, star.title)
    return found


def _unfitted(quality: Quality, *, known: bool) -> tuple[str, str]:
    told = [word for mark, word in _WORDS.items() if mark in quality]
    look = "full" if Quality.SATURATED in quality else "alone"
    if known:
        told.append("in no survey that was chosen")
    return look, ", ".join(told) or "a star"


def _charted(seen: Seen) -> Iterator[tuple[float, float]]:
    if isinstance(seen, ImageMeasured):
        x, y = unpack(seen.charted.x), unpack(seen.charted.y)
        yield from zip(x.tolist(), y.tolist(), strict=True)


def _growth(quality: ImageQuality) -> Chart | None:
    if not quality.growth:
        return None
    points = [
        (radius, share, 0.0, "used", f"{share:.1%} of the light within {radius:.1f} px")
        for radius, share in quality.growth
    ]
    plane = Plane("radius [px]", "share of the light", up=True)
    return chart(points, plane, _GROWTH)


def _field(
    quality: ImageQuality, plate: PlateSolution | None
) -> list[list[str]] | None:
    """Return the stars' size in each of nine parts, the upper ones first."""
    if not quality.field:
        return None
    unit = 1.0 if plate is None else plate.scale
    sizes = {(part.x, part.y): part for part in quality.field}
    columns = [(n + 0.5) * quality.width / 3 for n in range(3)]
    rows = [(n + 0.5) * quality.height / 3 for n in (2, 1, 0)]
    found = []
    for y in rows:
        near = [
            next(
                (
                    one
                    for (at_x, at_y), one in sizes.items()
                    if abs(at_x - x) < 1 and abs(at_y - y) < 1
                ),
                None,
            )
            for x in columns
        ]
        found.append([f"{one.hfd * unit:.2f}" if one else "–" for one in near])
    return found
