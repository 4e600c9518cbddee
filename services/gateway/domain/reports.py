"""Light curves in the words of the places that collect them, and of papers."""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from services.gateway.domain.tables import About, Row
from shared.kernel.epochs import JD_OF_MJD, time_of

__all__ = ["as_aavso", "as_bibtex", "as_latex", "as_skyportal", "as_tns", "as_tom"]

_AAVSO = {"g": "SG", "r": "SR", "i": "SI", "u": "SU", "z": "SZ"} | {
    band: band for band in ("U", "B", "V", "R", "I", "J", "H", "K")
}
_SKYPORTAL = {
    "PS1": {band: f"ps1::{band}" for band in "grizy"},
    "GAIA": {"G": "gaia::g", "BP": "gaia::gbp", "RP": "gaia::grp"},
    "2MASS": {"J": "2massj", "H": "2massh", "K": "2massks"},
}
_ELSE = {band: f"sdss{band}" for band in "ugriz"} | {
    band: f"bessell{band.lower()}" for band in "UBVRI"
}
_TNS_UNITS = {"AB": "1", "Vega": "3"}
_TNS_FILTERS = {
    "U": "10",
    "B": "11",
    "V": "12",
    "R": "13",
    "I": "14",
    "J": "15",
    "H": "16",
    "K": "17",
    "u": "20",
    "g": "21",
    "r": "22",
    "i": "23",
    "z": "24",
    "y": "25",
}
"""Johnson, Cousins, Bessel, Sloan and P1 in the TNS; 0 is any other."""
_LATEX = str.maketrans({c: f"\\{c}" for c in "&%$#_{}"} | {"\\": r"\textbackslash "})


def as_aavso(rows: Iterable[Row], about: About) -> str:
    """Return the AAVSO Extended File Format (aavso.org/aavso-extended-file-format).

    In ASCII, a header for each observer, whose own code is to be filled in.
    """
    text = io.StringIO()
    by_observer = sorted(rows, key=lambda row: (row["observatory"], row["mjd"]))
    for observatory, own in groupby(by_observer, key=lambda row: row["observatory"]):
        who = " ".join(observatory.split())
        text.write(f"#TYPE=EXTENDED\n#OBSCODE=\n#COMMENT={who}\n")
        text.write("#SOFTWARE=Photometric Calibration Server\n")
        text.write("#DELIM=,\n#DATE=JD\n#OBSTYPE=CCD\n")
        text.write("#NAME,DATE,MAG,MERR,FILT,TRANS,MTYPE,CNAME,CMAG,KNAME,KMAG,AMASS,")
        text.write("GROUP,CHART,NOTES\n")
        table = csv.writer(text, lineterminator="\n")
        for row in own:
            table.writerow(_aavso(row, about))
    return text.getvalue().encode("ascii", "replace").decode()


def _aavso(row: Row, about: About) -> list[str]:
    name = about.target.removeprefix("ivo://")
    magnitude = f"{'<' if row['limit'] else ''}{row['mag']:.3f}"
    error = "na" if row["limit"] else f"{row['total_err']:.3f}"
    notes = f"{row['survey']}/{row['band']} {row['stars']} stars {row['observatory']}"
    return [
        name,
        f"{row['mjd'] + JD_OF_MJD:.5f}",
        magnitude,
        error,
        _AAVSO.get(row["band"], "O"),
        "NO",
        "STD",
        "ENSEMBLE",
        *["na"] * 6,
        " ".join(notes.replace(",", ";").split())[:100],
    ]


def as_tns(rows: Iterable[Row], about: About) -> str:
    """Return an AT report for the bulk-report API of the TNS (wis-tns.org).

    Codes of filters and units are those of its ``api/values``. The observer fills in
    the numbers of the reporting group, the data source and the instrument, which are 0.
    """
    group = {str(n): _tns(row, about) for n, row in enumerate(rows)}
    report = {
        "ra": {"value": f"{about.ra:.7f}"},
        "dec": {"value": f"{about.dec:.7f}"},
        "reporting_group_id": "0",
        "discovery_data_source_id": "0",
        "reporter": ", ".join(about.observatories),
        "at_type": "1",
        "internal_name": about.target.removeprefix("ivo://"),
        "remarks": about.page,
        "photometry": {"photometry_group": group},
    }
    return json.dumps({"at_report": {"0": report}})


