"""Light curves of many points, packed in blocks beside the observations.

Blocks hold points in the order of their numbers. A light curve is its blocks and what
was touched since they were packed; some is applied twice where a packer was ended on
its way, which changes nothing.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import structlog
from pymongo import ASCENDING

from services.gateway.store.blocks import Point, packed, unpacked_points
from shared.background import in_background
from shared.messaging.service import Publish
from shared.mongo import Database

__all__ = ["TOUCHED", "PackedCurves"]

_log = structlog.get_logger()

TOUCHED = "touched"
"""The field of an observation that tells when it was last written, UTC."""

_LIVE = {"deleted": False}
_BATCH = 20_000
_BLOCK = 2_000
_WORTH = 1_000
_OUTDATED = 500
_ENDLESS = 2**63
_CLOCKS = timedelta(seconds=60)
"""The clocks of several gateways may differ by so much."""
_KEPT = {
    "deleted": 1,
    "point.observation_id": 1,
    "point.revision": 1,
    "point.mode": 1,
    "point.magnitude": 1,
    "point.zero_point": 1,
    "point.frame.mjd": 1,
    "point.frame.exposure_time": 1,
    "point.frame.observer": 1,
    "point.frame.upload_id": 1,
    "point.frame.comment": 1,
}

Changes = dict[int, Point | None]
"""Points by their numbers; ``None`` for one that is deleted."""


class PackedCurves:
    """The points of targets, those of large ones in blocks."""

    def __init__(self, database: Database) -> None:
        self._observations = database["observations"]
        self._heads = database["packed_curves"]
        self._blocks = database["packed_blocks"]
        self._changed: Counter[int] = Counter()
        self._wanted: asyncio.Queue[int] = asyncio.Queue()

    async def prepare(self) -> None:
        """Make the indexes."""
        await self._observations.create_index(
            [("alert_id", ASCENDING), (TOUCHED, ASCENDING)]
        )
        await self._blocks.create_index("alert_id")

    async def read(
        self, alert_id: int, part: str
    ) -> tuple[list[dict[str, Any]], Changes]:
        """Return the blocks of a target, with one part, and what is to be changed.

        Parameters
        ----------
        part
            ``points`` or ``columns``.
        """
        head = await self._heads.find_one({"_id": alert_id})
        if head is None:
            whole = await self._all(alert_id)
            if len(whole) >= _WORTH:
                self._wanted.put_nowait(alert_id)
            return [], whole
        wanted = self._blocks.find({"alert_id": alert_id}, {part: 1, "first": 1})
        blocks = [block async for block in wanted]
        changes = await self._since(alert_id, head[TOUCHED])
        if len(changes) >= _OUTDATED:
            self._wanted.put_nowait(alert_id)
        return sorted(blocks, key=lambda block: int(block["first"])), changes

    def changed(self, alert_id: int) -> None:
        """Know that a target has another point, or one fewer."""
        self._changed[alert_id] += 1
        if self._changed[alert_id] >= _OUTDATED:
            del self._changed[alert_id]
            self._wanted.put_nowait(alert_id)

    @asynccontextmanager
    async def kept_packed(self, _: Publish) -> AsyncIterator[None]:
        """Pack what wants it while the block runs."""
        async with in_background(self._pack_for_ever()):
            yield

    async def _pack_for_ever(self) -> None:
        while True:
            alert_id = await self._wanted.get()
            try:
                await self.pack(alert_id)
            except Exception as fault:  # noqa: BLE001 - one target's, never all others'
                _log.error("curve.not_packed", alert=alert_id, exc_info=fault)

    async def pack(self, alert_id: int) -> None:
        """Put what was touched since the last time into the blocks of a target."""
        now = datetime.now(UTC)
        head = await self._heads.find_one({"_id": alert_id})
        if head is None:
            changes = await self._all(alert_id)
            if len(changes) < _WORTH:
                return
        else:
            changes = await self._since(alert_id, head[TOUCHED])
        await self._apply(alert_id, changes)
        change = {"$set": {TOUCHED: now}}
        await self._heads.update_one({"_id": alert_id}, change, upsert=True)
        _log.info("curve.packed", alert=alert_id, changes=len(changes))

    async def _apply(self, alert_id: int, changes: Changes) -> None:
        """Put changes into the blocks whose numbers they are among.

        A packer that was ended between two halves of a block left points in both: they
        belong to the second.
        """
        found = self._blocks.find({"alert_id": alert_id}, {"first": 1, "last": 1})
        blocks = sorted([one async for one in found], key=lambda one: int(one["first"]))
        if not blocks:
            await self._write(alert_id, applied([], changes), uuid4().hex)
        ends = [*(int(block["first"]) for block in blocks[1:]), _ENDLESS][: len(blocks)]
        begin = 0
        for block, end in zip(blocks, ends, strict=True):
            own = {k: v for k, v in changes.items() if begin <= k < end}
            if own or block["last"] >= end:
                kept = await self._blocks.find_one({"_id": block["_id"]}) or {}
                points = applied([kept], own)
                inside = {k: v for k, v in points.items() if k < end}
                await self._write(alert_id, inside, block["_id"])
            begin = end

    async def _write(
        self, alert_id: int, points: Mapping[int, Point], first: str
    ) -> None:
        """Write points as blocks, the first of them under a name.

        That one comes last, so that no point is ever in none.
        """
        numbers = sorted(points)
        for begin in reversed(range(0, max(len(numbers), 1), _BLOCK)):
            some = {each: points[each] for each in numbers[begin : begin + _BLOCK]}
            fields = await asyncio.to_thread(packed, some)
            await self._blocks.replace_one(
                {"_id": uuid4().hex if begin else first},
                {"alert_id": alert_id, **fields},
                upsert=True,
            )

    async def _all(self, alert_id: int) -> Changes:
        return await self._found({"alert_id": alert_id, **_LIVE})

    async def _since(self, alert_id: int, touched: datetime) -> Changes:
        return await self._found(
            {"alert_id": alert_id, TOUCHED: {"$gte": touched - _CLOCKS}}
        )

    async def _found(self, query: dict[str, Any]) -> Changes:
        cursor = self._observations.find(query, _KEPT).batch_size(_BATCH)
        return {
            one["_id"]: None if one["deleted"] else one["point"] async for one in cursor
        }


def applied(blocks: Iterable[Mapping[str, Any]], changes: Changes) -> dict[int, Point]:
    """Return the points of some blocks after changes."""
    points = unpacked_points(block for block in blocks if block)
    for number, point in changes.items():
        if point is None:
            points.pop(number, None)
        else:
            points[number] = point
    return points
