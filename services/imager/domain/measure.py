"""Measure the target on an image. Read this first."""

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from services.imager.domain.aperture import empty_sky, radii_of
from services.imager.domain.detect import Sources, detected
from services.imager.domain.faults import UnusableImageError
from services.imager.domain.forced import Forced, forced_at
from services.imager.domain.header import claimed_plate, claims_of
from services.imager.domain.noise import Noise, noise_of
from services.imager.domain.order import Order
from services.imager.domain.photometry import Photometry, photometry_of
from services.imager.domain.pixels import Pixels, read_pixels
from services.imager.domain.plate.plane import onto_plane
from services.imager.domain.plate.solve import ANY_SCALE, FEWEST, confirmed, solved
from services.imager.domain.plate.stars import Charted, Detected
from services.imager.domain.plate.verify import Solution
from services.imager.domain.plate.vote import Scales
from services.imager.domain.sky import Ground, ground_of, saturation_of
from shared.kernel.fits_images import chosen_image, images_of
from shared.kernel.fits_layout import parts_of
from shared.kernel.fits_scale import claimed_scale
from shared.kernel.quality import Quality
from shared.kernel.sentence import RefusedError

__all__ = ["Seen", "look_at"]

_KNOWN_TO = 1.21
_WORTH_A_WORD = 30.0
_LARGE = 12.0
"""[px] Beyond this the mesh of the sky must be wider than usual."""
_MOST_MASKED = 0.05


@dataclass
class Seen:
    """What was found, as far as it went.

    Attributes
    ----------
    stage
        At which it ended: file, stars, plate or target.
    fault
        Why nothing can be measured; nothing where the target was.
    how
        How the plate was solved.
    header_off
        By how much the header's positions were wrong [arcsec].
    """

    stage: Literal["file", "stars", "plate", "target"] = "file"
    pixels: Pixels | None = None
    saturation: float | None = None
    ground: Ground | None = None
    sources: Sources | None = None
    noise: Noise | None = None
    stars: Photometry | None = None
    solution: Solution | None = None
    how: Literal["header", "hinted", "blind"] = "hinted"
    header_off: float | None = None
    forced: Forced | None = None
    fault: RefusedError | None = None
    notes: list[str] = field(default_factory=list)


def look_at(path: Path, order: Order) -> Seen:
    """Return what an image shows; a fault tells why the target is not measured."""
    seen = Seen()
    try:
        pixels = _read(seen, path, order)
        ground, sources, stars, noise = _stars(seen, pixels, order)
        solution = _plate(seen, pixels, stars, order)
        _target(seen, solution, (ground, sources, stars, noise), order)
    except RefusedError as fault:
        seen.fault = fault
    return seen


def _read(seen: Seen, path: Path, order: Order) -> Pixels:
    with path.open("rb") as file:

        def read(start: int, count: int) -> bytes:
            file.seek(start)
            return file.read(count)

        image = chosen_image(images_of(parts_of(read)), order.extension)
    pixels = read_pixels(path, image, order.plane)
    seen.pixels = pixels
    seen.notes += pixels.notes
    return pixels


def _stars(
    seen: Seen, pixels: Pixels, order: Order
) -> tuple[Ground, Sources, Photometry, Noise]:
    seen.stage = "stars"
    claims = claims_of(pixels.cards, order.gain, order.saturation)
    claims = claims.of_means(pixels.binning)
    seen.saturation, told = saturation_of(pixels, claims.saturation)
    ground = seen.ground = ground_of(pixels, seen.saturation)
    sources = seen.sources = detected(ground)
    if sources.hfd > _LARGE:
        ground = seen.ground = ground_of(pixels, seen.saturation, sources.hfd)
        sources = seen.sources = detected(ground)
    empty = empty_sky(ground, sources, radii_of(sources.hfd), 400)
    noise = seen.noise = noise_of(ground, empty, claims)
    stars = seen.stars = photometry_of(ground, sources, noise)
    seen.notes += filter(None, [told, *noise.notes])
    return ground, sources, stars, noise


