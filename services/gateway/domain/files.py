"""The formats in which a light curve can be had."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from services.gateway.domain.archives import as_fits, as_parquet, as_votable
from services.gateway.domain.reports import (
    as_aavso,
    as_bibtex,
    as_latex,
    as_skyportal,
    as_tns,
    as_tom,
)
from services.gateway.domain.tables import About, Row, as_csv, as_ecsv, as_json

__all__ = ["FILES", "File", "file_name"]


@dataclass(frozen=True)
class File:
    """A format: its media type, what it is called, and what writes it.

    ``ending`` is that of the file's name, where it is not the format's own.
    """

    content_type: str
    title: str
    write: Callable[[Sequence[Row], About], bytes]
    ending: str = ""


def _text(
    writer: Callable[[Sequence[Row], About], str],
) -> Callable[[Sequence[Row], About], bytes]:
    return lambda rows, about: writer(rows, about).encode()


def file_name(target: str, layout: str) -> str:
    """Return what a light curve's file is called."""
    plain = re.sub(r"[^A-Za-z0-9.+-]+", "_", target.removeprefix("ivo://")).strip("_")
    kind = FILES[layout]
    of_receiver = f"_{layout}" if kind.ending else ""
    return f"{plain or 'target'}{of_receiver}.{kind.ending or layout}"


FILES: Mapping[str, File] = {
    "csv": File("text/csv", "CSV", _text(as_csv)),
    "ecsv": File("application/x-ecsv", "ECSV with units", _text(as_ecsv)),
    "json": File("application/json", "JSON", _text(as_json)),
    "vot": File("application/x-votable+xml", "VOTable", as_votable),
    "fits": File("application/fits", "FITS", as_fits),
    "parquet": File("application/vnd.apache.parquet", "Parquet", as_parquet),
    "aavso": File("text/plain", "AAVSO extended", _text(as_aavso), "txt"),
    "tns": File("application/json", "TNS report", _text(as_tns), "json"),
    "skyportal": File("application/json", "SkyPortal", _text(as_skyportal), "json"),
    "tom": File("text/csv", "TOM Toolkit", _text(as_tom), "csv"),
    "tex": File("application/x-latex", "LaTeX table", _text(as_latex)),
    "bib": File("application/x-bibtex", "BibTeX", _text(as_bibtex)),
}
