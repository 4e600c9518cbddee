"""Packed light curves are what the observations are, whatever happened in between."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from services.gateway.store import blocks
from services.gateway.store import packed as packing
from services.gateway.store.blocks import Point
from services.gateway.store.curves import CurveStore
from services.gateway.store.packed import PackedCurves
from services.gateway.store.view import ViewStore
from shared.contracts.alerts import ObservationDeleted
from shared.mongo import Database
from tests.support.builders import ALERT, recorded

TARGET = recorded().frame.target.alert_id


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "_BLOCK", 4)
    monkeypatch.setattr(packing, "_WORTH", 3)
    monkeypatch.setattr(packing, "_CLOCKS", timedelta(0))


@pytest.fixture
async def packed(database: Database) -> PackedCurves:
    store = PackedCurves(database)
    await store.prepare()
    return store


@pytest.fixture
async def view(database: Database, packed: PackedCurves) -> ViewStore:
    store = ViewStore(database, packed)
    await store.put_alerts([ALERT])
    return store


async def put(view: ViewStore, number: int, revision: int = 1, mag: float = 15) -> None:
    point = recorded(observation_id=number, revision=revision)
    frame = point.frame.model_copy(update={"mjd": 57000.0 + number * 7 % 5})
    magnitude = point.magnitude.model_copy(update={"mag": mag})
    changed = {"frame": frame, "magnitude": magnitude}
    await view.put_observation(point.model_copy(update=changed))


async def drop(view: ViewStore, number: int, revision: int) -> None:
    deletion = ObservationDeleted(
        observation_id=number, alert_id=TARGET, revision=revision
    )
    await view.drop_observation(deletion)


async def check(database: Database, packed: PackedCurves, view: ViewStore) -> None:
    """Hold what is served against the observations themselves."""
    curves = CurveStore(database, packed)
    truth = [
        (point.observation_id, point.frame.mjd, point.magnitude.mag)
        for point in await view.light_curve(TARGET)
    ]
    drawn = await curves.drawn(TARGET)
    columns = (drawn[name] for name in ("id", "mjd", "mag"))
    assert list(zip(*columns, strict=True)) == truth
    kept = await curves.kept(TARGET)
    assert [
        (one["observation_id"], one["frame"]["mjd"], one["magnitude"]["mag"])
        for one in kept
    ] == truth


@pytest.mark.parametrize("seed", range(4))
async def test_it_follows_points_revisions_and_deletions(
    database: Database, packed: PackedCurves, view: ViewStore, seed: int
) -> None:
    rng, revisions = np.random.default_rng(seed), dict.fromkeys(range(1, 30), 0)
    for step in range(90):
        number = int(rng.integers(1, 30))
        revisions[number] += 1
        if rng.random() < 0.2:
            await drop(view, number, revisions[number])
        else:
            await put(view, number, revisions[number], 15 + step / 100)
        if step % 10 == 0:
            await packed.pack(TARGET)
        if step % 6 == 0:
            await check(database, packed, view)
    assert await database["packed_blocks"].count_documents({}) > 1
    await check(database, packed, view)


async def test_a_packer_that_was_ended_on_its_way_loses_and_doubles_nothing(
    database: Database,
    packed: PackedCurves,
    view: ViewStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(2, 40, 2):
        await put(view, number)
    await packed.pack(TARGET)
    for number in range(1, 40, 2):
        await put(view, number)
    whole, written = blocks.packed, 0

    def ended(points: Mapping[int, Point]) -> dict[str, Any]:
        nonlocal written
        written += 1
        if written % 3 == 0:
            raise RuntimeError("killed")
        return whole(points)

    monkeypatch.setattr(packing, "packed", ended)
    for _ in range(6):
        with pytest.raises(RuntimeError):
            await packed.pack(TARGET)
        await check(database, packed, view)
    monkeypatch.setattr(packing, "packed", whole)
    await packed.pack(TARGET)
    await check(database, packed, view)


async def test_few_points_are_not_packed(
    database: Database, packed: PackedCurves, view: ViewStore
) -> None:
    await put(view, 1)
    await packed.pack(TARGET)
    assert await database["packed_curves"].count_documents({}) == 0
    await check(database, packed, view)
