"""How soon an upload is answered that is begun right after a process was killed.

``python -m bench.recovery`` kills each process of an idle stack a few times, and begins
an upload at the same moment; a gateway that is away is asked again and again, as a
script would.
"""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from aiohttp import ClientError, ClientSession, ClientTimeout

from stack.visitor import RefusedError, Visitor
from tests.support.processes import BROKER, kill
from tests.support.server import DEC, RA, image, load, server, visitor

_TARGET = "ivo://Recovery"
_ROUNDS = 3
_PROCESSES = {
    "gateway": "services.gateway",
    "ingest": "-m services.ingest",
    "catalog": "services.catalog",
    "calibrator": "services.calibrator",
    "alerts": "services.alerts",
    "store": "secantusd-py",
    "broker": BROKER,
}


async def _until_answered(url: str, hashtag: str, seed: int) -> float:
    begun = time.monotonic()
    async with ClientSession(timeout=ClientTimeout(120)) as session:
        who = Visitor(session, url, hashtag)
        while True:
            try:
                answer = await who.upload(_TARGET, image(seed))
            except (ClientError, RefusedError):
                await asyncio.sleep(0.1)
                continue
            if answer["mag"] is not None:
                return time.monotonic() - begun
            await asyncio.sleep(0.1)


async def _measure(folder: Path) -> None:
    async with server(folder) as stack:
        await load(stack)
        async with visitor(stack, "Recovering") as who:
            await who.post("newevent", EventID=_TARGET, ra=str(RA), dec=str(DEC))
            hashtag = who.hashtag
        seed = 1
        calm = await _until_answered(stack.url, hashtag, seed)
        print(f"first upload {calm:.1f} s; after a kill, median (worst) [s]:")
        for name, words in _PROCESSES.items():
            times = []
            for _ in range(_ROUNDS):
                seed += 1
                await _until_answered(stack.url, hashtag, seed)
                kill(stack, words)
                seed += 1
                times.append(await _until_answered(stack.url, hashtag, seed))
            print(f"  {name:10} {statistics.median(times):5.1f} ({max(times):.1f})")


def main() -> None:
    """Measure on a stack of its own."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_measure(Path(folder)))


if __name__ == "__main__":
    main()
