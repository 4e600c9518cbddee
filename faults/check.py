"""Holds what people were told against what the server kept."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import aio_pika
from aiohttp import ClientSession
from pymongo import MongoClient

from faults.ledger import Ledger
from shared.columns import unpack
from shared.contracts.alerts import ObservationDeleted
from shared.contracts.calibrator import LightCurveHomogenised
from shared.messaging.rabbit_connection import connected
from shared.messaging.rabbit_topology import dead_queue
from shared.messaging.topology import PUBLIC_STREAM, queues
from shared.messaging.wire import decoded

__all__ = ["Kept", "findings", "replayed", "settled", "standing"]

Frames = dict[tuple[str, float], list[int]]
"""Numbers of the observations of each target and time (MJD) [d]."""


class Kept:
    """What the stores hold at the end."""

    def __init__(self, url: str) -> None:
        client: MongoClient[dict[str, Any]] = MongoClient(url, tz_aware=True)
        alerts, gateway = client["cpcs_alerts"], client["cpcs_gateway"]
        self.observations = {one["_id"]: one for one in alerts["observations"].find()}
        self.view = {one["_id"]: one for one in gateway["observations"].find()}
        self.jobs = list(gateway["jobs"].find())
        self.networks = [_network_of(one) for one in gateway["networks"].find()]
        self.names = Counter(
            name for one in gateway["alerts"].find() for name in one["names"]
        )
        self.events = Counter(
            event
            for one in gateway["alerts"].find()
            for event in one["alert"]["events"]
        )
        self.undecided = alerts["inbox"].count_documents({"waiting": True})
        client.close()

    def frames(self) -> Frames:
        """Return the numbers of the observations of each target and time."""
        found: Frames = {}
        for number, one in self.observations.items():
            frame = one["records"][-1]["frame"]
            found.setdefault((frame["target"]["ivorn"], frame["mjd"]), []).append(
                number
            )
        return found


def findings(ledger: Ledger, kept: Kept) -> Iterator[str]:
    """Yield what is wrong, a line each; nothing where all is well."""
    yield from _uploads(ledger, kept.frames())
    yield from (f"refused: {sentence}" for sentence in ledger.refused)
    yield from _alerts(ledger, kept)
    yield from _deletions(ledger, kept)
    yield from _view(kept)
    yield from _networks(kept)
    yield from _jobs(kept)
    yield from _heard(ledger, kept)


def _uploads(ledger: Ledger, frames: Frames) -> Iterator[str]:
    for key, upload in ledger.uploads.items():
        stored = frames.get(key, [])
        if upload.dry and stored:
            yield f"a dry run was stored: {key}"
        if not upload.dry and not stored:
            yield f"lost: an acknowledged upload {key} {upload}"
        if not upload.dry and upload.number and upload.number not in stored:
            yield f"another number was told than is kept: {key} {upload} {stored}"
    yield from (f"doubled: {key} is {n}" for key, n in frames.items() if len(n) > 1)


def _alerts(ledger: Ledger, kept: Kept) -> Iterator[str]:
    for name in ledger.targets:
        if kept.names[name.casefold()] != 1:
            yield f"target {name} is there {kept.names[name.casefold()]} times"
    for ivorn in ledger.packets:
        if kept.events[ivorn] != 1:
            yield f"packet {ivorn} is about {kept.events[ivorn]} targets"
    if kept.undecided:
        yield f"{kept.undecided} packets wait for a decision"


def _deletions(ledger: Ledger, kept: Kept) -> Iterator[str]:
    for number, gone in ledger.deleted.items():
        if kept.observations[number]["deleted"] != gone:
            yield f"observation {number} should be {'deleted' if gone else 'there'}"


def _view(kept: Kept) -> Iterator[str]:
    for number, one in kept.observations.items():
        shown = kept.view.get(number, {})
        if (shown.get("revision"), shown.get("deleted")) != (
            one["revision"],
            one["deleted"],
        ):
            yield f"the view of observation {number} is not what is kept"
    for number in kept.view.keys() - kept.observations.keys():
        yield f"the view shows observation {number}, which nobody keeps"


def _network_of(kept: dict[str, Any]) -> tuple[int, str, dict[int, int | None]]:
    """Return a network's target, band, and the revisions of its points by number."""
    curve = decoded(LightCurveHomogenised, bytes(kept["curve"]))
    points: dict[int, int | None] = {int(number): None for number in curve.left_out}
    if curve.points is not None:
        columns = unpack(curve.points.observation_id), unpack(curve.points.revision)
        points |= {int(n): int(r) for n, r in zip(*columns, strict=True)}
    return curve.alert_id, curve.band, points


