"""The original server's JSON: clients rely on every key."""

from collections.abc import Sequence
from typing import Any

from services.gateway.store.images import Seen
from shared.contracts.alerts import Alert, ObservationRecorded
from shared.contracts.imager import ImageMeasured

__all__ = ["alert_row", "light_curve", "upload_answer", "upload_waiting"]


def upload_answer(
    point: ObservationRecorded, image_link: str, seen: Seen | None = None
) -> dict[str, Any]:
    """Return the answer to an upload: the original's twelve keys and ours.

    ``seen`` is what was seen on its image, where it was one.
    """
    magnitude, fit, target = point.magnitude, point.zero_point, point.frame.target
    colour, detected = magnitude.for_colour, magnitude.detected
    return {
        "image_link": image_link,
        "mag": magnitude.mag,
        "mag_err": magnitude.mag_err,
        "ra": target.ra,
        "dec": target.dec,
        "zeropoint": fit.zero_point,
        "outlier_fraction": fit.outlier_fraction,
        "scatter": fit.scatter,
        "npoints": fit.stars_used,
        "followup_id": point.observation_id,
        "filter": fit.band,
        "survey": fit.survey,
        "mode": point.mode,
        "system": fit.system,
        "calib_err": magnitude.calib_err,
        "total_err": magnitude.total_err,
        "zeropoint_err": fit.zero_point_err,
        "depth": magnitude.depth,
        "depth_err": magnitude.depth_err,
        "colour_term": fit.colour_term,
        "colour_term_err": fit.colour_term_err,
        "mag_for_colour": None if colour is None else colour.mag,
        "mag_for_colour_err": None if colour is None else colour.total_err,
        "runner_up": point.runner_up,
        "margin": point.margin,
        "separation": None if detected is None else detected.separation,
        "ra_detected": None if detected is None else detected.ra,
        "dec_detected": None if detected is None else detected.dec,
        "warnings": list(point.warnings),
        **_of_the_image(point, seen),
    }


def _of_the_image(point: ObservationRecorded, seen: Seen | None) -> dict[str, Any]:
    if not isinstance(seen, ImageMeasured):
        return {"hfd": None, "limit": None, "snr": None, "plate": None}
    plate = seen.plate
    told = f"{plate.how}, {plate.matched} stars, {plate.rms:.2f} arcsec"
    return {
        "hfd": round(seen.quality.hfd * plate.scale, 3),
        "limit": seen.forced.limit + point.zero_point.zero_point,
        "snr": seen.forced.snr,
        "plate": told,
    }


def upload_waiting(job_link: str) -> dict[str, Any]:
    """Return the answer while the calibration is not done yet."""
    keys = (
        "image_link mag mag_err ra dec zeropoint outlier_fraction scatter npoints "
        "followup_id filter survey"
    )
    return {**dict.fromkeys(keys.split()), "job_link": job_link}


def alert_row(alert: Alert, count: int) -> dict[str, Any]:
    """Return a row of the list of alerts."""
    return {
        "id": alert.id,
        "ivorn": alert.ivorn,
        "published": f"{alert.published:%Y-%m-%dT%H:%M:%S}",
        "ra": alert.ra,
        "dec": alert.dec,
        "nfollowup": count,
    }


def light_curve(ivorn: str, points: Sequence[ObservationRecorded]) -> dict[str, Any]:
    """Return a light curve as equally long lists; ``magerr`` is −1 for a limit."""
    return {
        "mjd": [point.frame.mjd for point in points],
        "magerr": [point.magnitude.mag_err for point in points],
        "alert_name": ivorn,
        "observatory": [point.frame.observer.name for point in points],
        "caliberr": [point.magnitude.calib_err for point in points],
        "mag": [point.magnitude.mag for point in points],
        "catalog": [point.zero_point.survey for point in points],
        "filter": [point.zero_point.band for point in points],
        "id": [point.observation_id for point in points],
    }
