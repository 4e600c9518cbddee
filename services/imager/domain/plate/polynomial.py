"""A plate: the polynomial that takes pixels to the plane, and back."""

import math
from dataclasses import dataclass

import numpy as np

from services.imager.domain.plate.plane import ComplexArray
from shared.kernel.arrays import FloatArray

__all__ = ["Plate", "powers"]

_ORDERS = {3: 1, 6: 2, 10: 3}
_CLOSE = 1e-4
_ROUNDS = 30


def powers(away: ComplexArray, order: int) -> FloatArray:
    """Return all products of x and y up to an order, shape (n, terms).

    Of order 1 they are 1, y and x.
    """
    x, y = away.real, away.imag
    return np.column_stack(
        [x**i * y**j for i in range(order + 1) for j in range(order + 1 - i)]
    )


@dataclass(frozen=True)
class Plate:
    """Where on the plane each pixel is.

    Attributes
    ----------
    terms
        Coefficients [arcsec] of ``powers`` of the pixels from the middle in half sides.
    centre, half
        The middle of the image and half its longer side [px].
    """

    terms: ComplexArray
    centre: complex
    half: float

    @property
    def order(self) -> int:
        """Of the polynomial."""
        return _ORDERS[len(self.terms)]

    @property
    def _columns(self) -> tuple[complex, complex]:
        """What a pixel in x and one in y make on the plane, in the middle [arcsec]."""
        along_y, along_x = self.terms[1], self.terms[self.order + 1]
        return complex(along_x) / self.half, complex(along_y) / self.half

    @property
    def _area(self) -> float:
        """Of a pixel [arcsec²]; negative where the image is as the sky is seen."""
        x, y = self._columns
        return (x.conjugate() * y).imag

    @property
    def scale(self) -> float:
        """Of the middle [arcsec/px]."""
        return math.sqrt(abs(self._area))

    @property
    def parity(self) -> int:
        """1: east is left where north is up, as on the sky; −1: it is mirrored."""
        return -1 if self._area > 0 else 1

    @property
    def up(self) -> float:
        """Position angle of the image's y axis, from north through east [deg]."""
        _, y = self._columns
        return math.degrees(math.atan2(y.real, y.imag)) % 360

    def on_plane(self, pixels: ComplexArray) -> ComplexArray:
        """Return where pixels, shape (n,), are on the plane [arcsec]."""
        placed: ComplexArray = (
            powers((pixels - self.centre) / self.half, self.order) @ self.terms
        )
        return placed

    def pixel_of(self, placed: complex) -> complex:
        """Return the pixel that is at a place on the plane [arcsec]."""
        return complex(self.pixels_of(np.array([placed]))[0])

    def pixels_of(self, placed: ComplexArray) -> ComplexArray:
        """Return the pixels that are at places on the plane [arcsec], shape (n,).

        Newton's rule with the linear terms of the middle, which for the distortion
        of a telescope gains two digits a round.
        """
        pixels = np.full(len(placed), self.centre)
        for _ in range(_ROUNDS):
            left = placed - self.on_plane(pixels)
            pixels = pixels + self._step(left)
            if not (np.abs(left) > _CLOSE * self.scale).any():
                break
        return pixels

    def _step(self, left: ComplexArray) -> ComplexArray:
        """Return the pixels that make up for distances on the plane [arcsec]."""
        x, y = self._columns
        step = (left.conj() * y).imag + 1j * (x.conjugate() * left).imag
        return np.asarray(step / self._area, dtype=complex)
