"""Between what was seen on an image and what is said of it: numbers, and files."""

import math
from dataclasses import asdict
from typing import Any

import numpy as np

from services.imager.domain.forced import Forced
from services.imager.domain.lists import (
    StarRows,
    as_ascii_head,
    as_ldac,
    plate_header,
)
from services.imager.domain.measure import Seen
from services.imager.domain.order import Order
from services.imager.domain.photometry import Photometry
from services.imager.domain.plate.plane import off_plane, onto_plane
from services.imager.domain.plate.verify import Solution
from services.imager.domain.preview import cutout_of, preview_of
from services.imager.domain.state import elongation_of, growth_curve, size_over_field
from shared.columns import pack

__all__ = ["files_of", "told_of"]

_MAG_OF_RELATIVE = 2.5 / math.log(10)
_MOST_STARS = 20_000
_MOST_CHARTED = 2000
_MOST_LEFT = 2000
_LEAST_SHARE = 0.1
_DETECTED = 3.0
_PLATE, _CENTRES, _LEAST_REACH = 5.0, 0.4, 0.3
_FAINTEST_ERROR = 1.0


def told_of(seen: Seen, order: Order) -> dict[str, Any]:
    """Return what is known of an image, as JSON has it."""
    fault = seen.fault
    forced = seen.forced if fault is None else None
    return {
        "stage": seen.stage,
        "fault": None if fault is None else {"message": str(fault), "hint": fault.hint},
        "quality": _quality(seen),
        "plate": _plate(seen, order) if seen.solution else None,
        "forced": None if forced is None else _forced(forced, _reach(seen)),
        "notes": list(dict.fromkeys([*seen.notes, *_doubts(seen, order)])),
    }


def files_of(seen: Seen, order: Order) -> dict[str, bytes]:
    """Return columns of numbers, and files, by the names that events have for them."""
    parts: dict[str, bytes] = {}
    if seen.ground is not None:
        parts["preview"] = preview_of(seen.ground)
    if seen.stars is not None:
        parts |= _where(seen.stars)
    if seen.solution is not None and seen.stars is not None:
        parts |= _on_the_sky(seen, seen.stars, seen.solution, order)
    return parts


def _quality(seen: Seen) -> dict[str, Any] | None:
    pixels, ground, sources = seen.pixels, seen.ground, seen.sources
    if pixels is None or ground is None:
        return None
    told: dict[str, Any] = {
        "width": pixels.width,
        "height": pixels.height,
        "binning": pixels.binning,
        "saturation": seen.saturation,
        "sky": ground.sky,
        "noise": ground.sigma,
        "noise_ratio": seen.noise.ratio if seen.noise else 1.0,
        "gain": seen.noise.gain if seen.noise else None,
        "gain_source": seen.noise.source if seen.noise else "",
        "sources": len(sources) if sources else 0,
        "hfd": sources.hfd if sources else 0.0,
        "elongation": elongation_of(sources) if sources else 1.0,
        "stars": len(seen.stars) if seen.stars else 0,
    }
    if seen.stars is not None and sources is not None:
        told["left_out"] = seen.stars.left_out
        told["growth"] = growth_curve(seen.stars)
        parts = size_over_field(ground, seen.stars, sources.hfd)
        told["field"] = [asdict(part) for part in parts]
    return told


def _plate(seen: Seen, order: Order) -> dict[str, Any]:
    solution, pixels = seen.solution, seen.pixels
    if solution is None or pixels is None:
        raise RuntimeError("a plate is told of once it is solved")
    right, top = pixels.width - 0.5, pixels.height - 0.5
    corners = np.array([-0.5 - 0.5j, right - 0.5j, right + 1j * top, -0.5 + 1j * top])
    ra, dec = off_plane(solution.plate.on_plane(corners), order.target)
    return {
        "how": seen.how,
        "matched": solution.matched,
        "rms": solution.rms,
        "log_p": max(solution.log_p, -300.0),
        "spread": solution.spread,
        "scale": solution.plate.scale,
        "up": solution.plate.up,
        "parity": solution.plate.parity,
        "order": solution.plate.order,
        "header_off": seen.header_off,
        "corners": [
            {"ra": float(one), "dec": float(other)}
            for one, other in zip(ra, dec, strict=True)
        ],
    }


def _too_bright(forced: Forced) -> float:
    """Return by how much light beside the target may make it too bright [mag]."""
    strange = forced.strange_light
    if not strange:
        return 0.0
    left = max(forced.flux - strange, _LEAST_SHARE * forced.flux)
    return 2.5 * math.log10(forced.flux / left)


