"""Whether a target is still where its observations were measured."""

from collections.abc import Iterable

from shared.contracts.alerts import Alert, ObservationRecorded
from shared.kernel.cells import arcsec_between

__all__ = ["left_behind"]


def left_behind(
    alert: Alert, points: Iterable[ObservationRecorded]
) -> tuple[list[ObservationRecorded], float]:
    """Return the points that were measured elsewhere, and how far away [arcsec] most.

    Elsewhere is farther from the target's place (ICRS) than the radius within which a
    point's observer let a star be the target.
    """
    away = [(_away(alert, point), point) for point in points]
    behind = [(far, one) for far, one in away if far > one.frame.match_radius]
    return [one for _, one in behind], max((far for far, _ in behind), default=0.0)


def _away(alert: Alert, point: ObservationRecorded) -> float:
    then = point.frame.target
    return arcsec_between(alert.ra, alert.dec, then.ra, then.dec)
