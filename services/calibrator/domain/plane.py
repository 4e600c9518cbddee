"""Places in the image, from the target."""

import numpy as np

from services.calibrator.domain.model import Field, FloatArray

__all__ = ["offsets"]


def offsets(field: Field) -> tuple[FloatArray, FloatArray]:
    """Return how far east and north of the target each star is [deg], shape (n,).

    Gnomonic projection, right at the poles as well; infinite on the sky's far side.
    """
    ra, dec = np.radians(field.ra), np.radians(field.dec)
    ra0, dec0 = np.radians(field.target_ra), np.radians(field.target_dec)
    scale = np.sin(dec0) * np.sin(dec) + np.cos(dec0) * np.cos(dec) * np.cos(ra - ra0)
    scale = np.where(scale > 0, scale, np.nan)
    east = np.cos(dec) * np.sin(ra - ra0) / scale
    north = (
        np.cos(dec0) * np.sin(dec) - np.sin(dec0) * np.cos(dec) * np.cos(ra - ra0)
    ) / scale
    return (
        np.nan_to_num(np.degrees(east), nan=np.inf),
        np.nan_to_num(np.degrees(north), nan=np.inf),
    )
