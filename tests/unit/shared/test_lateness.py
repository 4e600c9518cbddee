"""How late an event loop is."""

import time

from prometheus_client import REGISTRY

from shared.background import in_background
from shared.lateness import watched
from tests.support.waiting import eventually

METRIC = "cpcs_loop_late_seconds"


def looks(most: str) -> float:
    return REGISTRY.get_sample_value(f"{METRIC}_bucket", {"le": most}) or 0.0


async def test_what_holds_the_loop_up_is_seen() -> None:
    before, late = looks("+Inf"), looks("+Inf") - looks("0.1")

    async def is_watched() -> bool:
        return looks("+Inf") > before

    async def is_late() -> bool:
        return looks("+Inf") - looks("0.1") > late

    async with in_background(watched()):
        await eventually(is_watched)
        until = time.perf_counter() + 0.2
        while time.perf_counter() < until:
            pass  # it holds the loop up, as a fault would
        await eventually(is_late)
