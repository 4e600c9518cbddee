"""The simulated field as the imager is asked about it."""

import numpy as np

from services.imager.domain.order import Order
from tests.support.server import DEC, RA, SKY

__all__ = ["ORDER"]

MAG = SKY.magnitude("r")
ORDER = Order(
    "TT Tri",
    (RA, DEC),
    (SKY.ra[np.argsort(MAG)], SKY.dec[np.argsort(MAG)]),
    survey="APASS",
)
