"""What is shown of an observation: one flat row, the same in every format."""

from collections.abc import Mapping
from typing import Any

__all__ = ["row"]


def row(point: Mapping[str, Any]) -> dict[str, Any]:
    """Return an observation, as JSON keeps it, as a row of ``tables.COLUMNS``."""
    magnitude, fit, frame = point["magnitude"], point["zero_point"], point["frame"]
    detected = magnitude.get("detected") or {}
    colour = magnitude["for_colour"] or {"mag": None, "total_err": None}
    limit, depth = magnitude["mag_err"] < 0, magnitude["depth"]
    return {
        "id": point["observation_id"],
        "mjd": frame["mjd"],
        "exposure_time": frame["exposure_time"],
        "mag": depth if limit and depth is not None else magnitude["mag"],
        "mag_err": magnitude["mag_err"],
        "calib_err": magnitude["calib_err"],
        "total_err": magnitude["total_err"],
        "limit": limit,
        "depth": depth,
        "faintest": magnitude["mag"] if limit else None,
        "mag_for_colour": colour["mag"],
        "mag_for_colour_err": colour["total_err"],
        "survey": fit["survey"],
        "band": fit["band"],
        "system": fit["system"],
        "zero_point": fit["zero_point"],
        "zero_point_err": fit["zero_point_err"],
        "stars": fit["stars_used"],
        "mode": point["mode"],
        "observatory": frame["observer"]["name"],
        "observer": frame["observer"]["id"],
        "revision": point["revision"],
        "calibration": frame["upload_id"],
        "separation": detected.get("separation"),
        "ra_detected": detected.get("ra"),
        "dec_detected": detected.get("dec"),
        "comment": frame["comment"],
    }
