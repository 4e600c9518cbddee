"""How long each service takes from its process's birth until it is ready, and its size.

``python -m bench.start`` begins each beside a running broker and store, whose queues
and indexes are there already.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from bench.memory import proportional
from shared.health import is_ready
from stack.running import SERVICES, running_stack
from tests.support.server import free_port
from tests.support.waiting import eventually

__all__ = ["starts"]

_ROUNDS = 3


async def starts(folder: Path) -> None:
    """Print the time to readiness [s], and the proportional memory then [MB]."""
    base = {**os.environ, "CPCS_TAP_SERVICES": "", "CPCS_FOOTPRINTS": ""}
    first = {**base, "CPCS_DATA_DIR": str(folder / "first")}
    async with running_stack(first) as stack:  # makes queues and indexes
        where = "CPCS_AMQP_URL", "CPCS_MONGO_URL"
        same = {name: stack.environment[name] for name in where}
        print("from birth to readiness, beside the same service of another process")
        for name in SERVICES:
            took, size = [], 0.0
            for number in range(_ROUNDS):
                data_dir = folder / f"{name}{number}"
                await asyncio.to_thread(data_dir.mkdir)
                environment = {**base, **same, "CPCS_DATA_DIR": str(data_dir)}
                seconds, size = await _started(name, data_dir, environment)
                took.append(seconds)
            print(f"  {name:10} {statistics.median(took):5.2f} s {size:6.0f} MB")


async def _started(
    name: str, data_dir: Path, environment: dict[str, str]
) -> tuple[float, float]:
    begun = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"services.{name}"),
        env={**environment, "CPCS_HTTP_PORT": str(free_port())},
        stderr=asyncio.subprocess.DEVNULL,
    )
    await eventually(partial(is_ready, name, data_dir))
    took = time.perf_counter() - begun
    size = proportional(process.pid)
    process.terminate()
    await process.wait()
    return took, size


def main() -> None:
    """Run the benchmark."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(starts(Path(folder)))


if __name__ == "__main__":
    main()
