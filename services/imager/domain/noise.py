"""How sure a star's light is: the sky's noise and the light's own."""

from dataclasses import dataclass

import numpy as np

from services.imager.domain.aperture import Empty
from services.imager.domain.header import Claims
from services.imager.domain.sky import Ground
from shared.kernel.arrays import FloatArray

__all__ = ["Noise", "noise_of"]

_ALIKE = 1.2
_ABOVE_NOISE = 10.0
_BELIEVED, _SURELY_BELIEVED = 3.0, 10.0
_QUIETEST = 0.3
"""[e⁻] No pixel of a camera is as quiet: then its numbers are no ADU."""


@dataclass(frozen=True)
class Noise:
    """What makes the errors of an image's stars.

    Attributes
    ----------
    empty
        Circles of empty sky.
    gain
        [e⁻/ADU]; ``None`` where it is not known: then errors are the sky's alone.
    source
        Where the gain is from: header, sky; empty where there is none.
    notes
        What the observer should know.
    """

    empty: Empty
    gain: float | None
    source: str
    notes: tuple[str, ...] = ()

    @property
    def ratio(self) -> float:
        """How much larger errors are than those of single pixels tell."""
        return float(self.empty.ratio[-1])

    def of(
        self, light: FloatArray, pixels: FloatArray, radii: FloatArray
    ) -> FloatArray:
        """Return the errors of light in circles [ADU], shape (radii, n).

        Parameters
        ----------
        light
            In circles [ADU], shape (radii, n).
        pixels
            Noise of a pixel at each place [ADU], shape (n,).
        radii
            Of the circles [px].
        """
        sky = np.outer(np.sqrt(np.pi) * radii * self.empty.ratio, pixels)
        own = np.maximum(light, 0) / self.gain if self.gain else 0.0
        return np.sqrt(sky**2 + own)


def noise_of(ground: Ground, empty: Empty, claims: Claims) -> Noise:
    """Return what makes the errors; a gain that the sky contradicts is not believed.

    The sky's level over its variance is the gain, where the sky was not taken off and
    its own light is most of the noise.
    """
    notes = []
    ratio = float(empty.ratio[-1])
    if ratio > _ALIKE:
        notes.append(
            f"The noise is correlated (a stack?): errors are {ratio:.2f} times larger."
        )
    variance = (ground.sigma * max(ratio, 1.0)) ** 2
    seen = ground.sky / variance if ground.sky > _ABOVE_NOISE * ground.sigma else None
    gain, source, told = _gain(claims, seen, ratio, ground.sigma)
    return Noise(empty, gain, source, (*notes, *told))


def _gain(
    claims: Claims, seen: float | None, ratio: float, sigma: float
) -> tuple[float | None, str, tuple[str, ...]]:
    if claims.gain is not None and claims.gain > 0:
        apart = 1.0 if seen is None else max(claims.gain / seen, seen / claims.gain)
        most = _SURELY_BELIEVED if claims.surely else _BELIEVED
        if apart < most and claims.gain * sigma > _QUIETEST:
            return claims.gain, "header", ()
        word = f"A gain of {claims.gain:g} is not this image's: errors are measured."
        return (seen, "sky", (word,)) if ratio < _ALIKE else (None, "", (word,))
    if seen is not None and ratio < _ALIKE:
        return seen, "sky", ()
    return None, "", ("The gain is not known: errors are the sky's alone.",)
