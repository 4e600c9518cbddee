"""Run the campaign: ``python -m faults [--seed N] [--strikes N] [--data FOLDER]``."""

import argparse
import asyncio
import json
import logging
import random
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import aio_pika
import structlog
from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector, web

from faults.check import Kept, findings, replayed, settled, standing
from faults.ledger import Ledger
from faults.link import Link
from faults.people import Crew
from faults.strikes import Arm, Strike, campaign
from stack.environment import at_port
from stack.running import Stack
from tests.support.server import DEC, RA, load, server, visitor
from tests.support.waiting import eventually

_log = structlog.get_logger()
_TARGETS = [f"ivo://Field{number}" for number in range(3)]
_ADDRESSES = ("CPCS_AMQP_URL", "CPCS_MONGO_URL")
_RECOVERY = 90.0
_PATIENT = {
    "CPCS_ANSWER_TIMEOUT": "20",
    "CPCS_WEBHOOKS_INSIDE": "1",
    "CPCS_RATE_OF_REQUESTS": "100000/minute",
    "CPCS_RATE_OF_CHANGES": "100000/minute",
}


@asynccontextmanager
async def _mistreatable(
    folder: Path,
) -> AsyncIterator[tuple[tuple[Stack, Stack, Stack], dict[str, Link]]]:
    """Run broker and store, and behind links to them two of each service."""
    async with server(folder / "infrastructure", services=()) as below:
        urls = {name: below.environment[name] for name in _ADDRESSES}
        broker, store = (urlsplit(url).port or 0 for url in urls.values())
        async with Link(broker).listening() as to_broker, Link(store).listening() as to:
            ports = to_broker.port, to.port
            linked = map(at_port, urls.values(), ports)
            urls = dict(zip(_ADDRESSES, linked, strict=True))
            links = {"broker": to_broker, "store": to}
            async with server(folder / "services", **urls, **_PATIENT) as above:
                secret = {"CPCS_ADMIN_HASHTAG": above.admin_hashtag()}
                async with server(
                    folder / "second", **urls, **_PATIENT, **secret
                ) as second:
                    yield (below, above, second), links


@asynccontextmanager
async def _subscribed(url: str, ledger: Ledger, arm: Arm) -> AsyncIterator[None]:
    """Subscribe to calibrated points, and to everything for the poisoner."""
    connection = await aio_pika.connect_robust(url)
    async with connection:
        channel = await connection.channel()
        queue = await channel.declare_queue(
            "faults.subscriber", durable=True, arguments={"x-queue-type": "quorum"}
        )
        for key in ("observation.recorded.v1.#", "observation.deleted.v1"):
            await queue.bind("cpcs", key)

        async def hear(message: aio_pika.abc.AbstractIncomingMessage) -> None:
            with suppress(ValueError, KeyError, TypeError):  # poison is heard too
                told = json.loads(message.body)
                number, revision = int(told["observation_id"]), int(told["revision"])
                ledger.heard[number] = max(revision, ledger.heard.get(number, 0))
            with suppress(Exception):  # the broker may be down: it comes again
                await message.ack()

        await queue.consume(hear)
        await arm.watch(await connection.channel())
        yield


@asynccontextmanager
async def _webhook(crew: Crew) -> AsyncIterator[str]:
    site = web.Application()
    site.router.add_post("/", crew.be_told)
    runner = web.AppRunner(site)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await runner.cleanup()


async def _recovered(ledger: Ledger, strike: Strike) -> None:
    """Wait until an upload is acknowledged that was begun after a strike."""
    over, seen = time.monotonic(), len(ledger.acknowledged)
    while time.monotonic() - over < _RECOVERY:
        later = [end for begun, end in ledger.acknowledged[seen:] if begun > over]
        if later:
            ledger.recovered.setdefault(str(strike), []).append(min(later) - over)
            return
        await asyncio.sleep(0.1)
    ledger.recovered.setdefault(str(strike), []).append(float("inf"))


async def _strike_all(
    arm: Arm, strikes: list[Strike], ledger: Ledger, rng: random.Random
) -> None:
    for number, strike in enumerate(strikes, start=1):
        await arm.strike(strike)
        ledger.struck[str(strike)] += 1
        if ledger.struck[str(strike)] <= 2 or rng.random() < 0.3:  # noqa: PLR2004
            await _recovered(ledger, strike)
        await asyncio.sleep(rng.uniform(0.2, 2.5))
        if number % 10 == 0:
            counts = len(ledger.uploads), len(ledger.targets), len(ledger.packets)
            print(f"{number} strikes; uploads, targets, packets: {counts}", flush=True)