def _networks(kept: Kept) -> Iterator[str]:
    """Every point is in its target's network, as it is, and none is in another."""
    live = {}
    for number, one in kept.observations.items():
        record = one["records"][-1]
        if not one["deleted"]:
            target, band = one["alert_id"], record["zero_point"]["band"]
            live[number] = target, band, one["revision"]
    told = {
        number: (target, band, revision)
        for target, band, points in kept.networks
        for number, revision in points.items()
    }
    for number, (target, band, revision) in live.items():
        if told.get(number) not in {(target, band, revision), (target, band, None)}:
            yield f"the network has {told.get(number)} of observation {number}"
    for number in told.keys() - live.keys():
        yield f"a network has observation {number}, which is deleted or nobody's"


def _jobs(kept: Kept) -> Iterator[str]:
    for job in kept.jobs:
        if job["state"] == "waiting":
            yield f"a job waits: {job['_id']} {job['event']} said {job['said']}"


def _heard(ledger: Ledger, kept: Kept) -> Iterator[str]:
    for number, one in kept.observations.items():
        if ledger.heard.get(number, 0) < one["revision"]:
            heard = ledger.heard.get(number)
            yield f"a subscriber heard revision {heard} of {number}: {one['revision']}"
        if not ledger.told[f"observation:{number}:1"]:
            yield f"a listener never heard of observation {number}"
        if not ledger.hooked[f"observation:{number}:1"]:
            yield f"a webhook was never told of observation {number}"


async def replayed(url: str, kept: Kept) -> list[str]:
    """Return where a replay of the public stream ends elsewhere than the store."""
    async with connected(url) as connection:
        channel = await connection.channel()
        await channel.set_qos(100)
        stream = await channel.get_queue(PUBLIC_STREAM)
        newest: dict[int, tuple[int, bool]] = {}
        heard = asyncio.Event()

        async def take(message: aio_pika.abc.AbstractIncomingMessage) -> None:
            with suppress(ValueError, KeyError, TypeError):  # poison is kept as it came
                told = json.loads(message.body)
                number, revision = told["observation_id"], told["revision"]
                state = revision, message.type == ObservationDeleted.key
                newest[number] = max(newest.get(number, state), state)
            heard.set()
            await message.ack()

        await stream.consume(take, arguments={"x-stream-offset": "first"})
        while True:
            heard.clear()
            try:
                await asyncio.wait_for(heard.wait(), 5)
            except TimeoutError:
                break
    return [
        f"the stream ends with {newest.get(number)} of observation {number}"
        for number, one in sorted(kept.observations.items())
        if newest.get(number) != (one["revision"], one["deleted"])
    ]


async def standing(url: str) -> dict[str, int]:
    """Return how many messages stand in each queue, dead letters too."""
    found = {}
    async with connected(url) as connection:
        for name, _ in queues():
            for queue in (name, dead_queue(name)):
                channel = await connection.channel()
                declared = await channel.declare_queue(queue, passive=True)
                count = declared.declaration_result.message_count or 0
                if count:
                    found[queue] = count
    return found


async def settled(session: ClientSession, url: str) -> bool:
    """Tell whether the server says that every service is ready and no job waits."""
    async with session.get(f"{url}/status?format=json") as answer:
        told = await answer.json()
    ready: bool = all(told["services"].values()) and told["waiting"] == 0
    return ready
