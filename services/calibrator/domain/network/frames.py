"""What a network is made of: frames, and the telescopes that took them."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from shared.kernel.arrays import FloatArray, IndexArray
from shared.kernel.median import median

__all__ = ["MeasuredFrame", "Setup", "StarColumns", "TargetLight"]


class Setup(NamedTuple):
    """An observer's telescope with a filter: what a colour term belongs to.

    Attributes
    ----------
    observer
        Number of the observer.
    filter
        As the image or its observer names it, in small letters.
    part
        Counts the times at which filter or camera seem to have been changed.
    """

    observer: int
    filter: str = ""
    part: int = 0


@dataclass(frozen=True)
class TargetLight:
    """The target in one frame, instrumental.

    Attributes
    ----------
    mag, mag_err
        Magnitude and uploaded error [mag]; a limit has no error.
    colour
        As somebody told it [mag], in the network's bands; ``None`` where nobody did.
    """

    mag: float
    mag_err: float | None
    colour: float | None = None


@dataclass(frozen=True, eq=False)
class StarColumns:
    """The stars of one frame that a survey knows in its band; arrays of shape (m,).

    Attributes
    ----------
    number
        Of each star in its survey, the same in all frames.
    ra, dec
        Reference positions (ICRS) [deg].
    mag, mag_err
        Instrumental magnitudes, freed from the run over the image, and errors [mag].
    reference, reference_err
        The survey's magnitudes in the band and their errors [mag]; an error is NaN
        where the survey tells none.
    colour
        The survey's colours [mag]; NaN where not known.
    """

    number: IndexArray
    ra: FloatArray
    dec: FloatArray
    mag: FloatArray
    mag_err: FloatArray
    reference: FloatArray
    reference_err: FloatArray
    colour: FloatArray


@dataclass(frozen=True, eq=False)
class MeasuredFrame(StarColumns):
    """A frame with its stars and the target's light.

    Attributes
    ----------
    name
        What tells it from other frames.
    mjd
        Modified Julian date of mid-exposure, UTC [d].
    target
        The target's own light in it.
    """

    name: str
    setup: Setup
    mjd: float
    target: TargetLight

    @cached_property
    def level(self) -> float:
        """Median of instrumental less reference magnitude [mag]."""
        return median(self.mag - self.reference)

    @cached_property
    def variance(self) -> FloatArray:
        """Of the uploaded errors [mag²], shape (m,)."""
        return np.square(self.mag_err)
