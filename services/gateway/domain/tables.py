"""Light curves as tables that astronomers' tools read, with units and meanings."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["COLUMNS", "About", "Row", "as_csv", "as_ecsv", "as_json"]

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """One column: its name, type, unit (in the words of the VOUnits) and meaning."""

    name: str
    datatype: str
    unit: str
    meaning: str


@dataclass(frozen=True)
class About:
    """Whose light curve it is: position (ICRS) [deg], page, and who observed."""

    target: str
    ra: float
    dec: float
    page: str
    observatories: tuple[str, ...]

    @property
    def facts(self) -> dict[str, str]:
        """What a file says of itself."""
        return {
            "target": self.target,
            "position": f"{self.ra:.6f} {self.dec:+.6f} deg, ICRS",
            "time": "MJD in UTC, topocentric, at mid-exposure",
            "page": self.page,
            "acknowledge": self.acknowledgement,
        }

    @property
    def acknowledgement(self) -> str:
        """Whom a paper should thank."""
        names = "; ".join(self.observatories) or "no observer yet"
        return f"Photometry of {self.target} by {names}, calibrated at {self.page}"


COLUMNS = (
    Column("id", "int64", "", "number of the observation"),
    Column("mjd", "float64", "d", "modified Julian date, UTC, mid-exposure"),
    Column("exposure_time", "float64", "s", "0: not known"),
    Column("mag", "float64", "mag", "calibrated magnitude; as a limit the depth"),
    Column("mag_err", "float64", "mag", "uploaded error; -1 for an upper limit"),
    Column("calib_err", "float64", "mag", "scatter of the calibration, >= 0.01"),
    Column("total_err", "float64", "mag", "standard error of mag; -1 for a limit"),
    Column("limit", "bool", "", "whether mag is an upper limit"),
    Column("depth", "float64", "mag", "5-sigma depth of the image"),
    Column("faintest", "float64", "mag", "the original server's limit: faintest star"),
    Column("mag_for_colour", "float64", "mag", "mag with the colour term applied"),
    Column("mag_for_colour_err", "float64", "mag", "its standard error"),
    Column("network_mag", "float64", "mag", "mag of all telescopes in one solution"),
    Column("network_err", "float64", "mag", "its standard error; -1 for a limit"),
    Column("network_colour_err", "float64", "mag", "that of it for want of a colour"),
    Column("network_note", "string", "", "why it takes no part in the network"),
    Column("survey", "string", "", "survey of the reference stars"),
    Column("band", "string", "", "band of that survey"),
    Column("system", "string", "", "photometric system: Vega or AB"),
    Column("zero_point", "float64", "mag", "reference - instrumental magnitude"),
    Column("zero_point_err", "float64", "mag", "its standard error"),
    Column("stars", "int64", "", "stars used in the calibration"),
    Column("mode", "string", "", "AUTO or FORCED choice of survey and band"),
    Column("observatory", "string", "", "who observed"),
    Column("observer", "int64", "", "number of the observatory"),
    Column("revision", "int64", "", "grows with every recalibration"),
    Column("calibration", "string", "", "number of the upload"),
    Column("separation", "float64", "arcsec", "of the detected star from the target"),
    Column("ra_detected", "float64", "deg", "right ascension of that star, ICRS"),
    Column("dec_detected", "float64", "deg", "declination of that star, ICRS"),
    Column("comment", "string", "", "what the observer says"),
)


def as_csv(rows: Iterable[Row], _: About) -> str:
    """Return rows as comma separated values; what is not known is empty."""
    return _body(rows, {True: 1, False: 0})


def as_ecsv(rows: Iterable[Row], about: About) -> str:
    """Return rows as Enhanced CSV 1.0 (APE 6), with facts about the whole table."""
    head = ["%ECSV 1.0", "---", "delimiter: ','", "datatype:"]
    head += [f"- {json.dumps(_described(column))}" for column in COLUMNS]
    head += [f"meta: {json.dumps(about.facts)}"]
    lines = "".join(f"# {line}\n" for line in head)
    return lines + _body(rows, {True: "True", False: "False"})


def _described(column: Column) -> dict[str, str]:
    about = {
        "name": column.name,
        "unit": column.unit,
        "datatype": column.datatype,
        "description": column.meaning,
    }
    return {key: it for key, it in about.items() if it}


def as_json(rows: Iterable[Row], about: About) -> str:
    """Return rows as a JSON object with ``about``, ``columns`` and ``rows``."""
    columns = [_described(column) for column in COLUMNS]
    return json.dumps({"about": about.facts, "columns": columns, "rows": list(rows)})


def _body(rows: Iterable[Row], flags: Mapping[bool, Any]) -> str:
    names = [column.name for column in COLUMNS]
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(names)
    for row in rows:
        table.writerow([_cell(row[name], flags) for name in names])
    return text.getvalue()


def _cell(value: Any, flags: Mapping[bool, Any]) -> Any:
    if value is None:
        return ""
    if isinstance(value, str):
        return " ".join(value.split())  # readers take a line for a row
    return flags[value] if isinstance(value, bool) else value
