"""A small HATS archive, as the ``hats`` library reads it."""

from pathlib import Path

import hpgeom
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from astropy.table import Table
from hats.catalog import PartitionInfo, TableProperties
from hats.io import paths
from hats.pixel_math import HealpixPixel

__all__ = ["write_archive"]

_FINE = "_healpix_29"


def write_archive(
    folder: Path, stars: Table, order: int, *, index: str = _FINE
) -> None:
    """Write stars with ``ra`` and ``dec`` [deg], a file for each pixel of an order."""
    ra, dec = np.array(stars["ra"]), np.array(stars["dec"])
    fine = hpgeom.angle_to_pixel(2**29, ra, dec)
    columns = {name: np.array(stars[name]) for name in stars.colnames}
    rows = pa.table(columns | ({index: fine} if index else {}))
    where = fine >> 2 * (29 - order)
    pixels = [HealpixPixel(order, int(one)) for one in np.unique(where)]
    for pixel in pixels:
        inside = np.flatnonzero(where == pixel.pixel)
        file = Path(paths.pixel_catalog_file(folder, pixel).path)
        file.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(rows.take(inside[np.argsort(fine[inside])]), file)
    pq.write_metadata(rows.schema, folder / "dataset" / "_common_metadata")
    PartitionInfo(pixels).write_to_file(catalog_path=folder)
    TableProperties(
        catalog_name="sky", catalog_type="object", total_rows=len(stars),
        ra_column="ra", dec_column="dec",
        default_columns=None, extra_columns=None, skymap_alt_orders=None,
    ).to_properties_file(folder)  # fmt: skip
