"""The stars of an image as files: FITS_LDAC, ASCII_HEAD, and the plate's header.

Names of columns and bits of flags are SExtractor's (its manual, "Output parameters",
"Flagging"), so that the list can be uploaded as any.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from astropy.io import fits

from services.imager.domain.plate.polynomial import Plate, powers
from shared.kernel.arrays import FloatArray, IndexArray
from shared.kernel.quality import Quality

__all__ = ["StarRows", "as_ascii_head", "as_ldac", "plate_header"]

_FLAGS = ((Quality.CROWDED, 2), (Quality.SATURATED, 4), (Quality.CUT_OFF, 8))
_FORMATS = {
    "NUMBER": ("%10d", "", "Running number"),
    "X_IMAGE": ("%11.4f", "pixel", "Position along x, from 1"),
    "Y_IMAGE": ("%11.4f", "pixel", "Position along y, from 1"),
    "ALPHA_J2000": ("%13.8f", "deg", "Right ascension, ICRS"),
    "DELTA_J2000": ("%+13.8f", "deg", "Declination, ICRS"),
    "MAG_AUTO": ("%10.5f", "mag", "Magnitude, circles tied by a growth curve"),
    "MAGERR_AUTO": ("%9.5f", "mag", "Its error"),
    "FLAGS": ("%3d", "", "2 crowded, 4 saturated, 8 cut off"),
    "IMAFLAGS_ISO": ("%3d", "", "1 touched by bad pixels"),
    "CLASS_STAR": ("%6.3f", "", "1 a star, 0 extended"),
}
_GRID = 12


@dataclass(frozen=True)
class StarRows:
    """Stars of an image, arrays of shape (n,): pixels from 0, deg, mag."""

    x: FloatArray
    y: FloatArray
    ra: FloatArray
    dec: FloatArray
    mag: FloatArray
    mag_err: FloatArray
    quality: IndexArray

    def columns(self) -> Mapping[str, FloatArray | IndexArray]:
        """Return the columns by SExtractor's names for them."""
        flags = np.zeros(len(self.x), dtype=np.intp)
        for mark, bit in _FLAGS:
            flags |= np.where(self.quality & int(mark), bit, 0)
        extended = (self.quality & int(Quality.EXTENDED)) > 0
        return {
            "NUMBER": np.arange(1, len(self.x) + 1),
            "X_IMAGE": self.x + 1,
            "Y_IMAGE": self.y + 1,
            "ALPHA_J2000": self.ra,
            "DELTA_J2000": self.dec,
            "MAG_AUTO": self.mag,
            "MAGERR_AUTO": self.mag_err,
            "FLAGS": flags,
            "IMAFLAGS_ISO": (self.quality & int(Quality.BAD_PIXELS) > 0).astype(
                np.intp
            ),
            "CLASS_STAR": np.where(extended, 0.0, 1.0),
        }


def as_ldac(rows: StarRows, header: str) -> bytes:
    """Return the list as FITS_LDAC, with the plate's header in it."""
    columns = [
        fits.Column(
            name=name,
            format="D" if values.dtype.kind == "f" else "J",
            unit=_FORMATS[name][1] or None,
            array=values,
        )
        for name, values in rows.columns().items()
    ]
    cards = header.replace("\n", "").ljust(len(header))
    inside = np.array(
        [[cards[at : at + 80].ljust(80)] for at in range(0, len(cards), 80)]
    )
    text = "".join(card[0] for card in inside)
    imhead = fits.BinTableHDU.from_columns(
        [fits.Column("Field Header Card", f"{len(text)}A", array=[text])],
        name="LDAC_IMHEAD",
    )
    objects = fits.BinTableHDU.from_columns(columns, name="LDAC_OBJECTS")
    file = io.BytesIO()
    fits.HDUList([fits.PrimaryHDU(), imhead, objects]).writeto(file)
    return file.getvalue()


def as_ascii_head(rows: StarRows) -> bytes:
    """Return the list as SExtractor's ASCII_HEAD."""
    columns = rows.columns()
    head = [
        f"#{place:4d} {name:<15} {_FORMATS[name][2]:<45} "
        + (f"[{_FORMATS[name][1]}]" if _FORMATS[name][1] else "")
        for place, name in enumerate(columns, start=1)
    ]
    line = " ".join(_FORMATS[name][0] for name in columns)
    text = [line % row for row in zip(*columns.values(), strict=True)]
    return ("\n".join([*(one.rstrip() for one in head), *text]) + "\n").encode()


def plate_header(
    plate: Plate, target: tuple[float, float], size: tuple[int, int]
) -> str:
    """Return the plate as cards of a FITS header, TAN with SIP distortions.

    Shupe et al. (2005), ADASS XIV, 491. The plane of a plate touches the sky at the
    target, so that the polynomial only has to be written from there.

    Parameters
    ----------
    plate
        From pixels to the plane.
    target
        RA and Dec (ICRS) [deg] where it touches the sky.
    size
        Width and height of the image [px].
    """
    origin = plate.pixel_of(0j)
    x, y = np.meshgrid(np.linspace(0, size[0], _GRID), np.linspace(0, size[1], _GRID))
    away = (x + 1j * y).ravel() - origin
    terms, *_ = np.linalg.lstsq(
        powers(away / plate.half, plate.order).astype(complex),
        plate.on_plane(away + origin) / 3600,
        rcond=None,
    )
    names = [(i, j) for i in range(plate.order + 1) for j in range(plate.order + 1 - i)]
    by_power = {
        name: complex(term) / plate.half ** sum(name)
        for name, term in zip(names, terms, strict=True)
    }
    along_x, along_y = by_power[1, 0], by_power[0, 1]
    matrix = np.array([[along_x.real, along_y.real], [along_x.imag, along_y.imag]])
    header = fits.Header()
    distorted = plate.order > 1
    header["CTYPE1"] = "RA---TAN-SIP" if distorted else "RA---TAN"
    header["CTYPE2"] = "DEC--TAN-SIP" if distorted else "DEC--TAN"
    header["CRVAL1"], header["CRVAL2"] = target
    header["CRPIX1"], header["CRPIX2"] = origin.real + 1, origin.imag + 1
    header["CUNIT1"] = header["CUNIT2"] = "deg"
    for i in (0, 1):
        for j in (0, 1):
            header[f"CD{i + 1}_{j + 1}"] = float(matrix[i, j])
    if distorted:
        _distort(header, by_power, np.linalg.inv(matrix), plate.order)
    header["RADESYS"] = "ICRS"
    return str(header.tostring(sep="\n", endcard=True, padding=False))


def _distort(
    header: fits.Header,
    by_power: Mapping[tuple[int, int], complex],
    inverse: FloatArray,
    order: int,
) -> None:
    header["A_ORDER"] = header["B_ORDER"] = order
    for (i, j), term in by_power.items():
        if i + j > 1:
            shift = inverse @ np.array([term.real, term.imag])
            header[f"A_{i}_{j}"], header[f"B_{i}_{j}"] = map(float, shift)
