"""What is to be measured on an image."""

from dataclasses import dataclass

from shared.kernel.arrays import FloatArray

__all__ = ["Order"]


@dataclass(frozen=True)
class Order:
    """What is to be measured.

    Attributes
    ----------
    name
        Of the target.
    target
        RA and Dec (ICRS) [deg] on the night.
    chart
        RA and Dec (ICRS) [deg] of reference stars, brightest first, shape (n,) each.
    survey, lacking
        Whose stars they are, and which surveys did not answer.
    extension, plane
        Which image of the file, and which colour of it.
    scale, gain, saturation
        As the observer says: [arcsec/px], [e⁻/ADU], [ADU].
    """

    name: str
    target: tuple[float, float]
    chart: tuple[FloatArray, FloatArray]
    survey: str = ""
    lacking: tuple[str, ...] = ()
    extension: str = ""
    plane: int | None = None
    scale: float | None = None
    gain: float | None = None
    saturation: float | None = None
