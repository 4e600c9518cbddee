"""A light curve as the tools of the field take it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

__all__ = ["LightCurve"]

_UNITS = {"mjd": "d", "exposure_time": "s", "separation": "arcsec"}
_UNITS |= dict.fromkeys(("ra_detected", "dec_detected"), "deg")
_MAGS = (
    "mag", "mag_err", "calib_err", "total_err", "depth", "faintest", "mag_for_colour",
    "mag_for_colour_err", "zero_point", "zero_point_err",
)  # fmt: skip


@dataclass(frozen=True)
class LightCurve:
    """The calibrated points of one target, by time.

    ``points`` has a mapping for each: ``id``, ``mjd`` [d], ``mag``, ``total_err`` [mag]
    (−1 for a limit), ``limit``, ``survey``, ``band``, ``observatory`` and more.
    """

    name: str
    points: Sequence[Mapping[str, Any]]

    @classmethod
    def of(cls, name: str, content: Any) -> Self:
        """Return a light curve out of the server's JSON."""
        return cls(name, content["rows"])

    def __len__(self) -> int:
        return len(self.points)

    def column(self, name: str) -> list[Any]:
        """Return one field of all points."""
        return [point[name] for point in self.points]

    def to_table(self) -> Any:
        """Return an ``astropy.table.Table`` with units (extra ``astropy``)."""
        from astropy.table import MaskedColumn, Table  # noqa: PLC0415 - an extra

        table = Table(meta={"name": self.name})
        for name in self.points[0] if self.points else ():
            values = self.column(name)
            mask = [value is None for value in values]
            filled = [_filler(values) if value is None else value for value in values]
            unit = "mag" if name in _MAGS else _UNITS.get(name)
            table[name] = MaskedColumn(filled, mask=mask, unit=unit)
        return table

    def to_timeseries(self) -> Any:
        """Return an ``astropy.timeseries.TimeSeries`` in UTC (extra ``astropy``)."""
        from astropy.time import Time  # noqa: PLC0415 - an extra
        from astropy.timeseries import TimeSeries  # noqa: PLC0415 - an extra

        table = self.to_table()
        return TimeSeries(
            time=Time(table["mjd"], format="mjd", scale="utc"), data=table
        )

    def to_dataframe(self) -> Any:
        """Return a ``pandas.DataFrame``."""
        import pandas as pd  # noqa: PLC0415 - who asks has it

        return pd.DataFrame(list(self.points))

    def to_lightkurve(self) -> Any:
        """Return a ``lightkurve.LightCurve``: flux is 1 at the median magnitude."""
        import lightkurve  # noqa: PLC0415 - who asks has it
        import numpy as np  # noqa: PLC0415 - lightkurve brings it
        from astropy.time import Time  # noqa: PLC0415 - lightkurve brings it

        seen = [point for point in self.points if not point["limit"]]
        mag = np.array([point["mag"] for point in seen])
        err = np.array([point["total_err"] for point in seen])
        flux = 10 ** (-0.4 * (mag - np.median(mag)))
        time = Time([point["mjd"] for point in seen], format="mjd", scale="utc")
        return lightkurve.LightCurve(
            time=time, flux=flux, flux_err=0.4 * np.log(10) * flux * err
        )


def _filler(values: Sequence[Any]) -> Any:
    known = next((value for value in values if value is not None), 0.0)
    return "" if isinstance(known, str) else 0.0
