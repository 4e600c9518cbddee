"""Light curves are read by astropy as they are meant."""

import csv
import io
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from astropy import units as u
from astropy.table import Table

from services.gateway.domain.files import FILES
from services.gateway.domain.tables import COLUMNS, About, as_csv, as_ecsv, as_json

HOSTILE = "K, \"Rybicki\"\n# ---\n- x: 'é'"

ABOUT = About(HOSTILE, 295.0, 30.1, "http://example.org/1", ("A", HOSTILE))


def row(**changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "int64": 7,
        "float64": 15.25,
        "string": "APASS",
        "bool": False,
    }
    return {column.name: given[column.datatype] for column in COLUMNS} | changes


ROWS = [row(), row(observatory=HOSTILE, depth=None, limit=True)]


def test_ecsv_has_units_types_and_meanings() -> None:
    table = Table.read(as_ecsv(ROWS, ABOUT), format="ascii.ecsv")
    assert table.colnames == [column.name for column in COLUMNS]
    assert table["mjd"].unit == u.d
    assert table["mag"].unit == u.mag
    assert table["mag"].description
    assert table["id"].dtype == np.int64
    assert table["limit"].tolist() == [False, True]
    assert table["observatory"][1] == " ".join(HOSTILE.split())
    assert table["depth"].mask.tolist() == [False, True]
    assert table.meta["target"] == HOSTILE


def test_csv_is_read_back_as_it_was() -> None:
    first, second = csv.DictReader(io.StringIO(as_csv(ROWS, ABOUT)))
    assert float(first["mag"]) == 15.25
    assert second["observatory"] == " ".join(HOSTILE.split())
    assert second["depth"] == ""
    assert (first["limit"], second["limit"]) == ("0", "1")


def test_json_has_columns_and_rows() -> None:
    found = json.loads(as_json(ROWS, ABOUT))
    assert [column["name"] for column in found["columns"]] == list(found["rows"][0])
    assert found["rows"][1]["depth"] is None


def test_an_empty_light_curve_is_a_table_without_rows() -> None:
    table = Table.read(as_ecsv([], ABOUT), format="ascii.ecsv")
    assert len(table) == 0
    assert table.colnames == [column.name for column in COLUMNS]


def written(layout: str, rows: list[dict[str, Any]] = ROWS) -> io.BytesIO:
    return io.BytesIO(FILES[layout].write(rows, ABOUT))


@pytest.mark.parametrize("layout", ["vot", "fits", "parquet"])
def test_astropy_reads_the_formats_of_archives(layout: str) -> None:
    name = "votable" if layout == "vot" else layout
    table = Table.read(written(layout), format=name)
    assert table.colnames == [column.name for column in COLUMNS]
    assert table["mag"].tolist() == [15.25, 15.25]
    assert table["limit"].tolist() == [False, True]
    assert bool(np.ma.is_masked(table["depth"][1])) or np.isnan(table["depth"][1])


@pytest.mark.parametrize("layout", ["vot", "fits", "parquet"])
def test_archives_take_an_empty_light_curve(layout: str) -> None:
    name = "votable" if layout == "vot" else layout
    assert len(Table.read(written(layout, []), format=name)) == 0


def test_a_votable_says_what_its_times_and_columns_are() -> None:
    document = written("vot").getvalue().decode()
    assert 'timescale="UTC"' in document
    assert 'ucd="phot.mag;meta.main"' in document
    assert 'refposition="TOPOCENTER"' in document


def test_pandas_reads_csv_json_and_parquet() -> None:
    for frame in (pd.read_csv(written("csv")), pd.read_parquet(written("parquet"))):
        assert frame["mag"].tolist() == [15.25, 15.25]
    assert len(pd.DataFrame(json.load(written("json"))["rows"])) == 2


def test_aavso_has_a_less_than_sign_for_a_limit() -> None:
    lines = written("aavso").getvalue().decode("ascii").splitlines()
    assert lines.count("#TYPE=EXTENDED") == len({one["observatory"] for one in ROWS})
    head = next(line for line in lines if line.startswith("#NAME"))
    first, second = csv.reader(line for line in lines if line[0] != "#")
    assert len(first) == len(second) == len(head.split(","))
    assert (first[1], first[2]) == ("2400015.75000", "15.250")
    assert second[2:4] == ["<15.250", "na"]


def test_the_reports_tell_limits_from_magnitudes() -> None:
    some = [row(system="AB", band="r"), row(system="Vega", limit=True)]
    report = json.load(written("tns", some))["at_report"]["0"]
    group = report["photometry"]["photometry_group"]
    assert [one["flux"] for one in group.values()] == ["15.250", ""]
    assert group["1"]["limiting_flux"] == "15.25"
    assert {one["instrument_value"] for one in group.values()} == {"0"}
    assert [one["filter_value"] for one in group.values()] == ["22", "0"]
    assert [one["flux_units"] for one in group.values()] == ["1", "3"]
    known = [row(band="r"), row(band="r", limit=True), row(band="clear")]
    portal = json.load(written("skyportal", known))
    assert portal["filter"] == ["sdssr", "sdssr"]
    assert portal["mag"] == [15.25, None]
    assert portal["altdata"] == {"left_out": 1, "to_do": "fill in instrument_id"}
    first, second = csv.DictReader(io.StringIO(written("tom").getvalue().decode()))
    assert (first["magnitude"], first["limit"]) == ("15.25", "")
    assert (second["magnitude"], second["limit"]) == ("", "15.25")


def test_papers_get_a_table_and_a_reference_with_nothing_unescaped() -> None:
    hostile = [row(observatory="A & B_{1} 50% #")]
    assert r"A \& B\_\{1\} 50\% \#" in written("tex", hostile).getvalue().decode()
    assert "@misc{lightcurve:" in written("bib").getvalue().decode()
