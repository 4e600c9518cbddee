"""What was seen on an image, and its calibration once more from the list made of it."""

from services.gateway.actions.uploads import Submitted
from services.gateway.store.images import ImageStore, Seen
from services.gateway.store.job import Job
from services.gateway.web.desk import Desk
from shared.contracts.gateway import ImageSubmitted, UploadSubmitted
from shared.contracts.imager import ImageMeasured

__all__ = ["seen_on", "submitted_again"]


async def seen_on(desk: Desk, job: Job) -> Seen | None:
    """Return what was seen on the image of an upload; nothing of a list.

    A list that was made of an image tells the light at the target's place.
    """
    match job.request:
        case ImageSubmitted(frame=frame):
            pass
        case UploadSubmitted(frame=frame, forced=forced) if forced is not None:
            pass
        case _:
            return None
    return await desk.stores.images.of_frame(job.id, frame.frame_id)


async def submitted_again(job: Job, images: ImageStore) -> Submitted | None:
    """Return what to submit for an upload to be calibrated once more.

    An image is measured once: its list of stars and the target's light are kept when
    the pixels are long gone. ``None`` where the job was no upload.
    """
    match job.request:
        case UploadSubmitted() as given:
            return given
        case ImageSubmitted() as given:
            seen = await images.of_upload(job.id)
            if not isinstance(seen, ImageMeasured):
                return given
            return UploadSubmitted(
                frame=given.frame,
                blob=seen.files.star_list,
                file_name=given.file_name,
                forced=seen.forced,
                notes=seen.warnings,
            )
        case _:
            return None
