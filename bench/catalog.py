"""Speed of reference stars: ``python -m bench.catalog``.

Cones out of ten million stars, cold and warm, beside Parquet tiles, a HATS archive and
astropy's own search; and matching beside ``match_to_catalog_sky`` and a plain tree, in
the same run.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from astropy import units as u
from astropy.coordinates import Angle, Latitude, Longitude, SkyCoord
from astropy.table import Table
from cdshealpix import nested
from scipy.spatial import cKDTree

from services.catalog.cones import ConeStore
from services.catalog.domain.cone import Cone
from services.catalog.domain.matching import match
from services.catalog.domain.positions import Positions
from services.catalog.domain.remote import RemoteBand, RemoteTable
from services.catalog.domain.stars import ReferenceStars
from services.catalog.remote.hats import HatsArchive
from services.catalog.store.tables import SurveyTables
from services.catalog.store.tiles import TileStore
from shared.kernel.sphere import chord, separation, unit_vectors
from tests.support.cones import cones_of
from tests.support.hats import write_archive

_STARS = 10_000_000
_BATCH = 500_000
_ORDER = 4
_RUNS = 60


def _batches() -> Iterator[ReferenceStars]:
    rng = np.random.default_rng(3)
    for _ in range(_STARS // _BATCH):
        ra = rng.uniform(0, 360, _BATCH)
        dec = np.degrees(np.arcsin(rng.uniform(-1, 1, _BATCH)))
        mag = {band: rng.uniform(10, 18, _BATCH) for band in "gri"}
        err = {band: np.full(_BATCH, 0.02) for band in "gri"}
        yield ReferenceStars(ra, dec, mag, err)


def _parquet_tiles(
    folder: Path, rows: np.ndarray[tuple[int], np.dtype[np.void]]
) -> None:
    places = Longitude(rows["ra"], "deg"), Latitude(rows["dec"], "deg")
    tile = nested.lonlat_to_healpix(*places, _ORDER).astype(np.int64)
    order = np.argsort(tile, kind="stable")
    edges = np.searchsorted(tile[order], np.arange(12 * 4**_ORDER + 1))
    for number in range(12 * 4**_ORDER):
        some = rows[order[edges[number] : edges[number + 1]]]
        table = pa.table({name: some[name] for name in some.dtype.names or ()})
        pq.write_table(table, folder / f"{number}.parquet")


def _from_parquet(folder: Path, ra: float, dec: float, radius: float) -> int:
    where = Longitude(ra, "deg"), Latitude(dec, "deg"), Angle(radius, "deg")
    tiles, _, _ = nested.cone_search(*where, _ORDER, flat=True)
    table = pa.concat_tables(
        [pq.read_table(folder / f"{one}.parquet") for one in tiles]
    )
    away = separation(
        table["ra"].to_numpy(), table["dec"].to_numpy(), unit_vectors(ra, dec)
    )
    return int((away <= radius).sum())


def _from_hats(
    folder: Path, rows: np.ndarray[tuple[int], np.dtype[np.void]]
) -> Callable[[float, float, float], object]:
    write_archive(folder, Table(rows), 4)
    bands = {band: RemoteBand(band, f"{band}_err") for band in "gri"}
    table = RemoteTable("ra", "dec", hats=str(folder), bands=bands, cut_by="r")
    archive = HatsArchive(str(folder), "bench", 60, 10**6)
    archive.stars(table, Cone(0.0, 0.0, 0.1), None)  # the library is imported once

    def cone(ra: float, dec: float, radius: float) -> object:
        return archive.stars(table, Cone(ra, dec, radius), None)

    return cone


def _mapped(cones: ConeStore, ra: float, dec: float, radius: float) -> object:
    return cones.of_survey("X", Cone(ra, dec, radius))


def _places(seed: int) -> list[tuple[float, float]]:
    rng = np.random.default_rng(seed)
    dec = np.degrees(np.arcsin(rng.uniform(-1, 1, _RUNS)))
    return list(zip(rng.uniform(0, 360, _RUNS).tolist(), dec.tolist(), strict=True))


def _timed(run: Callable[[float, float], object], seed: int) -> str:
    times = []
    for ra, dec in _places(seed):
        start = time.perf_counter()
        run(ra, dec)
        times.append(1e3 * (time.perf_counter() - start))
    return f"{np.percentile(times, 50):8.2f} {np.percentile(times, 99):8.2f}"


def _warm(cones: ConeStore, ra: float, dec: float, radius: float) -> object:
    return cones.around(Cone(ra, dec, radius), 2020.0)


def _at(
    run: Callable[[float, float, float], object], radius: float, ra: float, dec: float
) -> object:
    return run(ra, dec, radius)


def _cones(folder: Path) -> None:
    tables = SurveyTables(folder)
    start = time.perf_counter()
    tables.load("X", _batches(), "bench")
    print(f"{_STARS:,} stars loaded in {time.perf_counter() - start:.0f} s")
    tiles = folder / "parquet"
    tiles.mkdir()
    _parquet_tiles(tiles, tables.rows("X"))
    cones = cones_of(folder, tiles=TileStore(folder, 100, 10**9))
    rows = tables.rows("X")
    sky = SkyCoord(rows["ra"], rows["dec"], unit="deg")
    print(
        "cone [ms], p50 and p99          5 arcmin          15 arcmin         30 arcmin"
    )
    peers: dict[str, Callable[[float, float, float], object]] = {
        "mapped table": partial(_mapped, cones),
        "the same, warm in memory": partial(_warm, cones),
        "Parquet tiles": partial(_from_parquet, tiles),
        "HATS archive": _from_hats(folder / "hats", rows),
    }
    for name, run in peers.items():
        told = []
        for radius in (5 / 60, 15 / 60, 30 / 60):
            at_radius = partial(_at, run, radius)
            if "warm" in name:
                _timed(at_radius, 7)
            told.append(_timed(at_radius, 7))
        print(f"{name:26} {' '.join(told)}")
    start = time.perf_counter()
    place = SkyCoord(10, 20, unit="deg")
    (sky.separation(place) < 0.5 * u.deg).sum()
    print(f"{'astropy separation, once':26} {1e3 * (time.perf_counter() - start):8.0f}")


def _match() -> None:
    print("match [ms]                  ours   match_to_catalog_sky   cKDTree   ratio")
    for uploaded, known in ((500, 2_000), (5_000, 20_000), (50_000, 200_000)):
        rng = np.random.default_rng(1)
        ra, dec = rng.uniform(10, 11, known), rng.uniform(20, 21, known)
        chosen = rng.choice(known, uploaded, replace=False)
        up_ra, up_dec = ra[chosen] + 1e-5, dec[chosen]
        nothing = {"V": np.full(known, 15.0)}
        reference = ReferenceStars(ra, dec, nothing, nothing)
        reference.neighbours  # noqa: B018 - kept with the cone
        uploads = Positions.of(up_ra, up_dec)
        ours = _best(partial(match, uploads, {"one": reference}, 2.0))
        sky, up = SkyCoord(ra, dec, unit="deg"), SkyCoord(up_ra, up_dec, unit="deg")
        astropy = _best(partial(up.match_to_catalog_sky, sky))
        plain = _best(partial(_by_tree, uploads, reference))
        print(
            f"{uploaded:>7,} x {known:<9,} {ours:10.1f} {astropy:18.1f} {plain:12.1f}"
            f" {ours / astropy:9.2f}"
        )


def _by_tree(uploads: Positions, reference: ReferenceStars) -> object:
    """Match as a plain script does: build the tree, ask it once."""
    tree = cKDTree(unit_vectors(reference.ra, reference.dec))
    places = unit_vectors(uploads.ra, uploads.dec)
    return tree.query(places, distance_upper_bound=chord(2 / 3600))


def _best(run: Callable[[], object]) -> float:
    times = []
    for _ in range(7):
        start = time.perf_counter()
        run()
        times.append(1e3 * (time.perf_counter() - start))
    return float(np.median(times))


if __name__ == "__main__":
    _match()
    with tempfile.TemporaryDirectory() as place:
        _cones(Path(place))
