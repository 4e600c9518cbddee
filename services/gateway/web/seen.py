"""Every request in the log and in the counts, without anybody's secret."""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import structlog
from aiohttp import web
from prometheus_client import Counter, Histogram

from services.gateway.web.paths import came_from

__all__ = ["Seen", "seen"]

_log = structlog.get_logger()
_SECONDS = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 60.0)
_REQUESTS = Counter(
    "cpcs_http_requests", "requests by route and answer", ["method", "route", "status"]
)
_TIME = Histogram(
    "cpcs_http_seconds",
    "to the end of an answer",
    ["method", "route"],
    buckets=_SECONDS,
)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_OPEN = frozenset({"format", "limit", "page", "sort", "alert_id"})
"""Query fields that are nobody's secret; others are not told, not even their names."""
_BROKEN = 499
"""Who asked went away before there was an answer, by nginx's custom."""


class Seen:
    """One request; its answer's status is told before it ends."""

    status = _BROKEN


@asynccontextmanager
async def seen(request: web.Request) -> AsyncIterator[Seen]:
    """Count and log a request, however it ends."""
    begun, one = time.monotonic(), Seen()
    try:
        yield one
    finally:
        took = time.monotonic() - begun
        method = request.method if request.method in _METHODS else "other"
        route = _route(request)
        _REQUESTS.labels(method, route, str(one.status)).inc()
        _TIME.labels(method, route).observe(took)
        _log.info(
            "request",
            method=method,
            path=request.path,
            query=_told(request.query),
            status=one.status,
            seconds=round(took, 4),
            peer=came_from(request),
        )


def _route(request: web.Request) -> str:
    """Return the pattern that a path fits: there are as many as the site has."""
    resource = request.match_info.route.resource
    return "none" if resource is None else resource.canonical


def _told(query: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of a query that are nobody's secret."""
    return {name: value for name, value in query.items() if name in _OPEN}
