"""The scale of an image as its header tells it, in the ways that programs write it."""

import math

from shared.kernel.fits_layout import Cards, number_in

__all__ = ["claimed_scale"]

_ARCSEC = 3600.0
_MICRON_PER_MM = 206.265
_LEAST, _MOST = 0.01, 60.0


def claimed_scale(cards: Cards) -> float | None:
    """Return the scale [arcsec/px] that a header claims; nothing where it is silent.

    Out of the WCS, else said outright, else from the pixels' size and the focal
    length: 206.265 × size [µm] / length [mm].
    """
    for found in (
        _of_matrix(cards),
        _of_steps(cards),
        _outright(cards),
        _of_optics(cards),
    ):
        if found is not None and _LEAST < found < _MOST:
            return found
    return None


def _of_matrix(cards: Cards) -> float | None:
    terms = [number_in(cards, f"CD{i}_{j}") for i in (1, 2) for j in (1, 2)]
    if terms[0] is None and terms[1] is None:
        return None
    a, b, c, d = (term or 0.0 for term in terms)
    return _ARCSEC * math.sqrt(abs(a * d - b * c))


def _of_steps(cards: Cards) -> float | None:
    if not cards.get("CTYPE1", "").startswith(("RA", "DEC")):
        return None
    steps = number_in(cards, "CDELT1"), number_in(cards, "CDELT2")
    if steps[0] is None or steps[1] is None:
        return None
    return _ARCSEC * math.sqrt(abs(steps[0] * steps[1]))


def _outright(cards: Cards) -> float | None:
    return number_in(
        cards, "PIXSCALE", "SECPIX", "SECPIX1", "SCALE", "PIXSCAL1", "CCDSCALE"
    )


def _of_optics(cards: Cards) -> float | None:
    size, length = number_in(cards, "XPIXSZ", "PIXSIZE1"), number_in(cards, "FOCALLEN")
    if size is None or not length:
        return None
    return _MICRON_PER_MM * size / length
