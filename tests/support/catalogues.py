"""Uploaded files, good and hostile."""

from io import BytesIO

import numpy as np
from astropy.io import fits

HEADER = """\
#   1 MAG_AUTO               Kron-like elliptical aperture magnitude         [mag]
#   2 MAGERR_AUTO            RMS error for AUTO magnitude                    [mag]
#   3 ALPHA_J2000            Right ascension of barycenter (J2000)           [deg]
#   4 DELTA_J2000            Declination of barycenter (J2000)               [deg]
"""
ROWS = """\
 -6.3513   0.0404 135.3687564 +49.7240155
 -6.1380   0.0490 135.3367728 +49.7274980
 -8.3667   0.0067 135.4314955 -49.7257655
"""
HOSTILE = {
    "empty": b"",
    "blank": b" \n\n",
    "no header": ROWS.encode(),
    "header only": HEADER.encode(),
    "text": b"To be, or not to be, that is the question.\n" * 50,
    "html": b"<html><body>404 not found</body></html>",
    "binary": bytes(range(256)) * 40,
    "utf-16": HEADER.encode("utf-16"),
    "png": b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
    "truncated": (HEADER + ROWS)[:-20].encode(),
    "word in a number": (HEADER + ROWS.replace("0.0490", "oops")).encode(),
    "underscores": (HEADER + ROWS.replace("0.0490", "0_0.1")).encode(),
    "columns run together": (HEADER + ROWS.replace(" +49", "+49", 1)).encode(),
    "all 99": (HEADER + " 99.0000 99.0000 135.3 +49.7\n" * 9).encode(),
    "all nan": (HEADER + " nan nan nan nan\n" * 9).encode(),
    "huge column number": b"# 9999 MAG_AUTO x\n# 1 MAGERR_AUTO x\n# 2 ALPHA_J2000 x\n"
    b"# 3 DELTA_J2000 x\n1 2 3\n",
    "column zero": b"# 0 MAG_AUTO x\n# 1 MAGERR_AUTO x\n# 2 ALPHA_J2000 x\n"
    b"# 3 DELTA_J2000 x\n1 2 3\n",
    "fits magic only": b"SIMPLE  =",
    "fits cut short": b"SIMPLE  =                    T"
    + b" " * 50
    + b"END"
    + b" " * 40,
}


def ascii_head(header: str = HEADER, rows: str = ROWS) -> bytes:
    return (header + rows).encode()


def fits_table(names: tuple[str, ...], *, ldac: bool = False, rows: int = 7) -> bytes:
    values = np.linspace(1.0, 2.0, rows)
    columns = [
        fits.Column(name=name, format="1D", array=values / (5 if "ERR" in name else 1))
        for name in names
    ]
    columns.append(
        fits.Column(name="VIGNET", format="9E", array=np.zeros((rows, 9), "f4"))
    )
    stars = fits.BinTableHDU.from_columns(columns)
    hdus = [fits.PrimaryHDU()]
    if ldac:
        stars.name = "LDAC_OBJECTS"
        card = fits.Column(name="Field Header Card", format="80A", array=["x" * 80])
        head = fits.BinTableHDU.from_columns([card], name="LDAC_IMHEAD")
        hdus.append(head)
    written = BytesIO()
    fits.HDUList([*hdus, stars]).writeto(written)
    return written.getvalue()
