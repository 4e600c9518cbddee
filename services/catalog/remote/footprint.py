"""Where a published table has stars: its MOC (IVOA Recommendation MOC 2.0)."""

import time
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
import requests
import structlog
from numpy.typing import NDArray

from services.catalog.domain.healpix import ORDER_OF_TILES, TILES
from services.catalog.domain.remote import RemoteTable
from services.catalog.remote.breaker import Breaker
from services.catalog.remote.session import polite_session, read_within
from services.catalog.store.whole_file import replace_file
from shared.kernel.later import later

__all__ = ["Footprints"]

mocpy = later("mocpy")
_log = structlog.get_logger()
_LONGEST = 50_000_000
_TIMEOUT = 10.0
_DAY = 86400.0


class _Footprint(NamedTuple):
    """Which tiles there may be stars in, as of a time [s of the epoch]."""

    tiles: NDArray[np.bool_]
    at: float


class Footprints:
    """Footprints of tables, each asked for once and then kept on disk.

    Parameters
    ----------
    data_dir
        The data folder.
    service
        Address before the name of a table; empty: nobody is asked.
    agent
        Who asks.
    days
        How long a footprint is believed.
    """

    def __init__(self, data_dir: Path, service: str, agent: str, days: float) -> None:
        self._folder = data_dir / "footprints"
        self._service = service.rstrip("/")
        self._session = polite_session(agent, _TIMEOUT)
        self._breaker = Breaker()
        self._life = days * _DAY
        self._known: dict[str, _Footprint] = {}
        self._asking: dict[str, Lock] = {}

    def covers(self, survey: str, table: RemoteTable, tile: int) -> bool:
        """Tell whether there may be stars in a tile; the service may be asked."""
        if not self._service or not table.table:
            return True
        name = f"{survey}-{table.version}"
        with self._asking.setdefault(name, Lock()):
            known = self._known.get(name)
            old = known is None or time.time() - known.at > self._life
            if old and self._breaker.closed():
                self._learn(name, table)
            known = self._known.get(name)
        return known is None or bool(known.tiles[tile])

    def _learn(self, name: str, table: RemoteTable) -> None:
        path = self._folder / f"{name}.fits"
        try:
            if not path.exists() or time.time() - path.stat().st_mtime > self._life:
                self._fetch(path, table)
            tiles = _tiles_of(mocpy.MOC.load(path, "fits"))
            self._known[name] = _Footprint(tiles, path.stat().st_mtime)
        except Exception as fault:  # noqa: BLE001 - whatever requests and mocpy raise
            _log.warning("footprint.unknown", table=table.table, reason=repr(fault))
            if _has_none(fault):
                self._known[name] = _Footprint(np.ones(TILES, dtype=bool), time.time())
            else:
                self._breaker.failed()
        else:
            self._breaker.worked()

    def _fetch(self, path: Path, table: RemoteTable) -> None:
        url = f"{self._service}/{table.table}"
        asked = {"order": str(ORDER_OF_TILES)}
        with self._session.get(url, params=asked, stream=True) as answer:
            content = read_within(answer, _LONGEST, _TIMEOUT)
        _tiles_of(mocpy.MOC.from_fits(BytesIO(content)))  # kept only if it is one
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, lambda file: file.write(content))


def _has_none(fault: Exception) -> bool:
    """Tell whether the service answers that there is no such footprint."""
    if not isinstance(fault, requests.HTTPError) or fault.response is None:
        return False
    return fault.response.status_code in {400, 404}


def _tiles_of(moc: Any) -> NDArray[np.bool_]:
    """Return for every tile whether the coverage touches it."""
    if moc.max_order > ORDER_OF_TILES:
        moc = moc.degrade_to_order(ORDER_OF_TILES)
    elif moc.max_order < ORDER_OF_TILES:
        moc = moc.refine_to_order(ORDER_OF_TILES)
    tiles = np.zeros(TILES, dtype=bool)
    tiles[moc.flatten()] = True
    return tiles
