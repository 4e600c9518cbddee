"""Where the time of an upload goes, by the stages that its observer is shown."""

import re
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from itertools import pairwise

import numpy as np

from stack.visitor import Visitor

__all__ = ["waterfall"]

_JOB = re.compile(r"/calibration/([0-9a-f-]{36})")
_UPLOADS = 60
_STEPS = {
    "received": "form read, file and job kept",
    "parsed": "broker, stars read",
    "matched": "cone, pairs with every survey",
    "solved": "fit of every band, choice",
    "stored": "number, record, view",
    "answered": "answer",
}


async def waterfall(
    who: Visitor, upload: Callable[[], Awaitable[dict[str, object]]]
) -> None:
    """Print the median and the 99th percentile of each step [ms].

    Parameters
    ----------
    who, upload
        Who asks about jobs, and what sends one upload and returns its answer.
    """
    steps: dict[str, list[float]] = {name: [] for name in _STEPS}
    for _ in range(_UPLOADS):
        begun = time.time()
        answer = await upload()
        ended = time.time()
        job = _JOB.search(str(answer["image_link"]))
        if job is None:
            raise ValueError(f"no job in {answer}")
        shown = await who.get(f"api/v1/jobs/{job[1]}", hashtag=who.hashtag)
        at = {one["stage"]: _seconds(one["at"]) for one in shown["stages"]}
        times = [begun, *(at[name] for name in _STEPS if name in at), ended]
        for name, (first, last) in zip(_STEPS, pairwise(times), strict=True):
            steps[name].append(1e3 * (last - first))
    print("waterfall [ms]             p50    p99")
    for name, took in steps.items():
        p50, p99 = np.percentile(took, [50, 99])
        print(f"  to {name:10} {p50:12.1f} {p99:6.1f}  {_STEPS[name]}")


def _seconds(told: str) -> float:
    return datetime.fromisoformat(told).timestamp()