def _plate(seen: Seen, pixels: Pixels, stars: Photometry, order: Order) -> Solution:
    seen.stage = "plate"
    if len(stars) < FEWEST:
        found = {0: "No stars were", 1: "Only 1 star was"}
        told = found.get(len(stars), f"Only {len(stars)} stars were")
        raise UnusableImageError(
            f"{told} found: a plate solution needs {FEWEST}.",
            "Is it in focus, is it reduced?",
        )
    if not len(order.chart[0]):
        away = ", ".join(order.lacking)
        hint = "The surveys on this server have no stars around your target"
        if away:
            hint = f"{away} did not answer: try again in a minute"
        raise UnusableImageError("No survey has stars here yet.", hint)
    brightest = np.argsort(-stars.flux)
    places = (stars.x + 1j * stars.y)[brightest]
    image = Detected(places, pixels.width, pixels.height)
    chart = Charted(onto_plane(*order.chart, order.target))
    solution = seen.solution = _solved(seen, pixels, image, chart, order)
    if solution is None:
        raise UnusableImageError(
            f"No plate solution: {len(stars)} stars found, {len(chart)} of "
            f"{order.survey} around, none agree.",
            f"Is {order.name} on the image? Give scale, in arcsec per pixel",
        )
    return solution


def _solved(
    seen: Seen, pixels: Pixels, image: Detected, chart: Charted, order: Order
) -> Solution | None:
    """Return the plate: the header's if stars confirm it, else by the scale, else."""
    claim = claimed_plate(pixels.cards, image, order.target, pixels.binning)
    if claim is not None and (found := confirmed(image, chart, claim)):
        seen.how = "header"
        return found
    scale = order.scale or claimed_scale(pixels.cards)
    found = None
    if scale is not None:
        scale *= pixels.binning
        seen.how = "hinted"
        known = Scales(scale / _KNOWN_TO, scale * _KNOWN_TO)
        found = solved(image, chart, known)
    if found is None:
        seen.how = "blind"
        found = solved(image, chart, ANY_SCALE)
    if found is not None and claim is not None:
        middle = found.plate.on_plane(np.array([image.centre]))[0]
        seen.header_off = float(abs(middle - claim.place))
        if seen.header_off > _WORTH_A_WORD:
            seen.notes.append(
                f"The header's positions were wrong by {_angle(seen.header_off)}: "
                "solved anew."
            )
    return found


def _angle(arcsec: float) -> str:
    if arcsec < 60:  # noqa: PLR2004 - of a minute
        return f"{arcsec:.0f} arcsec"
    if arcsec < 3600:  # noqa: PLR2004 - of a degree
        return f"{arcsec / 60:.1f} arcmin"
    return f"{arcsec / 3600:.1f} deg"


def _target(
    seen: Seen,
    solution: Solution,
    work: tuple[Ground, Sources, Photometry, Noise],
    order: Order,
) -> None:
    seen.stage = "target"
    ground, sources, stars, noise = work
    place = solution.plate.pixel_of(0j)
    height, width = ground.light.shape
    inside = complex(
        min(max(place.real, 0.0), width - 1.0), min(max(place.imag, 0.0), height - 1.0)
    )
    beyond = abs(place - inside) * solution.plate.scale
    if beyond > 0:
        raise UnusableImageError(
            f"{order.name} lies {_angle(beyond)} beyond the edge of this image.",
            "Is this the right target?",
        )
    seen.forced = forced_at((place.real, place.imag), ground, sources, stars, noise)
    quality = Quality(seen.forced.quality)
    if Quality.SATURATED in quality and seen.pixels is not None:
        column, row = round(place.real), round(place.imag)
        level = float(seen.pixels.values[row, column])
        raise UnusableImageError(
            f"{order.name} is saturated ({level:,.0f}).", "Expose shorter"
        )
    if Quality.CUT_OFF in quality:
        raise UnusableImageError(
            f"{order.name} lies at the edge of this image: its light is cut off.",
            "Point the telescope at it",
        )
    if seen.forced.masked > _MOST_MASKED or not math.isfinite(seen.forced.flux):
        raise UnusableImageError(
            f"{seen.forced.masked:.0%} of the pixels at {order.name} are not usable.",
            "Look at the image: a bad column, the edge of a mosaic?",
        )