def _tns(row: Row, about: About) -> dict[str, str]:
    limit, depth = row["limit"], row["depth"]
    reach = row["mag"] if limit else depth
    return {
        "obsdate": time_of(row["mjd"]).strftime("%Y-%m-%d %H:%M:%S"),
        "flux": "" if limit else f"{row['mag']:.3f}",
        "flux_error": "" if limit else f"{row['total_err']:.3f}",
        "limiting_flux": "" if reach is None else f"{reach:.2f}",
        "flux_units": _TNS_UNITS.get(row["system"], "0"),
        "filter_value": _TNS_FILTERS.get(row["band"], "0"),
        "instrument_value": "0",
        "exptime": f"{row['exposure_time']:g}" if row["exposure_time"] else "",
        "observer": row["observatory"],
        "comments": f"{row['survey']}/{row['band']}, {about.page}",
    }


def as_skyportal(rows: Iterable[Row], about: About) -> str:
    """Return the columns of SkyPortal's ``POST /api/photometry``.

    The number of the instrument there is to be filled in. Points in bands that it has
    no name for are left out and counted.
    """
    every = [(row, _skyportal_band(row)) for row in rows]
    named = [(row, band) for row, band in every if band is not None]
    columns: Mapping[str, list[Any]] = {
        "mjd": [row["mjd"] for row, _ in named],
        "mag": [None if row["limit"] else row["mag"] for row, _ in named],
        "magerr": [None if row["limit"] else row["total_err"] for row, _ in named],
        "limiting_mag": [
            row["mag"] if row["limit"] else row["depth"] for row, _ in named
        ],
        "magsys": [row["system"].lower() for row, _ in named],
        "filter": [band for _, band in named],
        "origin": [row["observatory"] for row, _ in named],
    }
    name = re.sub(r"[^A-Za-z0-9_-]", "_", about.target.removeprefix("ivo://"))
    told = {"left_out": len(every) - len(named), "to_do": "fill in instrument_id"}
    return json.dumps(
        {"obj_id": name, "instrument_id": None, **columns, "altdata": told}
    )


def _skyportal_band(row: Row) -> str | None:
    return _SKYPORTAL.get(row["survey"], _ELSE).get(row["band"])


def as_tom(rows: Iterable[Row], _: About) -> str:
    """Return the photometry CSV that the TOM Toolkit's own processor reads."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["time", "filter", "magnitude", "error", "limit", "telescope"])
    for row in rows:
        limit = row["limit"]
        table.writerow(
            [
                row["mjd"],
                row["band"],
                "" if limit else row["mag"],
                "" if limit else row["total_err"],
                row["mag"] if limit else "",
                " ".join(row["observatory"].split()),
            ]
        )
    return text.getvalue()


def as_latex(rows: Iterable[Row], about: About) -> str:
    """Return a LaTeX table."""
    lines = [
        r"\begin{table}",
        rf"\caption{{Photometry of {_escaped(about.target)}.}}",
        r"\begin{tabular}{rrlll}",
        r"MJD & mag & error & band & observatory \\ \hline",
    ]
    for row in rows:
        mag = f"{'$>$' if row['limit'] else ''}{row['mag']:.3f}"
        error = "" if row["limit"] else f"{row['total_err']:.3f}"
        band = _escaped(f"{row['survey']}/{row['band']}")
        who = _escaped(row["observatory"])
        lines.append(rf"{row['mjd']:.5f} & {mag} & {error} & {band} & {who} \\")
    return "\n".join([*lines, r"\end{tabular}", r"\end{table}", ""])


def as_bibtex(_: Iterable[Row], about: About) -> str:
    """Return a BibTeX entry for the light curve, naming who observed."""
    key = re.sub(r"[^A-Za-z0-9]", "", about.target.removeprefix("ivo://")) or "target"
    authors = " and ".join(f"{{{_escaped(one)}}}" for one in about.observatories)
    return (
        f"@misc{{lightcurve:{key},\n  author = {{{authors}}},\n"
        f"  title = {{Photometry of {_escaped(about.target)}}},\n"
        f"  howpublished = {{\\url{{{about.page}}}}}\n}}\n"
    )


def _escaped(text: str) -> str:
    return " ".join(text.split()).translate(_LATEX)
