"""Packets that are decided about at once are decided as they would be alone."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from shared.contracts.alerts import AlertCreated, PacketReceived
from shared.contracts.base import Event
from shared.mongo import Database
from tests.support.alerts import Owned, cite, gaia, packet_of, voevent

_PACKETS = 24
_NOBODY = "ab" * 32
_KINDS = ("followup", "supersedes", "retraction")
_FAR = tuple(f"Gaia26{letter}{letter}" for letter in "abcdefghijkl")


def mixed(rng: random.Random) -> list[bytes]:
    """Packets of few names and places, about one another in all ways."""
    packets = [_one(rng) for _ in range(_PACKETS - 2)]
    return [*packets, b"garbage", packets[0]]


def _one(rng: random.Random) -> bytes:
    name, other = rng.sample(_FAR, 2)
    where = rng.choice([name, name, other])
    changes: dict[str, Any] = {
        "ra": 10.0 * _FAR.index(where) + rng.choice([0.0, 0.0, 0.006, 0.017, 0.04]),
        "dec": 30.0 + rng.choice([0.0, 0.0003]),
        "error": rng.choice([0.0001, 0.0001, 0.0015, 0.05, 2.0, None]),
        "role": rng.choice(["observation"] * 5 + ["test"]),
    }
    if rng.random() < 0.4:
        changes["citations"] = cite(rng.choice(_KINDS), rng.choice([name, other]))
    if rng.random() < 0.2:
        relayed = f"ivo://voevent.4pisky.org/GAIA#{other}"
        return voevent(relayed, **changes)
    return gaia(name, **changes)


async def together(owned: Owned, packets: Sequence[bytes]) -> list[list[Event]]:
    """Let packets be decided about in one lot; return what is said of each."""
    kept = await owned.inbox.keep([(raw, "test") for raw in packets])
    lot = [PacketReceived(packet=one.id) for one in kept]
    first = asyncio.ensure_future(owned.received(PacketReceived(packet=_NOBODY)))
    await asyncio.sleep(0)  # while it is looked for, the others gather
    said = await asyncio.gather(*map(owned.received, lot))
    with pytest.raises(LookupError):
        await first
    return [list(one) for one in said]


async def outcome(owned: Owned) -> list[str]:
    """Return what became of each packet, and all targets, whatever their numbers."""
    targets = {one.id: one for one in await owned.all_targets()}
    decided = [
        (
            one.id,
            one.decision and replace(one.decision, target=None),
            one.alert_id and targets[one.alert_id].ivorn,
        )
        async for one in owned.inbox.all()
    ]
    kept = [
        (
            *(one.ivorn, one.status, one.ra, one.dec, one.position_err),
            *(one.revision, one.events, one.aliases),
        )
        for one in targets.values()
    ]
    return sorted(map(str, [*decided, *kept]))


@pytest.mark.parametrize("seed", range(6))
async def test_a_lot_ends_as_its_packets_do_one_by_one(
    database: Database, seed: int
) -> None:
    packets = mixed(random.Random(seed))
    alone = await Owned.of(database.client[f"{database.name}_alone"])
    for raw in packets:
        await together(alone, [raw])
    at_once = await Owned.of(database)
    await together(at_once, packets)
    assert await outcome(at_once) == await outcome(alone)


SWIFT = "ivo://nasa.gsfc.gcn/SWIFT#"
TRIGGER = '<Param name="TrigID" value="558756"/>'


async def test_who_reaches_far_is_decided_about_before_who_comes_into_reach(
    owned: Owned,
) -> None:
    """A rough place of a known target, then a sharp one of another inside of it."""
    await owned.receive(voevent(f"{SWIFT}XRT_Pos_1", params=TRIGGER, ra=120.5))
    rough = voevent(f"{SWIFT}BAT_Pos_2", params=TRIGGER, ra=120.534, error=0.05)
    sharp = gaia("Gaia16ea", ra=120.5511)
    said = await together(owned, [rough, sharp])
    assert [packet_of(one).kind for one in said] == ["update", "target"]


async def test_a_lot_of_new_objects_is_kept_in_few_writes(owned: Owned) -> None:
    packets = [gaia(f"Gaia16b{n:02}", ra=5.0 * n) for n in range(30)]
    said = await together(owned, packets)
    assert all(isinstance(one[0], AlertCreated) for one in said)
    numbers = sorted(packet_of(one).number for one in said)
    assert numbers == list(range(1, 31))
    assert sorted(one.id for one in await owned.all_targets()) == numbers
    assert await owned.inbox.made_lately("Gaia") == 30


async def test_a_stream_makes_no_more_targets_than_it_may(
    owned: Owned, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit counts those of the same lot."""
    limit = owned.packets._rules.streams[0].limits.targets_per_hour

    async def nearly(_: str) -> int:
        return limit - 2

    monkeypatch.setattr(owned.inbox, "made_lately", nearly)
    said = await together(owned, [gaia(f"Gaia16c{n}", ra=9.0 * n) for n in range(4)])
    kinds = [packet_of(one).kind for one in said]
    assert kinds == ["target", "target", "stored", "stored"]


async def test_a_name_that_another_process_takes_meanwhile_is_decided_again(
    owned: Owned, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = owned.targets.create_many

    async def too_late(new: Sequence[Any]) -> Any:
        await owned.targets.create(replace(new[0], provenance=None, events=()))
        return await create(new)

    monkeypatch.setattr(owned.targets, "create_many", too_late)
    packets = [gaia("Gaia16da", ra=10.0), gaia("Gaia16db", ra=20.0)]
    said = await together(owned, packets)
    assert [packet_of(one).kind for one in said] == ["update", "target"]
    assert len(await owned.all_targets()) == 2
