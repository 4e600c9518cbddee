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
    up, around = np.sin(dec), np.cos(dec)
    along = around * np.cos(ra - ra0)
    scale = np.sin(dec0) * up + np.cos(dec0) * along
    here = scale > 0
    scale = np.where(here, scale, 1.0)
    east = around * np.sin(ra - ra0) / scale
    north = (np.cos(dec0) * up - np.sin(dec0) * along) / scale
    return (
        np.where(here, np.degrees(east), np.inf),
        np.where(here, np.degrees(north), np.inf),
    )
