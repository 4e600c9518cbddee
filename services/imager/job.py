"""What the service and its measuring child tell one another, as bytes."""

from dataclasses import asdict
from pathlib import Path

from services.imager.domain.order import Order
from shared.columns import pack, unpack
from shared.parcel import opened, parcel

__all__ = ["job_of", "order_of"]


def job_of(path: Path, order: Order) -> bytes:
    """Return an image and what is to be measured on it, as a worker's job."""
    told = {**asdict(order), "path": str(path)}
    ra, dec = told.pop("chart")
    return parcel(told, {"ra": pack(ra), "dec": pack(dec)})


def order_of(job: bytes) -> tuple[Path, Order]:
    """Return where an image is, and what is to be measured on it."""
    told, parts = opened(job)
    path = Path(told.pop("path"))
    told["target"] = tuple(told["target"])
    told["lacking"] = tuple(told["lacking"])
    chart = unpack(parts["ra"]), unpack(parts["dec"])
    return path, Order(chart=chart, **told)
