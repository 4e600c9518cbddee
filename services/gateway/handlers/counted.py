"""What is counted of the uploads of each observer, and of what they gave."""

from prometheus_client import Counter, Histogram

from shared.contracts.calibrator import CalibrationFailed, CalibrationSolved
from shared.contracts.catalog import FieldUnmatched
from shared.contracts.ingest import UploadRejected

__all__ = ["count_refused", "count_solved"]

_ENDED = Counter(
    "cpcs_uploads",
    "uploads by observer and end: solved, or the step that refused: read, match, fit",
    ["observer", "outcome"],
)
_SCATTER = Histogram(
    "cpcs_scatter_mag",
    "scatter of the stars around the zero-point [mag]",
    ["survey", "band"],
    buckets=(0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2, 0.5),
)
_STARS = Histogram(
    "cpcs_stars_used",
    "stars that a zero-point stands on",
    buckets=(5, 10, 20, 50, 100, 200, 500, 1000, 5000),
)
_STEP = {UploadRejected: "read", FieldUnmatched: "match", CalibrationFailed: "fit"}


def count_solved(event: CalibrationSolved) -> None:
    """Count a calibrated upload."""
    fit = event.best
    _ENDED.labels(str(event.frame.observer.id), "solved").inc()
    _SCATTER.labels(fit.survey, fit.band).observe(fit.scatter)
    _STARS.observe(fit.stars_used)


def count_refused(event: UploadRejected | FieldUnmatched | CalibrationFailed) -> None:
    """Count an upload that could not be calibrated, by the step that found so."""
    _ENDED.labels(str(event.frame.observer.id), _STEP[type(event)]).inc()
