"""FITS binary tables and FITS_LDAC, as SExtractor writes them."""

import warnings
from io import BytesIO
from typing import Any

import numpy as np
from astropy.io import fits
from numpy.typing import NDArray

from services.ingest.domain.columns import Columns, choose_columns
from services.ingest.domain.faults import UnreadableFileError
from services.ingest.domain.stars import Stars

__all__ = ["read_fits"]

_LDAC = "LDAC_OBJECTS"


def read_fits(content: bytes) -> tuple[Stars, Columns]:
    """Return all rows of a catalogue, good or not, and the columns they are from.

    Raises
    ------
    UnreadableFileError
        No table, a damaged table, a missing column.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with fits.open(BytesIO(content), memmap=False) as hdus:
                return _read(_table(hdus), len(content))
    except UnreadableFileError:
        raise
    except Exception as fault:  # astropy raises whatever a damaged header leads to
        raise UnreadableFileError(
            "The FITS file is damaged or cut short.", "Upload it again"
        ) from fault


def _table(hdus: fits.HDUList) -> fits.BinTableHDU | fits.TableHDU:
    tables = [hdu for hdu in hdus if isinstance(hdu, fits.BinTableHDU | fits.TableHDU)]
    if not tables:
        raise UnreadableFileError(
            "The FITS file has no table.", "Upload the catalogue, not the image"
        )
    ldac = [hdu for hdu in tables if hdu.name == _LDAC]
    return max(ldac or tables, key=lambda hdu: int(hdu.header["NAXIS2"]))


def _read(hdu: fits.BinTableHDU | fits.TableHDU, size: int) -> tuple[Stars, Columns]:
    if int(hdu.header["NAXIS1"]) * int(hdu.header["NAXIS2"]) > size:
        raise ValueError("the header promises more rows than the file holds")
    names = {str(name).upper(): name for name in hdu.columns.names}
    columns = choose_columns(names)
    if not len(hdu.data):
        raise UnreadableFileError("The file has a header but no stars.")
    mag, mag_err, ra, dec = (
        _numbers(hdu.data[names[name]]) for name in columns.names()
    )
    return Stars(ra, dec, mag, mag_err), columns


def _numbers(column: Any) -> NDArray[np.float64]:
    numbers = np.asarray(column, dtype=np.float64)
    return numbers if numbers.ndim == 1 else numbers.reshape(len(numbers), -1)[:, 0]
