"""What a header claims of an image: nothing of it is believed unseen."""

import warnings
from dataclasses import dataclass, replace

import numpy as np
from astropy.io import fits
from astropy.wcs import WCS

from services.imager.domain.plate.plane import onto_plane
from services.imager.domain.plate.stars import Detected
from services.imager.domain.plate.vote import Hypothesis
from shared.kernel.arrays import FloatArray
from shared.kernel.fits_layout import Cards, number_in

__all__ = ["Claims", "claimed_plate", "claims_of"]

_SKEWED = 0.3


@dataclass(frozen=True)
class Claims:
    """What the header or the observer says of the camera.

    Attributes
    ----------
    gain
        [e⁻/ADU]; ``None`` where nothing is said.
    surely
        Whether that is in a keyword that means nothing else: GAIN may be a setting.
    saturation
        Level [ADU] at which pixels are full.
    """

    gain: float | None
    surely: bool
    saturation: float | None

    def of_means(self, pixels: int) -> "Claims":
        """Return the claims for means of so many pixels: each has all their light."""
        if self.gain is None:
            return self
        return replace(self, gain=self.gain * pixels)


def claims_of(
    cards: Cards, gain: float | None = None, saturation: float | None = None
) -> Claims:
    """Return the claims of a header; what the observer says goes before."""
    full = number_in(cards, "SATURATE", "SATLEVEL", "MAXLIN", "DATAMAX")
    told = gain or number_in(cards, "EGAIN")
    return Claims(
        gain=told or number_in(cards, "GAIN", "GAIN1", "CCDGAIN"),
        surely=told is not None,
        saturation=saturation or full,
    )


def claimed_plate(
    cards: Cards, image: Detected, centre: tuple[float, float], binning: int
) -> Hypothesis | None:
    """Return where the header's WCS says that an image is, if it says so.

    Distortions are left out: the stars will tell them. Any fault of the header means
    that it says nothing.

    Parameters
    ----------
    cards
        Of the image's header.
    image
        Its size.
    centre
        RA and Dec (ICRS) [deg] where the plane touches the sky.
    binning
        How many pixels of the header's image make one.
    """
    grid = np.array([(x, y) for x in (0.1, 0.9) for y in (0.1, 0.9)])
    pixels = grid * (image.width, image.height)
    try:
        sky = _sky(cards, (pixels + 0.5) * binning - 0.5)
    except Exception:  # noqa: BLE001 - astropy's WCS has many, none of them fatal here
        return None
    placed = onto_plane(sky[:, 0], sky[:, 1], centre)
    away = pixels[:, 0] + 1j * pixels[:, 1] - image.centre
    if not np.isfinite(placed).all():
        return None
    terms, *_ = np.linalg.lstsq(
        np.column_stack([np.ones(4), away, away.conj()]).astype(complex),
        placed,
        rcond=None,
    )
    place, turn, mirrored = map(complex, terms)
    parity = 1 if abs(turn) > abs(mirrored) else -1
    large, small = sorted((turn, mirrored), key=abs, reverse=True)
    if not large or abs(small) > _SKEWED * abs(large):
        return None
    return Hypothesis(0, parity, large, place)


def _sky(cards: Cards, pixels: FloatArray) -> FloatArray:
    header = fits.Header()
    for name, text in cards.items():
        if len(name) <= 8 and name not in {"SIMPLE", "XTENSION", "COMMENT", "HISTORY"}:  # noqa: PLR2004 - of the standard
            header[name] = _value(text)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = WCS(header, naxis=2)
        if not found.has_celestial:
            raise ValueError("no celestial axes")
        return np.asarray(found.celestial.wcs_pix2world(pixels, 0), dtype=np.float64)


def _value(text: str) -> float | int | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
