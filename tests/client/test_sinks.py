"""Where a subscriber keeps points: each once, in its highest revision."""

import csv
import json
import os
import sqlite3
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from cpcs.errors import CpcsError
from cpcs.happenings import Deleted, Point
from cpcs.sinks import Sink, sink_for


def point(number: int, revision: int = 1, mag: float = 15.0) -> Point:
    return Point(
        number, revision, "ivo://X", 58000.0, 60.0, mag, 0.02, False, "APASS", "r",
        "AUTO", "Białków", "u",
    )  # fmt: skip


def read(path: Path) -> dict[int, float]:
    """Return the magnitudes that a file has, by number."""
    if path.suffix == ".sqlite":
        with sqlite3.connect(path) as base:
            wanted = "SELECT number, mag FROM points WHERE NOT deleted"
            return dict(base.execute(wanted).fetchall())
    if path.suffix == ".csv":
        with path.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        return {int(row["number"]): float(row["mag"]) for row in rows}
    if path.suffix == ".parquet":
        found = pq.read_table(path).to_pylist()
        return {row["number"]: row["mag"] for row in found}
    lines = map(json.loads, path.read_text("utf-8").splitlines())
    return {row["number"]: row["mag"] for row in lines}


@pytest.fixture(params=["sqlite", "jsonl", "csv", "parquet"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / f"points.{request.param}"


def opened(path: Path) -> Sink:
    return sink_for(path)


def test_a_point_is_kept_once_in_its_highest_revision(path: Path) -> None:
    sink = opened(path)
    assert sink.offset() is None
    sink.keep([point(1), point(2), point(1, 2, 14.0), point(1, 1, 16.0)], 3)
    assert read(path) == {1: 14.0, 2: 15.0}
    sink.close()


def test_what_is_heard_again_after_a_crash_changes_nothing(path: Path) -> None:
    sink = opened(path)
    sink.keep([point(1), point(2)], 5)
    sink.close()
    again = opened(path)
    assert again.offset() == 5
    again.keep([point(1), point(2), point(3)], 6)
    assert sorted(read(path)) == [1, 2, 3]
    assert again.offset() == 6
    again.close()


def test_a_deletion_takes_a_point_back_and_a_restoration_returns_it(path: Path) -> None:
    sink = opened(path)
    sink.keep([point(1), Deleted(1, 2)], 1)
    assert read(path) == {}
    sink.keep([point(1), Deleted(7, 1)], 2)
    assert read(path) == {}
    sink.keep([point(1, 3, 14.5)], 3)
    assert read(path) == {1: 14.5}
    sink.close()


def test_a_database_is_a_sink_as_well() -> None:
    address = os.environ.get("CPCS_TEST_POSTGRES_URL")
    if not address:
        pytest.skip("no PostgreSQL is told of by CPCS_TEST_POSTGRES_URL")
    sink = sink_for(address)
    sink.keep([point(1), point(2), point(1, 2, 14.0), Deleted(2, 2)], 7)
    sink.keep([point(1), point(2)], 8)
    sink.close()
    again = sink_for(address)
    assert again.offset() == 8
    again.close()


def test_another_kind_of_file_is_no_sink(tmp_path: Path) -> None:
    with pytest.raises(CpcsError, match=r"\.doc is no sink"):
        sink_for(tmp_path / "a.doc")
