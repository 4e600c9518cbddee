"""Light curves in the binary and XML formats of archives."""

import io
from collections.abc import Sequence
from typing import Any

from services.gateway.domain.tables import COLUMNS, About, Row
from shared.kernel.epochs import JD_OF_MJD
from shared.kernel.later import later

__all__ = ["as_fits", "as_parquet", "as_votable"]

pa, pq = later("pyarrow"), later("pyarrow.parquet")
votable, tree = later("astropy.io.votable"), later("astropy.io.votable.tree")
tables = later("astropy.table")

_UCD = {
    "id": "meta.id;meta.main",
    "mjd": "time.epoch;obs",
    "exposure_time": "time.duration;obs.exposure",
    "mag": "phot.mag;meta.main",
    "mag_err": "stat.error;phot.mag",
    "calib_err": "stat.stdev;phot.calib",
    "total_err": "stat.error;phot.mag",
    "depth": "phot.mag;stat.max",
    "faintest": "phot.mag;stat.max",
    "mag_for_colour": "phot.mag",
    "mag_for_colour_err": "stat.error;phot.mag",
    "survey": "meta.id;meta.dataset",
    "band": "instr.bandpass",
    "zero_point": "phot.mag;arith.zp",
    "zero_point_err": "stat.error;arith.zp",
    "stars": "meta.number",
    "observatory": "instr.obsty",
    "revision": "meta.version",
    "calibration": "meta.id",
    "separation": "pos.angDistance",
    "ra_detected": "pos.eq.ra",
    "dec_detected": "pos.eq.dec",
    "comment": "meta.note",
}
_ARROW = {"bool": "bool_"}
_EMPTY: dict[str, Any] = {"int64": 0, "float64": float("nan"), "bool": False}


def as_votable(rows: Sequence[Row], about: About) -> bytes:
    """Return VOTable 1.4, with UCDs and a TIMESYS for the times."""
    table = _table(rows)
    document = votable.from_table(table)
    resource = document.resources[0]
    resource.description = about.acknowledgement
    system = tree.TimeSys(
        ID="utc",
        timeorigin=JD_OF_MJD,
        timescale="UTC",
        refposition="TOPOCENTER",
        config={"version_1_4_or_later": True},
    )
    resource.time_systems.append(system)
    for field, column in zip(resource.tables[0].fields, COLUMNS, strict=True):
        field.ucd = _UCD.get(column.name, "meta.code")
        field.description = column.meaning
    resource.tables[0].get_field_by_id("mjd").ref = "utc"
    content = io.BytesIO()
    document.to_xml(content, tabledata_format="tabledata")
    return content.getvalue()


def as_fits(rows: Sequence[Row], about: About) -> bytes:
    """Return a FITS binary table; what is not ASCII becomes a question mark."""
    plain = [
        {name: _ascii(it) if isinstance(it, str) else it for name, it in one.items()}
        for one in rows
    ]
    table = _table(plain)
    table.meta["comments"] = [
        f"{fact}: {_ascii(text)}" for fact, text in about.facts.items()
    ]
    table.meta |= {"TIMESYS": "UTC", "TREFPOS": "TOPOCENTER"}
    content = io.BytesIO()
    table.write(content, format="fits")
    return content.getvalue()


def _ascii(text: str) -> str:
    return " ".join(text.split()).encode("ascii", "replace").decode()


def as_parquet(rows: Sequence[Row], about: About) -> bytes:
    """Return Parquet, with the units and meanings of the columns."""
    fields = [
        pa.field(
            column.name,
            getattr(pa, _ARROW.get(column.datatype, column.datatype))(),
            metadata={"unit": column.unit, "description": column.meaning},
        )
        for column in COLUMNS
    ]
    schema = pa.schema(fields, metadata=about.facts | _lengths(rows))
    content = io.BytesIO()
    table = pa.Table.from_pylist([dict(one) for one in rows], schema=schema)
    pq.write_table(table, content)
    return content.getvalue()


def _lengths(rows: Sequence[Row]) -> dict[str, str]:
    """Return how long the texts are, in the words that astropy looks for."""
    return {
        f"table::len::{column.name}": str(
            max((len(row[column.name]) for row in rows), default=1)
        )
        for column in COLUMNS
        if column.datatype == "string"
    }


def _table(rows: Sequence[Row]) -> Any:
    table = tables.Table()
    for column in COLUMNS:
        values = [row[column.name] for row in rows]
        filled = [
            _EMPTY.get(column.datatype, "") if value is None else value
            for value in values
        ]
        kind = str if column.datatype == "string" else column.datatype
        table[column.name] = tables.MaskedColumn(
            filled,
            mask=[value is None for value in values],
            dtype=kind,
            unit=column.unit or None,
            description=column.meaning,
        )
    return table
