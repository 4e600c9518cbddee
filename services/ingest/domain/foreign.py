"""Files of other programs that are no star list of one image, told for what they are.

And the one of AstroImageJ, which has an image in a row and its stars side by side.
"""

import re

from services.ingest.domain.faults import UnreadableFileError
from services.ingest.domain.named_rows import NamedRows

__all__ = ["refuse_foreign", "unrolled"]

_STAR_LIST = "Upload the list of all stars in one image, with RA and Dec in degrees"
_DAOPHOT = re.compile(r"\s*NL\s+NX\s+NY\s+LOWBAD", re.IGNORECASE)
_LIGHT_CURVE = re.compile(r"\s*24\d{5}\.\d+(\s+-?\d+\.\d+){2,}")
_AIJ = re.compile(r"(RA|DEC)_([TC]\d{1,4})")
_HOUR = 15.0


def refuse_foreign(text: str) -> None:
    """Refuse what is known to have no positions, or no image.

    Raises
    ------
    UnreadableFileError
        The text says what the file is.
    """
    if text.startswith(("#K IRAF", "#N ID")):
        raise UnreadableFileError(
            "IRAF photometry has pixels, but no RA and Dec.",
            "Add them with the image's WCS, and save CSV: ra,dec,mag,mag_err",
        )
    if _DAOPHOT.match(text):
        raise UnreadableFileError(
            "DAOPHOT photometry has pixels, but no RA and Dec.",
            "Add them with the image's WCS, and save CSV: ra,dec,mag,mag_err",
        )
    lines = [line for line in text.split("\n")[:20] if line[:1] not in {"#", ""}]
    if lines and all(map(_LIGHT_CURVE.match, lines)):
        raise UnreadableFileError(
            "This is the light curve of one star, not the stars of an image.",
            _STAR_LIST,
        )
    if text.lstrip()[:1] in {"<", "{", "["}:
        raise UnreadableFileError(
            "This is a web page or JSON, not a star list.", _STAR_LIST
        )


def unrolled(table: NamedRows) -> NamedRows:
    """Return AstroImageJ's measurements with a row for each aperture.

    Its RA is in hours. Other tables are returned as they are.

    Raises
    ------
    UnreadableFileError
        They are of several images.
    """
    places = {name.strip(): place for place, name in enumerate(table.names)}
    apertures = [found[2] for name in places if (found := _AIJ.fullmatch(name))]
    apertures = list(dict.fromkeys(apertures))
    if not apertures:
        return table
    if len(table.rows) != 1:
        raise UnreadableFileError(
            f"The AstroImageJ table has {len(table.rows)} images: upload one by one.",
            "Measure all stars of one image, and save its row",
        )
    columns = ("RA", "DEC", "Source-Sky", "Source_Error")
    words = {
        name: column[0] for name in places for column in [table.column(places[name])]
    }
    rows = [
        [words.get(f"{column}_{aperture}", "") for column in columns]
        for aperture in apertures
    ]
    for row in rows:
        row[0] = _degrees(row[0])
    return NamedRows(("ra", "dec", "flux", "flux_err"), rows)


def _degrees(hours: str) -> str:
    try:
        return str(float(hours) * _HOUR)
    except ValueError:
        return hours  # sexagesimal: told and read as such