async def _campaign(folder: Path, seed: int, count: int) -> bool:
    rng, ledger = random.Random(seed), Ledger()
    async with _mistreatable(folder) as (stacks, links):
        below, above, second = stacks
        await load(above)
        hashtag = await _prepare(above)
        crew = Crew([above.url, second.url], hashtag, _TARGETS, ledger, seed)
        arm = Arm(stacks, links, rng)
        broker = below.environment["CPCS_AMQP_URL"]
        store = below.environment["CPCS_MONGO_URL"]
        connector = TCPConnector(force_close=True)
        async with (
            ClientSession(timeout=ClientTimeout(40), connector=connector) as session,
            _webhook(crew) as hook,
            _subscribed(broker, ledger, arm),
        ):
            form = {"url": hook, "hashtag": hashtag}
            async with session.post(f"{above.url}/cgi/newwebhook", data=form) as answer:
                answer.raise_for_status()
            listener = asyncio.create_task(crew.listen(session))
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(one) for one in crew.at_work(session)]
                await asyncio.sleep(8)
                await _strike_all(arm, campaign(count, rng), ledger, rng)
                crew.stop()
                await asyncio.wait(tasks, timeout=180)
            wrong = await _verdict(session, above.url, ledger, store, broker)
            listener.cancel()
    _report(ledger, wrong)
    return not wrong


async def _prepare(stack: Stack) -> str:
    async with visitor(stack, "Campaigner") as who:
        for number, name in enumerate(_TARGETS):
            dec = str(DEC + 0.01 * number / 3600)
            await who.post("newevent", EventID=name, ra=str(RA), dec=dec)
        return who.hashtag


async def _verdict(
    session: ClientSession, url: str, ledger: Ledger, store: str, broker: str
) -> list[str]:
    """Return what is wrong once everything has had time to settle."""
    wrong: list[str] = []

    async def all_well() -> list[str]:
        with suppress(ClientError, TimeoutError):
            if await settled(session, url):
                return list(findings(ledger, await asyncio.to_thread(Kept, store)))
        return ["the server does not come to rest"]

    try:
        await eventually(all_well, within=180, good=lambda found: not found)
    except AssertionError:
        wrong = await all_well()
    kept = await asyncio.to_thread(Kept, store)
    wrong += await replayed(broker, kept)
    print(f"messages that stand in queues: {await standing(broker)}")
    return wrong


def _report(ledger: Ledger, wrong: list[str]) -> None:
    print(f"{ledger.struck.total()} strikes: {dict(ledger.struck)}")
    dry = sum(one.dry for one in ledger.uploads.values())
    linked = sum(bool(one.job) for one in ledger.uploads.values())
    print(
        f"acknowledged: {len(ledger.uploads)} uploads ({dry} dry runs, {linked} by "
        f"link), {len(ledger.targets)} targets, {len(ledger.packets)} packets, "
        f"{len(ledger.deleted)} deletions"
    )
    print("upload begun after a strike acknowledged within, median (worst) [s]:")
    for name, times in sorted(ledger.recovered.items()):
        print(f"  {name:18} {statistics.median(times):5.1f} ({max(times):.1f})")
    twice = sum(count > 1 for count in ledger.hooked.values())
    print(f"webhook: {len(ledger.hooked)} happenings, {twice} of them more than once")
    for line in wrong[:50]:
        print(f"WRONG: {line}")
    print(f"{len(wrong)} findings")


def main() -> None:
    """Run the campaign; exit 1 where anything was lost, doubled or left waiting."""
    parser = argparse.ArgumentParser(prog="faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--strikes", type=int, default=150)
    parser.add_argument("--data", type=Path, help="folder to keep, logs too")
    order = parser.parse_args()
    logging.disable(logging.CRITICAL)  # links that break are the point of it
    with tempfile.TemporaryDirectory() as folder:
        well = asyncio.run(
            _campaign(order.data or Path(folder), order.seed, order.strikes)
        )
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
