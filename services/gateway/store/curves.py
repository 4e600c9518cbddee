"""Light curves out of the gateway's view, whole, without making models of points."""

import asyncio
from collections.abc import Mapping
from typing import Any

from services.gateway.store.blocks import DRAWN, Point, drawn_of, unpacked_columns
from services.gateway.store.packed import Changes, PackedCurves, applied
from services.gateway.store.tallies import Tallies
from shared.mongo import Database

__all__ = ["CurveStore"]


class CurveStore:
    """All points of one target."""

    def __init__(self, database: Database, packed: PackedCurves) -> None:
        self._tallies = Tallies(database)
        self._packed = packed

    async def stamp(self, alert_id: int) -> str | None:
        """Return what changes whenever the light curve does."""
        return await self._tallies.stamp("alert_id", alert_id)

    async def kept(
        self,
        alert_id: int,
        *,
        band: str | None = None,
        observer_id: int | None = None,
        since: float | None = None,
        until: float | None = None,
        above: int = 0,
    ) -> list[Point]:
        """Return a target's observations as JSON keeps them, by time and number.

        Times are MJD [d]; ``above`` leaves out numbers up to it.
        """

        def is_wanted(number: int, point: Point) -> bool:
            frame, fit = point["frame"], point["zero_point"]
            return (
                number > above
                and band in {None, fit["band"]}
                and observer_id in {None, frame["observer"]["id"]}
                and (since is None or frame["mjd"] >= since)
                and (until is None or frame["mjd"] < until)
            )

        blocks, changes = await self._packed.read(alert_id, "points")
        points = await asyncio.to_thread(applied, blocks, changes)
        wanted = [each for each in points.items() if is_wanted(*each)]
        wanted.sort(key=lambda each: (each[1]["frame"]["mjd"], each[0]))
        return [point for _, point in wanted]

    async def drawn(self, alert_id: int) -> dict[str, list[Any]]:
        """Return what a light curve shows of its points, by time and number.

        A list each of ``id``, ``mjd`` [d], ``mag``, ``mag_err``, ``err`` and ``depth``
        [mag], ``survey``, ``band``, ``observatory``, ``observer``, ``mode``,
        ``calibration``, ``exposure`` [s] and ``comment``.
        """
        blocks, changes = await self._packed.read(alert_id, "columns")
        return await asyncio.to_thread(_drawn, blocks, changes)


def _drawn(blocks: list[dict[str, Any]], changes: Changes) -> dict[str, list[Any]]:
    columns = unpacked_columns(blocks)
    place = {number: place for place, number in enumerate(columns[0])}
    kept = [
        number not in changes and place[number] == at
        for at, number in enumerate(columns[0])
    ]
    rows = [
        drawn_of(number, point)
        for number, point in changes.items()
        if point is not None
    ]
    added = list(zip(*rows, strict=True)) if rows else [()] * len(DRAWN)
    whole = [
        [value for value, stays in zip(column, kept, strict=True) if stays] + list(more)
        for column, more in zip(columns, added, strict=True)
    ]
    named: Mapping[str, list[Any]] = dict(zip(DRAWN, whole, strict=True))
    keys = list(zip(named["mjd"], named["id"], strict=True))
    order = sorted(range(len(keys)), key=keys.__getitem__)
    return {name: [column[place] for place in order] for name, column in named.items()}
