"""The files that were made of an image: pictures, lists, the plate's header."""

from aiohttp import web

from services.gateway.actions.images import seen_on
from services.gateway.domain.plates import as_fits
from services.gateway.domain.refusal import RefusalError
from services.gateway.pages.jobs import named_job
from services.gateway.store.observers import KnownObserver
from services.gateway.web.form import Form
from services.gateway.web.keys import DESK
from shared.blobs import BlobMissingError

__all__ = ["LISTS", "PICTURES", "image_list", "image_picture"]

_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
PICTURES = {"preview.webp": "preview", "cutout.webp": "cutout"}
LISTS = {
    "stars.ldac": ("star_list", "application/fits"),
    "stars.cat": ("star_text", "text/plain"),
    "plate.wcs": ("plate_header", "application/fits"),
    "plate.ahead": ("plate_header", "text/plain"),
}


async def image_picture(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Show an image as it was seen, or what is around its target."""
    name = PICTURES[request.match_info["picture"]]
    content = await _file(request, name)
    return web.Response(body=content, content_type="image/webp", headers=_FOREVER)


async def image_list(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Return the list of stars made of an image, or its plate's header."""
    asked = request.match_info["list"]
    name, kind = LISTS[asked]
    content = await _file(request, name)
    if asked.endswith(".wcs"):
        content = as_fits(content)
    attached = f'attachment; filename="{asked}"'
    return web.Response(
        body=content,
        content_type=kind,
        headers={"Content-Disposition": attached},
    )


async def _file(request: web.Request, name: str) -> bytes:
    desk = request.app[DESK]
    job = await named_job(request)
    seen = await seen_on(desk, job)
    digest = getattr(seen.files, name) if seen else ""
    if not digest:
        raise RefusalError(404, "No such file was made of this upload.")
    try:
        return await desk.blobs.get(digest)
    except BlobMissingError as fault:
        raise RefusalError(404, "The file is no longer kept.") from fault
