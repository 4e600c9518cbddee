"""How late the event loops of a running stack come to what is due."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from aiohttp import ClientSession, UnixConnector
from prometheus_client.parser import text_string_to_metric_families

from stack.running import SERVICES

__all__ = ["Looks", "looks_of", "told"]

_METRIC = "cpcs_loop_late_seconds"
_LATE = "0.02"

Looks = Mapping[str, Mapping[str, float]]
"""Of each service, how often its loop was at most so late [s]: Prometheus's buckets."""


async def looks_of(data_dir: Path) -> Looks:
    """Return how late the loops were since they began."""
    found = await asyncio.gather(*(_looks(data_dir, name) for name in SERVICES))
    return dict(zip(SERVICES, found, strict=True))


async def _looks(data_dir: Path, name: str) -> dict[str, float]:
    connector = UnixConnector(path=str(data_dir / "run" / f"{name}.sock"))
    async with ClientSession(connector=connector) as session:
        answer = await session.get("http://localhost/metrics")
        text = await answer.text()
    return {
        sample.labels["le"]: sample.value
        for family in text_string_to_metric_families(text)
        if family.name == _METRIC
        for sample in family.samples
        if "le" in sample.labels
    }


def told(before: Looks, after: Looks) -> str:
    """Return the share of looks beyond 20 ms, and the worst, between two times."""
    late = {}
    for name, buckets in after.items():
        gained = {le: count - before[name][le] for le, count in buckets.items()}
        whole = gained["+Inf"] or 1.0
        worst = next(le for le, count in gained.items() if count == gained["+Inf"])
        late[name] = 1 - gained[_LATE] / whole, worst
    share = {name: f"{one:.1%} (< {worst} s)" for name, (one, worst) in late.items()}
    return ", ".join(f"{name} {told}" for name, told in share.items())