def _reach(seen: Seen) -> float:
    """Return how far [arcsec] from its place a star may be the target."""
    if seen.solution is None or seen.sources is None:
        raise RuntimeError("the target is measured once there is a plate")
    star = _CENTRES * seen.sources.hfd * seen.solution.plate.scale
    return max(_PLATE * seen.solution.rms, star, _LEAST_REACH)


def _forced(forced: Forced, reach: float) -> dict[str, Any]:
    alike = forced.likeness
    told: dict[str, Any] = {
        "x": forced.x,
        "y": forced.y,
        "limit": -2.5 * math.log10(forced.limit),
        "snr": forced.snr,
        "chi2": None if alike is None else alike.chi2,
        "asymmetry": None if alike is None else alike.asymmetry,
        "too_bright": _too_bright(forced),
        "quality": forced.quality,
        "radius": forced.radius,
        "reach": reach,
    }
    if forced.flux > 0 and (forced.is_light or forced.snr < _DETECTED):
        error = _MAG_OF_RELATIVE * forced.error / forced.flux
        told["mag"] = -2.5 * math.log10(forced.flux)
        told["mag_err"] = math.hypot(error, told["too_bright"])
    return told


def _doubts(seen: Seen, order: Order) -> list[str]:
    """Return what should make an observer look twice."""
    if seen.forced is None or seen.fault is not None:
        return []
    extra = _too_bright(seen.forced)
    if not extra:
        return []
    told = f"Light at {order.name} is no star's (a galaxy, a neighbour?): "
    return [told + f"it may be {extra:.2f} mag too bright."]


def _where(stars: Photometry) -> dict[str, bytes]:
    return {
        "seen_x": pack(stars.x),
        "seen_y": pack(stars.y),
        "seen_quality": pack(stars.quality),
        "left_x": pack(stars.left_x[:_MOST_LEFT]),
        "left_y": pack(stars.left_y[:_MOST_LEFT]),
        "left_why": pack(stars.left_why[:_MOST_LEFT]),
    }


def _on_the_sky(
    seen: Seen, stars: Photometry, solution: Solution, order: Order
) -> dict[str, bytes]:
    pixels, ground, sources = seen.pixels, seen.ground, seen.sources
    if pixels is None or ground is None or sources is None:
        raise RuntimeError("a plate is solved on an image with sources")
    size = pixels.width, pixels.height
    rows = _rows(seen, stars, solution, order)
    header = plate_header(solution.plate, order.target, size)
    parts = {name: pack(column) for name, column in vars(rows).items()}
    parts |= _charted(solution, order, size)
    parts["star_list"] = as_ldac(rows, header)
    parts["star_text"] = as_ascii_head(rows)
    parts["plate_header"] = header.encode()
    place = solution.plate.pixel_of(0j)
    if abs(place - complex(size[0], size[1]) / 2) < 2 * max(size):
        where = place.real, place.imag
        parts["cutout"] = cutout_of(ground, where, sources.hfd)
    return parts


def _rows(seen: Seen, stars: Photometry, solution: Solution, order: Order) -> StarRows:
    """Return the brightest stars with places on the sky and magnitudes."""
    chosen = np.sort(np.argsort(-stars.flux)[:_MOST_STARS])
    x, y = stars.x[chosen], stars.y[chosen]
    ra, dec = off_plane(solution.plate.on_plane(x + 1j * y), order.target)
    flux = stars.flux[chosen]
    error = np.minimum(_MAG_OF_RELATIVE * stars.error[chosen] / flux, _FAINTEST_ERROR)
    if seen.forced is not None and seen.sources is not None:
        own = np.hypot(x - seen.forced.x, y - seen.forced.y) < seen.sources.hfd
        error[own] = np.hypot(error[own], _too_bright(seen.forced))
    mag = -2.5 * np.log10(flux)
    return StarRows(x, y, ra, dec, mag, error, stars.quality[chosen])


def _charted(
    solution: Solution, order: Order, size: tuple[int, int]
) -> dict[str, bytes]:
    """Return where the image should show the reference stars, the brightest first."""
    placed = onto_plane(*order.chart, order.target)
    placed = placed[np.isfinite(placed)]
    where = solution.plate.pixels_of(placed)
    inside = (where.real > 0) & (where.real < size[0])
    inside &= (where.imag > 0) & (where.imag < size[1])
    where = where[inside][:_MOST_CHARTED]
    return {"charted_x": pack(where.real), "charted_y": pack(where.imag)}
