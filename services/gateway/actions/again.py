"""An upload calibrated once more: of an image, the list that was made of it."""

from services.gateway.actions.uploads import Submitted
from services.gateway.store.images import ImageStore
from services.gateway.store.job import Job
from shared.contracts.gateway import ImageSubmitted, UploadSubmitted
from shared.contracts.imager import ImageMeasured

__all__ = ["submitted_again"]


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
