"""What is asked of the server, without asking it: both clients send these."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from cpcs import models
from cpcs.reading import read

__all__ = ["Call", "Upload"]

T = TypeVar("T")
_API = "/api/v1"


@dataclass(frozen=True)
class Call(Generic[T]):
    """One request: method, path, what it carries, and how its answer is read.

    Attributes
    ----------
    key
        Makes sending it twice the same as once; empty where it is so anyway.
    wait
        For how long [s] the server may wait with its answer until a job has ended.
    """

    method: str
    path: str
    reads: Callable[[Any], T]
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    form: Mapping[str, Any] | None = None
    file: tuple[str, bytes] | None = None
    key: str = ""
    wait: int = 0
    as_text: bool = False


@dataclass(frozen=True)
class Upload:
    """A star list or an image and how to calibrate it; see the server's manual.

    Attributes
    ----------
    mjd
        Mid-exposure [d], UTC.
    exposure_time
        [s]; 0 when not known.
    target
        Its name; empty: the one target that lies in the image.
    match_radius
        [arcsec].
    scale, gain, saturation, extension, plane
        Of an image, where its header is wrong or silent: [arcsec/px], [e⁻/ADU], [ADU],
        which image of several, which colour.
    """

    name: str
    content: bytes
    mjd: float
    target: str = ""
    exposure_time: float = 0.0
    match_radius: float = 2.0
    filter: str = "no"
    used_filter: str = ""
    colour: str = ""
    comment: str = ""
    dry_run: bool = False
    scale: float | None = None
    gain: float | None = None
    saturation: float | None = None
    extension: str = ""
    plane: str = ""


def _told(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: it for name, it in given.items() if it not in (None, "")}


def whoami() -> Call[models.MeShown]:
    """Ask who the hashtag belongs to."""
    return Call("GET", f"{_API}/me", read(models.MeShown))


def targets(
    search: str = "",
    *,
    observed: bool = False,
    since: str | None = None,
    limit: int = 20,
    before: int | None = None,
) -> Call[models.TargetPage]:
    """Ask for targets by name, part of it or place."""
    query = {"search": search, "since": since, "limit": limit, "before": before}
    query |= {"observed": "true"} if observed else {}
    return Call("GET", f"{_API}/targets", read(models.TargetPage), _told(query))


def target(name: str) -> Call[models.TargetShown]:
    """Ask for a target."""
    path = f"{_API}/targets/{quote(name, safe='')}"
    return Call("GET", path, read(models.TargetShown))


def new_target(
    name: str, ra: float, dec: float, *, url: str = "", move: bool = False
) -> Call[models.TargetShown]:
    """Enter a target: position (ICRS) [deg]."""
    body = {"name": name, "ra": ra, "dec": dec, "url": url, "move": move}
    return Call("POST", f"{_API}/targets", read(models.TargetShown), body=body)


def lightcurve(name: str, layout: str = "json", **only: Any) -> Call[Any]:
    """Ask for a light curve in a layout, such as json, csv or ecsv."""
    path = f"{_API}/targets/{quote(name, safe='')}/lightcurve.{layout}"
    as_text = layout != "json"
    return Call("GET", path, lambda it: it, _told(only), as_text=as_text)


def network(name: str) -> Call[models.NetworkShown]:
    """Return a target's light curve as one network of telescopes."""
    path = f"{_API}/targets/{quote(name, safe='')}/network"
    return Call("GET", path, read(models.NetworkShown))


def upload(order: Upload, key: str = "", wait: int = 0) -> Call[models.JobShown]:
    """Send a star list."""
    fields = {n: it for n, it in vars(order).items() if n not in ("name", "content")}
    form = _told(fields | {"dry_run": "1" if order.dry_run else "0"})
    return Call(
        "POST",
        f"{_API}/uploads",
        read(models.JobShown),
        form=form,
        file=(order.name, order.content),
        key=key,
        wait=wait,
    )


def job(number: str) -> Call[models.JobShown]:
    """Ask how far a job has come."""
    return Call("GET", f"{_API}/jobs/{number}", read(models.JobShown))


def again(
    upload: str,
    *,
    filter: str = "",
    match_radius: float | None = None,
    keep: bool = False,
    wait: int = 30,
) -> Call[models.JobShown]:
    """Calibrate an upload of one's own again, to see or to keep."""
    body = _told({"filter": filter, "match_radius": match_radius, "keep": keep})
    path = f"{_API}/calibrations/{upload}/again"
    return Call("POST", path, read(models.JobShown), body=body, wait=wait)


def delete(number: int) -> Call[models.Deletion]:
    """Take an observation of one's own off its light curve."""
    path = f"{_API}/observations/{number}"
    return Call("DELETE", path, read(models.Deletion))


def restore(number: int) -> Call[models.Deletion]:
    """Put a deleted observation of one's own back."""
    path = f"{_API}/observations/{number}/restore"
    return Call("POST", path, read(models.Deletion), body={})


def observations(
    *,
    target: str = "",
    since: float | None = None,
    until: float | None = None,
    before: int | None = None,
    limit: int = 1000,
) -> Call[models.ObservationPage]:
    """Ask for observations, the newest first."""
    query = {"target": target, "since": since, "until": until, "limit": limit}
    query |= {"before": before}
    path = f"{_API}/observations"
    return Call("GET", path, read(models.ObservationPage), _told(query))


def surveys() -> Call[models.BandPage]:
    """Ask for the surveys and bands in use."""
    return Call("GET", f"{_API}/surveys", read(models.BandPage))


def reference_stars(ra: float, dec: float, radius: float) -> Call[dict[str, Any]]:
    """Ask for the stars of the richest survey in a cone [deg]."""
    query = {"ra": ra, "dec": dec, "radius": radius, "survey": "any"}
    return Call("GET", "/reference_stars", lambda it: it, query)


def status() -> Call[dict[str, Any]]:
    """Ask whether every service is ready."""
    return Call("GET", "/status", lambda it: it, {"format": "json"})
