"""Fetches tiles of the sky: sources in order, one flight for each tile, few at once."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Protocol

import numpy as np
import structlog
from prometheus_client import Counter, Histogram

from services.catalog.domain.cone import Tile
from services.catalog.domain.healpix import cone_around, tile_at
from services.catalog.domain.remote import RemoteTable
from services.catalog.domain.stars import ReferenceStars
from services.catalog.remote.breaker import Breaker
from services.catalog.remote.source import FetchError, Source

__all__ = ["Fetcher"]

_log = structlog.get_logger()
_FETCHES = Counter("cpcs_tile_fetches", "tiles asked for", ["survey", "how"])
_TIME = Histogram(
    "cpcs_tile_fetch_seconds",
    "time of a fetch",
    ["survey"],
    buckets=(0.1, 0.3, 1, 3, 10, 30, 100),
)
_TRIES = 2
_PAUSE = 0.5
_CUTS = (None, 19.0, 17.0, 15.0)


Covers = Callable[[str, RemoteTable, int], bool]
"""Tells whether a survey may have stars in a tile."""

_EMPTY = Tile(ReferenceStars(np.empty(0), np.empty(0), {}, {}), None)


class Shelf(Protocol):
    """Where tiles are kept."""

    def keep(self, survey: str, table: RemoteTable, tile: int, found: Tile) -> None:
        """Keep a tile; return when it is on disk."""
        ...

    def is_fresh(self, survey: str, table: RemoteTable, tile: int) -> bool:
        """Tell whether a tile is here and young enough."""
        ...


class Fetcher:
    """Asks for tiles, for each at most once at a time.

    Parameters
    ----------
    mirrors
        TAP services that have the tables, in order.
    archives
        HATS archives, by their address.
    """

    def __init__(
        self,
        mirrors: Sequence[Source],
        archives: Mapping[str, Source],
        *,
        at_once: int,
        shelf: Shelf,
        covers: Covers = lambda *_: True,
        pause: Callable[[float], None] = time.sleep,  # noqa: TID251 - in a thread
    ) -> None:
        self._mirrors = [(one, Breaker()) for one in mirrors]
        self._archives = {at: (one, Breaker()) for at, one in archives.items()}
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="fetch")
        self._shelf = shelf
        self._covers = covers
        self._pause = pause
        self._own_breakers: dict[str, Breaker] = {}
        self._flights: dict[tuple[str, int], Future[bool]] = {}
        self._one_at_a_time = Lock()

    def reaches(self, table: RemoteTable) -> bool:
        """Tell whether there is anything that has the table."""
        return bool(self._sources(table))

    def _sources(self, table: RemoteTable) -> list[tuple[Source, Breaker]]:
        if not table.hats:
            return self._mirrors
        archive = self._archives.get(table.hats)
        return [] if archive is None else [archive]

    def fetch(self, survey: str, table: RemoteTable, tile: int) -> "Future[bool]":
        """Begin to fetch a tile, or join who fetches it; the result: it is kept."""
        key = (survey, tile)
        with self._one_at_a_time:
            known = self._flights.get(key)
            if known is not None:
                return known
            flight = self._threads.submit(self._fetched, survey, table, tile)
            self._flights[key] = flight
            flight.add_done_callback(_told)
        # Outside the lock: one that has landed already is told of at once, here.
        flight.add_done_callback(lambda _: self._landed(key))
        return flight

    def _landed(self, key: tuple[str, int]) -> None:
        with self._one_at_a_time:
            self._flights.pop(key, None)

    def _fetched(self, survey: str, table: RemoteTable, tile: int) -> bool:
        if self._shelf.is_fresh(survey, table, tile):
            return True  # a flight landed while this one was asked for
        if not self._covers(survey, table, tile):
            self._shelf.keep(survey, table, tile, _EMPTY)
            _FETCHES.labels(survey, "uncovered").inc()
            return True
        return any(
            self._brought(survey, table, tile, source, breaker)
            for source, breaker in self._sources(table)
        )

    def _brought(
        self,
        survey: str,
        table: RemoteTable,
        tile: int,
        source: Source,
        breaker: Breaker,
    ) -> bool:
        """Tell whether a source brought a tile; it is kept then.

        A source that is away is left alone by all; what it refuses of one survey
        leaves only that survey alone.
        """
        own = self._own_breakers.setdefault(f"{survey}-{table.version}", Breaker())
        for attempt in range(_TRIES):
            if not (breaker.closed() and own.closed()):
                return False
            try:
                with _TIME.labels(survey).time():
                    found = self._tile(source, table, tile)
            except FetchError as fault:
                (breaker if fault.away else own).failed()
                _FETCHES.labels(survey, "failed").inc()
                _log.warning("tile.failed", survey=survey, tile=tile, reason=str(fault))
                self._pause(_PAUSE * (attempt + 1))
            else:
                breaker.worked()
                own.worked()
                self._shelf.keep(survey, table, tile, found)
                _FETCHES.labels(survey, "kept").inc()
                return True
        return False

    def _tile(self, source: Source, table: RemoteTable, tile: int) -> Tile:
        """Return a tile's stars; of a crowded one those brighter than a cut."""
        cone = cone_around(tile)
        for cut in _CUTS:
            stars, more = source.stars(table, cone, cut)
            if not more:
                inside = tile_at(stars.ra, stars.dec) == tile
                return Tile(stars.chosen(inside.nonzero()[0]), cut)
        raise FetchError("there are more stars than fit, however bright")

    def close(self) -> None:
        """Begin no more fetches."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _told(flight: "Future[bool]") -> None:
    """Say what nobody foresaw: nobody looks at how a flight ended."""
    fault = None if flight.cancelled() else flight.exception()
    if fault is not None:
        _log.error("tile.fault", exc_info=fault)
