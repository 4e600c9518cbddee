"""The usable stars of an image."""

from dataclasses import dataclass, replace

import numpy as np

from services.ingest.domain.faults import UnreadableFileError
from shared.kernel.arrays import FloatArray

__all__ = ["Stars", "refuse_too_many", "usable"]


_MOST_ROWS = 500_000
_FAINTEST = 50.0
_LARGEST_ERROR = 1.0
_FULL_CIRCLE = 360.0
_MOST_TURNED = 720.0
_POLE = 90.0


@dataclass(frozen=True)
class Stars:
    """Positions (ICRS) [deg] and instrumental magnitudes [mag], each of shape (n,).

    Attributes
    ----------
    quality
        What the file says against each, sums of ``Quality``.
    chip
        Number of the chip of a mosaic.
    """

    ra: FloatArray
    dec: FloatArray
    mag: FloatArray
    mag_err: FloatArray
    quality: FloatArray
    chip: FloatArray

    def __len__(self) -> int:
        return len(self.mag)


def refuse_too_many(rows: int) -> None:
    """Refuse more rows than an image has stars, whatever the format.

    Raises
    ------
    UnreadableFileError
        There are too many.
    """
    if rows > _MOST_ROWS:
        raise UnreadableFileError(f"More than {_MOST_ROWS} stars are too many.")


def usable(rows: Stars) -> Stars:
    """Return the stars with a real magnitude, error and position.

    SExtractor writes 99.0 where it could not measure; magnitudes of 50 and more,
    errors above 1 mag or below 0, a magnitude and an error that are both 0, and
    positions off the sphere mean nothing. RA is an angle: 361 is 1, -1 is 359.

    Raises
    ------
    UnreadableFileError
        No row is left.
    """
    good = np.isfinite(rows.mag) & (np.abs(rows.dec) <= _POLE)
    good &= (np.abs(rows.mag) < _FAINTEST) & (np.abs(rows.ra) <= _MOST_TURNED)
    good &= (rows.mag != 0) | (rows.mag_err != 0)
    good &= (rows.mag_err >= 0) & (rows.mag_err <= _LARGEST_ERROR)
    if not good.any():
        raise UnreadableFileError(
            "No row has a usable magnitude, error and position.",
            "Rows with mag ≥ 50, error > 1 or no position are left out",
        )
    stars = Stars(*(column[good] for column in vars(rows).values()))
    ra = np.mod(stars.ra, _FULL_CIRCLE)
    ra[ra >= _FULL_CIRCLE] = 0.0
    return replace(stars, ra=ra)
