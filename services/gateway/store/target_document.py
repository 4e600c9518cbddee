"""How a target is kept in the gateway's view."""

from typing import Any

from services.gateway.domain.search import key_of, parts_of
from shared.contracts.alerts import Alert
from shared.kernel.cells import cell

__all__ = ["document_of", "revision_of", "unobserved"]


def unobserved(alert: Alert) -> dict[str, Any]:
    """Return a target as it is kept for the first time."""
    first = {"_id": alert.id, "revision": alert.revision, "observed": False, "last": 0}
    return first | document_of(alert)


def document_of(alert: Alert) -> dict[str, Any]:
    """Return what a target is found and listed by, and all of it."""
    names, stream = _names(alert), alert.provenance.stream if alert.provenance else ""
    return {
        "number": alert.id,
        "names": [name.casefold() for name in names],
        "keys": sorted({key_of(name) for name in names}),
        "name_key": alert.ivorn.casefold(),
        "cell": cell(alert.ra, alert.dec),
        "parts": [part for name in names for part in parts_of(name)],
        "merged": alert.merged_into is not None,
        "classification": alert.classification.casefold(),
        "stream": stream.casefold(),
        "published": alert.published.isoformat(),
        "alert": alert.model_dump(mode="json"),
    }


def revision_of(alert: Alert) -> dict[str, Any]:
    """Return one revision of a target, as its history keeps it."""
    name = f"{alert.id}:{alert.revision}"
    return {"_id": name, "alert_id": alert.id, "alert": alert.model_dump(mode="json")}


def _names(alert: Alert) -> tuple[str, ...]:
    return () if alert.merged_into is not None else (alert.ivorn, *alert.aliases)
