"""Light curves are read by astropy as they are meant."""

import csv
import io
import json
from typing import Any

import numpy as np
from astropy import units as u
from astropy.table import Table

from services.gateway.domain.tables import COLUMNS, as_csv, as_ecsv, as_json

HOSTILE = "K, \"Rybicki\"\n# ---\n- x: 'é'"


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
    table = Table.read(as_ecsv(ROWS, {"target": HOSTILE}), format="ascii.ecsv")
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
    first, second = csv.DictReader(io.StringIO(as_csv(ROWS)))
    assert float(first["mag"]) == 15.25
    assert second["observatory"] == " ".join(HOSTILE.split())
    assert second["depth"] == ""
    assert (first["limit"], second["limit"]) == ("0", "1")


def test_json_has_columns_and_rows() -> None:
    found = json.loads(as_json(ROWS, {"target": "x"}))
    assert [column["name"] for column in found["columns"]] == list(found["rows"][0])
    assert found["rows"][1]["depth"] is None


def test_an_empty_light_curve_is_a_table_without_rows() -> None:
    table = Table.read(as_ecsv([], {}), format="ascii.ecsv")
    assert len(table) == 0
    assert table.colnames == [column.name for column in COLUMNS]
