"""``/api/v1/images``: what was seen on an image."""

from uuid import UUID

from aiohttp import web

from services.gateway.actions.images import seen_on
from services.gateway.api.job_models import ImageShown
from services.gateway.api.query import answer
from services.gateway.domain.refusal import RefusalError
from services.gateway.store.images import Seen
from services.gateway.store.observers import KnownObserver
from services.gateway.web.form import Form
from services.gateway.web.keys import DESK
from services.gateway.web.paths import address
from shared.contracts.imager import ImageMeasured, ImageRejected

__all__ = ["image"]

_FILES = {
    "preview": "preview.webp",
    "cutout": "cutout.webp",
    "star_list": "stars.ldac",
    "star_text": "stars.cat",
    "plate_header": "plate.wcs",
}


async def image(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Show what was seen on an image: the plate, the stars' size, the target's light.

    Also of one on which nothing could be measured.
    """
    desk, upload = request.app[DESK], UUID(request.match_info["upload"])
    job = await desk.stores.jobs.find(upload)
    seen = None if job is None else await seen_on(desk, job)
    if seen is None:
        raise RefusalError(404, "There is no such image.")
    forced = seen.forced if isinstance(seen, ImageMeasured) else None
    refused = seen if isinstance(seen, ImageRejected) else None
    return answer(
        ImageShown(
            upload=str(upload),
            target=seen.frame.target.ivorn,
            measured=refused is None,
            message=refused.message if refused else "",
            hint=refused.hint if refused else "",
            forced=forced and forced.model_dump(mode="json"),
            plate=seen.plate and seen.plate.model_dump(mode="json"),
            quality=seen.quality and seen.quality.model_dump(mode="json"),
            files=_files(request, upload, seen),
            warnings=list(seen.warnings),
        )
    )


def _files(request: web.Request, upload: UUID, seen: Seen) -> dict[str, str]:
    here = f"{address(request)}/image/{upload}"
    return {
        name: f"{here}/{file}"
        for name, file in _FILES.items()
        if getattr(seen.files, name)
    }
