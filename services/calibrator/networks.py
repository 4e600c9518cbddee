"""A target's networks: its points with their stars, solved, band by band."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from services.calibrator.band_curve import (
    BandCurve,
    colour_bands,
    frame_of,
    prepared,
    survey_of,
)
from services.calibrator.domain.network.frames import MeasuredFrame
from services.calibrator.domain.network.identities import Identities
from services.calibrator.domain.network.light_curve import homogenised, network_of
from services.calibrator.domain.network.solution import Network
from services.calibrator.store.measured import FrameStars, MeasuredStore
from services.calibrator.store.points import Point

__all__ = ["Networks", "state_of"]

_MOST_FRAMES = 20_000
_MOST_TARGETS = 20

Stars = Mapping[str, FrameStars]
"""Of submissions by one survey."""


def state_of(points: Sequence[Point]) -> str:
    """Return a digest that tells one state of a target's points from others."""
    return sha256(",".join(map(_named, points)).encode()).hexdigest()


def _named(point: Point) -> str:
    return f"{point.number}:{point.revision}"


@dataclass
class _Band:
    """What was read and solved of a band: nothing that cannot be made again."""

    survey: str = ""
    stars: dict[str, FrameStars] = field(default_factory=dict)
    frames: dict[str, tuple[Point, MeasuredFrame]] = field(default_factory=dict)
    identities: Identities = field(default_factory=Identities)
    solved: tuple[Sequence[MeasuredFrame], Network] | None = None


class Networks:
    """Solves networks, and remembers the targets that were asked for last.

    ``turn`` is whose network is solved now: one at a time.
    """

    def __init__(self, measured: MeasuredStore) -> None:
        self.turn = asyncio.Lock()
        self._measured = measured
        self._remembered: OrderedDict[int, dict[str, _Band]] = OrderedDict()
        self._solved_with: OrderedDict[int, frozenset[str]] = OrderedDict()

    def has(self, alert_id: int, cause: str) -> bool:
        """Tell whether a change was in a solution that another change asked for."""
        return cause in self._solved_with.get(alert_id, ())

    def note(
        self, alert_id: int, points: Sequence[Point], answered: Iterable[str]
    ) -> None:
        """Remember what was in a solution, apart from changes that asked for one."""
        within = frozenset(map(_named, points)).difference(answered)
        self._solved_with[alert_id] = within
        self._solved_with.move_to_end(alert_id)
        while len(self._solved_with) > _MOST_TARGETS:
            self._solved_with.popitem(last=False)

    async def solved(self, alert_id: int, points: Sequence[Point]) -> list[BandCurve]:
        """Return the light curve of a target's points in each of their bands."""
        last = self._remembered.pop(alert_id, {})
        by_band: dict[str, list[Point]] = {}
        for point in points:
            by_band.setdefault(point.band, []).append(point)
        known = {band: last.get(band, _Band()) for band in by_band}
        for band, own in by_band.items():
            await self._read(known[band], own)
        curves = await asyncio.to_thread(_solved, known, by_band)
        self._remember(alert_id, known)
        return curves

    def _remember(self, alert_id: int, known: dict[str, _Band]) -> None:
        self._remembered[alert_id] = known
        while len(self._remembered) > 1 and self._frames() > _MOST_FRAMES:
            self._remembered.popitem(last=False)

    def _frames(self) -> int:
        every = [
            band for target in self._remembered.values() for band in target.values()
        ]
        return sum(len(band.stars) for band in every)

    async def _read(self, known: _Band, points: Sequence[Point]) -> None:
        """Read the stars of submissions that are new, and let go of others."""
        survey = survey_of(points)
        wanted = {point.upload for point in points}
        if survey != known.survey:
            known.stars, known.frames = {}, {}
            known.survey, known.identities = survey, Identities()
        kept = {name: known.stars[name] for name in wanted & known.stars.keys()}
        new = await self._measured.of_uploads(wanted - kept.keys(), survey)
        known.stars = kept | new


def _solved(
    known: Mapping[str, _Band], by_band: Mapping[str, Sequence[Point]]
) -> list[BandCurve]:
    curves = {
        band: prepared(band, own.survey, by_band[band], own.stars)
        for band, own in known.items()
    }
    networks = {
        band: _network(known[band], curve)
        for band, curve in curves.items()
        if curve.taking_part
    }
    done = homogenised(networks, colour_bands(curves))
    return [
        curve.with_network(done[band]) if band in done else curve
        for band, curve in curves.items()
    ]


def _network(known: _Band, curve: BandCurve) -> Network:
    """Return a band's network; that of the last time where its frames are the same."""
    frames = _frames(known, curve)
    if known.solved is not None and known.solved[0] == frames:
        return known.solved[1]
    network = network_of(frames, known.identities)
    known.solved = frames, network
    return network


def _frames(known: _Band, curve: BandCurve) -> list[MeasuredFrame]:
    """Return the frames that take part: those of the last time as the same objects."""
    found = {}
    for point in curve.taking_part:
        setup = curve.setups[point.upload]
        last = known.frames.get(point.upload)
        if last is not None and last[0] == point and last[1].setup == setup:
            found[point.upload] = last
        else:
            stars = known.stars[point.upload]
            found[point.upload] = point, frame_of(point, stars, setup)
    known.frames = found
    return [frame for _, frame in found.values()]
