"""A plate solution in words."""

import math

__all__ = ["as_fits", "plate_in_words"]

_HOW = {
    "header": "The header's own positions were confirmed",
    "hinted": "Solved anew, with the scale known",
    "blind": "Solved anew, with nothing known but the target",
}
_MINUTE = 60.0
_BLOCK = 2880
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def plate_in_words(
    how: str,
    stars: tuple[int, float, float],
    size: tuple[int, int],
    way: tuple[float, float, int],
) -> str:
    """Return a plate solution as a sentence or two.

    Parameters
    ----------
    how
        header, hinted or blind.
    stars
        How many agree, the rms of their distances [arcsec], and log10 of the chance
        that it is an accident.
    size
        Of the image [px].
    way
        Scale [arcsec/px], position angle of its y axis [deg], parity.
    """
    matched, rms, log_p = stars
    scale, up, parity = way
    width, height = (side * scale / _MINUTE for side in size)
    power = f"{math.ceil(log_p)}".translate(_RAISED)
    mirrored = "; mirrored" if parity < 0 else ""
    return (
        f"{_HOW[how]}: {matched} stars agree within {rms:.2f} arcsec, by chance "
        f"below 10{power}. "
        f"{scale:.3f} arcsec a pixel, {width:.1f} × {height:.1f} arcmin, its y axis at "
        f"a position angle of {up:.1f} deg{mirrored}."
    )


def as_fits(cards: bytes) -> bytes:
    """Return cards that stand on lines as a FITS file that is a header alone."""
    empty = [
        b"SIMPLE  =                    T",
        b"BITPIX  =                    8",
        b"NAXIS   =                    0",
    ]
    lines = [*empty, *cards.splitlines()]
    return b"".join(line.ljust(80)[:80] for line in lines).ljust(
        -(-80 * len(lines) // _BLOCK) * _BLOCK
    )
