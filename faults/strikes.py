"""Strikes: what can happen to processes, links and messages."""

import asyncio
import json
import random
import signal
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import aio_pika
from typing_extensions import override

from faults.link import Link, Mood
from shared.messaging.topology import EXCHANGE
from stack.running import Stack
from tests.support.processes import BROKER, find, kill

__all__ = ["Arm", "Strike", "campaign"]

PROCESSES = {
    "gateway": "-m services.gateway",
    "ingest": "-m services.ingest",
    "catalog": "-m services.catalog",
    "imager": "-m services.imager",
    "calibrator": "-m services.calibrator",
    "alerts": "-m services.alerts",
    "store": "secantusd-py",
    "broker": BROKER,
}
_MOODS: tuple[Mood, ...] = ("refusing", "silent", "slow", "thin")
_LINKS = ("broker", "store")
_ONE_OF_TWO = 0.7
_REPEATED = 25


@dataclass(frozen=True)
class Strike:
    """A kind of fault, and what it is done to."""

    kind: str
    what: str

    @override
    def __str__(self) -> str:
        return f"{self.kind} {self.what}"


def campaign(count: int, rng: random.Random) -> list[Strike]:
    """Return so many strikes of every kind, in an order that depends on the seed."""
    menu = [Strike("kill", name) for name in PROCESSES] * 4
    menu += [Strike("freeze", name) for name in PROCESSES] * 2
    menu += [Strike(kind, link) for kind in ("cut", *_MOODS) for link in _LINKS]
    menu += [Strike("poison", "messages")] * 4
    menu += [Strike("repeat", "messages")] * 4
    chosen = [menu[number % len(menu)] for number in range(count)]
    rng.shuffle(chosen)
    return chosen


class Arm:
    """Strikes the processes of some stacks, the links between, and the messages."""

    def __init__(
        self, stacks: Sequence[Stack], links: dict[str, Link], rng: random.Random
    ) -> None:
        self._stacks = stacks
        self._links = links
        self._rng = rng
        self._seen: list[aio_pika.abc.AbstractIncomingMessage] = []

    async def strike(self, strike: Strike) -> None:
        """Do it, and return when it is over."""
        long = self._rng.random() < 0.08  # noqa: PLR2004 - now and then
        seconds = self._rng.uniform(10, 20) if long else self._rng.uniform(2, 6)
        match strike.kind:
            case "kill":
                self._signal(strike.what, signal.SIGKILL)
            case "freeze":
                self._signal(strike.what, signal.SIGSTOP)
                await asyncio.sleep(seconds)
                self._signal(strike.what, signal.SIGCONT)
            case "cut":
                self._links[strike.what].cut()
            case "poison":
                await self._poison()
            case "repeat":
                await self._repeat()
            case _:
                await self._upset(self._links[strike.what], strike.kind, seconds)

    def _signal(self, name: str, sign: signal.Signals) -> None:
        """Signal one of the processes of a name, or now and then all of them."""
        where = [one for one in self._stacks if find(one, PROCESSES[name])]
        alone = self._rng.random() < _ONE_OF_TWO
        for stack in self._rng.sample(where, 1) if alone and where else where:
            kill(stack, PROCESSES[name], sign)

    async def _upset(self, link: Link, mood: Any, seconds: float) -> None:
        link.mood = mood
        if mood == "refusing":
            link.cut()
        await asyncio.sleep(seconds)
        link.mood = "well"

    def missing(self) -> list[str]:
        """Return which processes are not there."""
        return [
            name
            for name, words in PROCESSES.items()
            if not any(find(stack, words) for stack in self._stacks)
        ]

    async def watch(self, channel: aio_pika.abc.AbstractChannel) -> None:
        """Remember some messages, to be said again in worse words."""
        queue = await channel.declare_queue(
            "faults.shadow", durable=False, arguments={"x-max-length": 200}
        )
        await queue.bind(EXCHANGE, "#")

        async def keep(message: aio_pika.abc.AbstractIncomingMessage) -> None:
            self._seen = [*self._seen[-200:], message]
            with suppress(Exception):  # the link may be down just now
                await message.ack()

        await queue.consume(keep)
        self._channel = channel

    async def _poison(self) -> None:
        """Say some messages again: as they were, in part, and in nonsense."""
        exchange = await self._channel.get_exchange(EXCHANGE)
        for seen in self._rng.sample(self._seen, min(6, len(self._seen))):
            body, id_ = self._spoilt(seen.body, seen.message_id or "")
            message = aio_pika.Message(
                body,
                content_type=seen.content_type,
                message_id=id_,
                correlation_id=seen.correlation_id,
                type=seen.type,
                headers={"cpcs-attempt": self._rng.choice([-7, 2**31, "x", True])},
            )
            with suppress(Exception):  # the link may be down just now
                await exchange.publish(message, seen.routing_key or "", timeout=5)

    async def _repeat(self) -> None:
        """Say messages of the last while again, in another order."""
        exchange = await self._channel.get_exchange(EXCHANGE)
        for seen in self._rng.sample(self._seen, min(_REPEATED, len(self._seen))):
            message = aio_pika.Message(
                seen.body,
                content_type=seen.content_type,
                message_id=seen.message_id,
                correlation_id=seen.correlation_id,
                type=seen.type,
            )
            with suppress(Exception):  # the link may be down just now
                await exchange.publish(message, seen.routing_key or "", timeout=5)

    def _spoilt(self, body: bytes, id_: str) -> tuple[bytes, str]:
        match self._rng.randrange(4):
            case 0:
                return body, id_
            case 1:
                return body, str(uuid4())
            case 2:
                return body[: len(body) // 2], str(uuid4())
            case _:
                return _without_a_part(body), str(uuid4())


def _without_a_part(body: bytes) -> bytes:
    """Return a message without its first field; one with columns, without a byte."""
    try:
        content = json.loads(body or b"{}")
    except ValueError:
        return body[:8] + body[9:]
    content.pop(next(iter(content), ""), None)
    return json.dumps(content).encode()
