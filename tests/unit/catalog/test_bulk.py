"""Star files larger than memory become the same table as small ones."""

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from astropy.table import Table

from services.catalog.domain.stars import ReferenceStars
from services.catalog.domain.survey import Survey
from services.catalog.domain.table import merged, rows_of
from services.catalog.loading import star_file
from services.catalog.loading.star_columns import StarFileError
from services.catalog.loading.star_file import batches_of, digest_of
from services.catalog.store import bulk
from services.catalog.store.tables import SurveyTables


def sphere(count: int, seed: int, band: str = "V") -> ReferenceStars:
    rng = np.random.default_rng(seed)
    ra = rng.uniform(0, 360, count)
    dec = np.degrees(np.arcsin(rng.uniform(-1, 1, count)))
    mag = rng.uniform(8, 20, count)
    return ReferenceStars(ra, dec, {band: mag}, {band: np.full(count, 0.02)})


def test_batches_make_the_very_table_that_all_at_once_make(tmp_path: Path) -> None:
    parts = [sphere(3000, 1), sphere(2000, 2, "r"), sphere(3000, 1)]
    tables = SurveyTables(tmp_path)
    assert tables.load("X", parts, "a") == 5000
    expected = merged([rows_of(part) for part in parts])
    assert tables.rows("X").tobytes() == expected.tobytes()
    assert (np.diff(tables.rows("X")["pixel"]) >= 0).all()


def test_a_second_load_keeps_the_first(tmp_path: Path) -> None:
    tables = SurveyTables(tmp_path)
    tables.load("X", [sphere(1000, 1)], "a")
    assert tables.load("X", [sphere(500, 2)], "b") == 1500
    assert tables.load("X", [sphere(700, 3)], "b") == 1500
    names = sorted(path.suffix for path in (tmp_path / "surveys/X").iterdir())
    assert names == ["", ".json", ".npy"]  # the lock, what is current, the stars


def test_a_load_that_dies_leaves_the_old_table(tmp_path: Path) -> None:
    tables = SurveyTables(tmp_path)
    tables.load("X", [sphere(1000, 1)], "a")

    def dying() -> Iterator[ReferenceStars]:
        yield sphere(1000, 2)
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        tables.load("X", dying(), "b")
    assert len(tables.rows("X")) == 1000
    assert tables.load("X", [sphere(10, 3)], "c") == 1010


def test_a_crowded_region_is_sorted_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "_MOST", 50)
    crowd = sphere(2000, 1)
    ra, dec = 10 + crowd.ra / 1000, crowd.dec / 1000
    crowd = ReferenceStars(ra, dec, crowd.mag, crowd.mag_err)
    tables = SurveyTables(tmp_path)
    tables.load("X", [sphere(1000, 2, "r"), crowd], "a")
    expected = merged([rows_of(sphere(1000, 2, "r")), rows_of(crowd)])
    assert tables.rows("X").tobytes() == expected.tobytes()


def test_memory_holds_a_small_part_of_the_stars(tmp_path: Path) -> None:
    tables = SurveyTables(tmp_path)
    tracemalloc.start()
    tables.load("X", (sphere(20_000, seed) for seed in range(120)), "a")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < tables.rows("X").nbytes / 3


def test_parquet_folders_csv_and_fits_are_read_in_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(star_file, "_BATCH", 100)
    stars = sphere(450, 5)
    table = Table({"ra": stars.ra, "dec": stars.dec, "V": stars.mag["V"]})
    table["V_err"] = 0.02
    folder = tmp_path / "hats" / "Norder=0"
    folder.mkdir(parents=True)
    table[:250].write(folder / "Npix=1.parquet")
    table[250:].write(folder / "Npix=2.parquet")
    (tmp_path / "hats" / "_metadata.parquet").write_bytes(b"nothing")
    sizes = [len(part) for part in batches_of(tmp_path / "hats", Survey("X"))]
    assert sizes == [100, 100, 50, 100, 100]
    table.write(tmp_path / "one.fits")
    parts = list(batches_of(tmp_path / "one.fits", Survey("X")))
    assert [len(part) for part in parts] == [100, 100, 100, 100, 50]
    np.testing.assert_array_equal(parts[4].mag["V"], stars.mag["V"][400:])
    table.write(tmp_path / "one.csv")
    _, whole = batches_of(tmp_path / "one.csv", Survey("X"))
    np.testing.assert_allclose(np.sort(whole.ra), np.sort(stars.ra))
    assert digest_of(tmp_path / "hats") != digest_of(tmp_path / "one.csv")


def test_a_damaged_file_or_an_empty_folder_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "bad.parquet").write_bytes(b"nothing at all")
    with pytest.raises(StarFileError, match="cannot be read"):
        list(batches_of(tmp_path / "bad.parquet", Survey("X")))
    (tmp_path / "bad.fits").write_bytes(b"SIMPLE  = nothing at all")
    with pytest.raises(StarFileError, match=r"bad\.fits"):
        list(batches_of(tmp_path / "bad.fits", Survey("X")))
    (tmp_path / "empty").mkdir()
    with pytest.raises(StarFileError, match="no Parquet"):
        list(batches_of(tmp_path / "empty", Survey("X")))
