"""How a change is answered: done, or still under way."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from aiohttp import web

from services.gateway.domain.writing import bare
from services.gateway.store.job import Job
from services.gateway.store.observers import KnownObserver
from services.gateway.web.form import Form
from services.gateway.web.paths import address
from services.gateway.web.respond import page
from shared.contracts.alerts import Alert

__all__ = ["NOTHING_TO_UNDO", "Onward", "tell", "to_target"]

Onward = Sequence[tuple[str, str]]
"""Where one may want to go next: paths, and what is written on their links."""

NOTHING_TO_UNDO: Mapping[str, Any] = {
    "undo": None,
    "back": None,
    "near": None,
    "onward": (),
}
"""For a page that only tells."""


def to_target(alert: Alert) -> Onward:
    """Return the ways on from what was done to a target."""
    name = quote(alert.ivorn, safe="")
    return (
        (f"light_curve?alert_id={alert.id}", f"Open {bare(alert.ivorn)}"),
        (f"uploader?EventID={name}", "Upload to it"),
    )


async def tell(
    request: web.Request,
    observer: KnownObserver,
    form: Form,
    job: Job,
    sentence: str,
    *,
    undo: int | None = None,
    back: Alert | None = None,
    near: Alert | None = None,
    onward: Onward = (),
    **details: object,
) -> web.Response:
    """Answer a change with a sentence.

    ``undo`` is the observation that a page offers to put back, ``back`` the target as
    it was before it moved, ``near`` another one at the same place.
    """
    status = 200 if job.state == "done" else 202
    if form.plain:
        link = f"{address(request)}/job/{job.id}"
        answer = {"message": sentence, "job_link": link, **details}
        answer |= {"near": near.ivorn} if near else {}
        return web.json_response(answer, status=status)
    return await page(
        request,
        observer,
        "told.html",
        status=status,
        sentence=sentence,
        undo=undo,
        back=back,
        near=near,
        onward=onward,
    )
