"""Reads cones straight from a HATS archive, in a folder or behind an address.

HATS (IVOA Note, Hierarchical Adaptive Tiling Scheme) keeps a survey as Parquet files,
one for each HEALPix pixel, with an index column of fine pixels inside.
"""

import math
import warnings
from functools import reduce
from operator import or_
from threading import Lock
from typing import Any

from aiohttp import ClientTimeout

from services.catalog.domain.cone import Cone
from services.catalog.domain.healpix import few_ranges
from services.catalog.domain.published import columns_in
from services.catalog.domain.quality import Condition
from services.catalog.domain.remote import RemoteTable, columns_of, stars_of
from services.catalog.domain.stars import ReferenceStars
from services.catalog.remote.source import FetchError
from shared.kernel.later import later

__all__ = ["HatsArchive", "good"]

pa, pc = later("pyarrow"), later("pyarrow.compute")
tables, hats, catalogs = later("astropy.table"), later("hats"), later("hats.catalog")
parquet = later("hats.io.file_io.file_io")

_FINE = 29
_NOT_HERE = "the package hats is not installed here: requirements/hats.txt"


class HatsArchive:
    """One archive; what is in it is read once, its stars whenever asked."""

    def __init__(self, address: str, agent: str, timeout: float, most: int) -> None:
        self._address = address
        self._most = most
        self._catalog: Any = None
        self._one_at_a_time = Lock()
        self._options: dict[str, Any] = {}
        if address.startswith(("http://", "https://")):
            self._options = {
                "client_kwargs": {
                    "timeout": ClientTimeout(total=timeout),
                    "headers": {"User-Agent": agent},
                }
            }

    def stars(
        self, table: RemoteTable, cone: Cone, cut: float | None
    ) -> tuple[ReferenceStars, bool]:
        """Read the archive; see ``Source``."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = self._rows(table, cone, cut)
            answer = columns_in(found, columns_of(table))
        except ModuleNotFoundError as fault:
            raise FetchError(_NOT_HERE, away=True) from fault
        except Exception as fault:  # whatever hats, fsspec, aiohttp and pyarrow raise
            raise FetchError.of(fault, away=True) from fault
        return stars_of(table, answer), len(found) >= self._most

    def _opened(self) -> Any:
        with self._one_at_a_time:
            if self._catalog is None:
                found = hats.read_hats(self._address, storage_options=self._options)
                main = getattr(found, "main_catalog", found)
                if not isinstance(main, catalogs.Catalog):
                    raise FetchError("it is no HATS archive of stars")
                self._catalog = main
            return self._catalog

    def _rows(self, table: RemoteTable, cone: Cone, cut: float | None) -> Any:
        columns = columns_of(table)
        near = self._opened().filter_by_cone(cone.ra, cone.dec, 3600 * cone.radius)
        files = list(near.get_pixel_paths())
        if not files:
            return tables.Table(names=columns, dtype=[float] * len(columns))
        wanted = _around(near, table, cone)
        for condition in table.where:
            wanted &= good(condition)
        if cut is not None and table.cut_by:
            wanted &= pc.field(table.bands[table.cut_by].mag) < cut
        _, dataset = parquet.read_parquet_dataset(files)
        return _as_table(dataset.head(self._most, columns=columns, filter=wanted))


def _around(catalog: Any, table: RemoteTable, cone: Cone) -> Any:
    """Return a condition that the files' own statistics can tell, for a cone."""
    place = pc.field(table.dec)
    wanted = (place >= cone.dec - cone.radius) & (place <= cone.dec + cone.radius)
    if not catalog.has_healpix_column():
        return wanted
    info = catalog.catalog_info
    index = pc.field(info.healpix_column)
    ranges = few_ranges(cone, order=info.healpix_order or _FINE)
    inside = [(index >= first) & (index < past) for first, past in ranges.tolist()]
    return wanted & reduce(or_, inside)


def good(condition: Condition) -> Any:
    """Return a condition as pyarrow asks it of rows; see ``Condition.holds``."""
    kind = pa.string() if condition.is_about_words else pa.float64()
    value = pc.field(condition.column).cast(kind)
    if condition.minus:
        value -= pc.field(condition.minus).cast(kind)
    holds = pc.scalar(True)
    if condition.among:
        holds &= value.isin(pa.array(condition.among, kind))
    if condition.unlike is not None:
        holds &= value.is_null() | (value != pa.scalar(condition.unlike, kind))
    if condition.above > -math.inf:
        holds &= value > condition.above
    if condition.below < math.inf:
        holds &= value < condition.below
    return holds


def _as_table(rows: Any) -> Any:
    return tables.Table(
        {name: rows[name].to_numpy(zero_copy_only=False) for name in rows.column_names}
    )
