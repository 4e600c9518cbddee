"""What was seen on an image."""

from collections.abc import Sequence

from services.gateway.store.images import ImageStore
from services.gateway.store.jobs import JobStore
from shared.columns import unpack
from shared.contracts.base import Event
from shared.contracts.catalog import PlaceCharted
from shared.contracts.imager import ImageMeasured, ImageRejected

__all__ = ["on_image_measured", "on_image_rejected", "on_place_charted"]


async def on_place_charted(event: PlaceCharted, *, jobs: JobStore) -> Sequence[Event]:
    """Show how far an image has come."""
    stars = len(unpack(event.star_ra))
    about = f"{event.survey} {stars} stars" if stars else "no stars known here"
    await jobs.reach(event.frame.upload_id, "charted", about)
    return []


async def on_image_measured(
    event: ImageMeasured, *, jobs: JobStore, images: ImageStore
) -> Sequence[Event]:
    """Show how far an image has come, and keep what was seen on it."""
    await images.put(event)
    plate, quality = event.plate, event.quality
    about = (
        f"{quality.stars} stars, HFD {quality.hfd * plate.scale:.1f} arcsec, "
        f"plate from {plate.matched} stars, {plate.rms:.2f} arcsec"
    )
    await jobs.reach(event.frame.upload_id, "measured", about)
    return []


async def on_image_rejected(
    event: ImageRejected, *, jobs: JobStore, images: ImageStore
) -> Sequence[Event]:
    """Tell the observer why nothing was measured, and keep what was seen."""
    await images.put(event)
    told = event.model_copy(update={"seen": None})
    await jobs.refuse(event.frame.upload_id, event.message, event.hint, told)
    return []
