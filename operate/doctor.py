"""Looks whether a server is as it should be, and says what to do where it is not."""

import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, Literal

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from shared.health import readiness, readiness_at
from shared.messaging.rabbit_connection import broker_fault, connected
from shared.messaging.rabbit_mending import states
from shared.messaging.rabbit_topology import differing
from shared.messaging.topology import DEAD_LETTERS, SERVICES
from shared.mongo import store_fault
from shared.settings import ServiceSettings, place_of

__all__ = ["Finding", "examined"]

Grade = Literal["good", "look", "bad"]
_ROOM = 2_000_000_000
_MANY = 1000


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    grade: Grade
    told: str


async def examined(settings: ServiceSettings) -> AsyncIterator[Finding]:
    """Yield what is found, the ground first: what lies on it needs it."""
    if fault := await store_fault(settings):
        yield Finding("bad", fault)
    else:
        yield _store(settings)
    if fault := await broker_fault(settings):
        yield Finding("bad", fault)
    else:
        async for finding in _queues(settings):
            yield finding
    for name in SERVICES:
        yield await _service(name, settings)
    yield _disk(settings)


def _store(settings: ServiceSettings) -> Finding:
    where = place_of(settings.mongo_url)
    with MongoClient[dict[str, Any]](settings.mongo_url) as client:
        version = client.server_info()["version"]
        try:
            with client["cpcs_doctor"]["any"].watch(max_await_time_ms=1):
                pass
        except PyMongoError as fault:
            return Finding(
                "bad",
                f"The store at {where} (MongoDB {version}) is no replica set, "
                f"which change streams and majority writes need: {fault}",
            )
    return Finding("good", f"The store at {where} answers: MongoDB {version}.")


async def _queues(settings: ServiceSettings) -> AsyncIterator[Finding]:
    where = place_of(settings.amqp_url)
    async with connected(settings.amqp_url) as connection:
        told = connection.transport.connection.server_properties  # type: ignore[union-attr]
        yield Finding("good", f"The broker at {where} answers: {told['version']!s}.")
        if "//guest:guest@" in settings.amqp_url:
            yield Finding("look", "The broker lets guest in, whom everybody knows.")
        for layout in await differing(connection, settings.retry_delays):
            mend = (
                "it stays: its readers know places in it."
                if layout.is_stream
                else "stop the services, then 'cpcs-server doctor --mend'."
            )
            yield Finding(
                "look", f"The queue {layout.name} is of another version: {mend}"
            )
        for one in await states(connection, settings.retry_delays):
            for finding in filter(None, (look(one) for look in _LOOKS)):
                yield finding


def _aside(one: Any) -> Finding | None:
    if not one.name.endswith(".aside"):
        return None
    told = f"{one.messages} messages of {one.name} were put aside by a doctor that died"
    return Finding(
        "bad", f"{told}: stop the services, then 'cpcs-server doctor --mend'."
    )


def _dead(one: Any) -> Finding | None:
    if not one.name.endswith(".dead") or not one.messages:
        return None
    told = f"{one.messages} messages of {one.name.removesuffix('.dead')} failed"
    return Finding("look", f"{told}: 'cpcs-server letters list' shows why.")


def _unheard(one: Any) -> Finding | None:
    kept = one.name.endswith((".dead", ".aside")) or one.name.startswith("cpcs.")
    if kept and one.name != DEAD_LETTERS:
        return None
    if one.messages and not one.consumers:
        told = f"{one.messages} messages wait in {one.name} and nobody takes them"
        return Finding("bad", f"{told}: start the service of that name.")
    if one.messages > _MANY:
        told = f"{one.messages} messages wait in {one.name}"
        return Finding("look", f"{told}: run one more process of that service.")
    return None


_LOOKS: tuple[Callable[[Any], Finding | None], ...] = (_aside, _dead, _unheard)


async def _service(name: str, settings: ServiceSettings) -> Finding:
    found = (
        await readiness_at(settings.health_at.replace("{service}", name))
        if settings.health_at
        else await readiness(name, settings.data_dir)
    )
    troubles = "; ".join(found.troubles)
    if not found.ready:
        return Finding("bad", f"{name} is not ready: {troubles}.")
    return Finding(
        "look" if troubles else "good", f"{name} is ready. {troubles}".strip()
    )


def _disk(settings: ServiceSettings) -> Finding:
    free = shutil.disk_usage(settings.data_dir).free
    told = f"{free / 1e9:.1f} GB are free in {settings.data_dir}."
    return Finding("good" if free > _ROOM else "look", told)
