"""Where an image points, as its header says: good enough to guess the target by."""

import math

from services.gateway.domain.search import Cone
from services.gateway.domain.sexagesimal import degrees_of
from shared.kernel.fits_images import FitsImage
from shared.kernel.fits_layout import Cards, number_in
from shared.kernel.fits_scale import claimed_scale

__all__ = ["pointing_of"]

_NAMES = (("RA", "DEC"), ("OBJCTRA", "OBJCTDEC"), ("TELRA", "TELDEC"))
_UNKNOWN = 0.35
_OFF = 1.2
_CIRCLE = 360.0
_POLE = 90.0


def pointing_of(image: FitsImage) -> Cone | None:
    """Return the cone that an image covers by its header; nothing where it is silent.

    Its middle is the WCS's reference, else the telescope's position; hours where they
    are written with colons or spaces.
    """
    place = _reference(image.cards) or _telescope(image.cards)
    if place is None:
        return None
    scale = claimed_scale(image.cards)
    reach = _UNKNOWN
    if scale is not None:
        reach = _OFF * math.hypot(image.width, image.height) / 2 * scale / 3600
    return Cone(place[0], place[1], reach)


def _reference(cards: Cards) -> tuple[float, float] | None:
    if not cards.get("CTYPE1", "").startswith("RA"):
        return None
    return _on_sphere(number_in(cards, "CRVAL1"), number_in(cards, "CRVAL2"))


def _telescope(cards: Cards) -> tuple[float, float] | None:
    for ra_name, dec_name in _NAMES:
        try:
            ra = float(degrees_of(cards.get(ra_name, "").strip(), 15.0))
            dec = float(degrees_of(cards.get(dec_name, "").strip(), 1.0))
        except ValueError:
            continue
        if place := _on_sphere(ra, dec):
            return place
    return None


def _on_sphere(ra: float | None, dec: float | None) -> tuple[float, float] | None:
    if ra is None or dec is None or not abs(dec) <= _POLE or not 0 <= ra < _CIRCLE:
        return None
    return ra, dec
