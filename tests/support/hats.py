"""A small HATS archive, as the ``hats`` library reads it."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from astropy.coordinates import Latitude, Longitude
from astropy.table import Table
from cdshealpix import nested
from hats.catalog import PartitionInfo, TableProperties
from hats.io import paths
from hats.pixel_math import HealpixPixel

__all__ = ["write_archive"]

_FINE = "_healpix_29"


def write_archive(
    folder: Path, stars: Table, order: int, *, index: str = _FINE
) -> None:
    """Write stars with ``ra`` and ``dec`` [deg], a file for each pixel of an order."""
    places = Longitude(stars["ra"], "deg"), Latitude(stars["dec"], "deg")
    fine = nested.lonlat_to_healpix(*places, 29).astype(np.int64)
    rows = np.argsort(fine, kind="stable")
    columns = {name: np.array(stars[name])[rows] for name in stars.colnames}
    table = pa.table(columns | ({index: fine[rows]} if index else {}))
    inside = fine[rows] >> 2 * (29 - order)
    numbers, first = np.unique(inside, return_index=True)
    pixels = [HealpixPixel(order, int(one)) for one in numbers]
    past = [*first[1:].tolist(), len(rows)]
    for pixel, start, end in zip(pixels, first.tolist(), past, strict=True):
        file = Path(paths.pixel_catalog_file(folder, pixel).path)
        file.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table.slice(start, end - start), file)
    pq.write_metadata(table.schema, folder / "dataset" / "_common_metadata")
    PartitionInfo(pixels).write_to_file(catalog_path=folder)
    TableProperties(
        catalog_name="sky", catalog_type="object", total_rows=len(stars),
        ra_column="ra", dec_column="dec",
        default_columns=None, extra_columns=None, skymap_alt_orders=None,
    ).to_properties_file(folder)  # fmt: skip
