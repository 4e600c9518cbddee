"""Turns what the gateway keeps into what the API shows."""

from urllib.parse import quote

from aiohttp import web

from services.gateway.api.job_models import JobShown, StageShown
from services.gateway.api.models import ObservationShown, TargetShown
from services.gateway.domain.rows import row
from services.gateway.store.job import Job
from services.gateway.web.paths import address
from shared.contracts.alerts import Alert, ObservationRecorded
from shared.contracts.gateway import ImageSubmitted

__all__ = ["job_shown", "observation_shown", "target_shown"]


def target_shown(request: web.Request, alert: Alert, count: int) -> TargetShown:
    """Return a target with its addresses."""
    here, name = address(request), quote(alert.ivorn, safe="")
    return TargetShown(
        id=alert.id,
        name=alert.ivorn,
        ra=alert.ra,
        dec=alert.dec,
        published=alert.published,
        url=alert.url,
        position_err=alert.position_err,
        aliases=list(alert.aliases),
        events=list(alert.events),
        classification=alert.classification,
        status=alert.status,
        observations=count,
        page=f"{here}/light_curve?alert_id={alert.id}",
        light_curve=f"{here}/api/v1/targets/{name}/lightcurve.csv",
    )


def observation_shown(point: ObservationRecorded) -> ObservationShown:
    """Return an observation; number 0 for a dry run."""
    fields = row(point.model_dump(mode="json")) | {"target": point.frame.target.ivorn}
    return ObservationShown.model_validate(fields | {"id": fields["id"] or 0})


def job_shown(request: web.Request, job: Job) -> JobShown:
    """Return a job with the stages it has reached."""
    here = address(request)
    recorded = job.answer if isinstance(job.answer, ObservationRecorded) else None
    point = None if recorded is None else observation_shown(recorded)
    received = [("received", "", job.submitted)]
    return JobShown(
        id=str(job.id),
        state=job.state,
        message=job.message,
        hint=job.hint,
        stages=[
            StageShown.model_validate({"stage": name, "about": about, "at": at})
            for name, about, at in received + list(job.stages)
        ],
        observation=point,
        calibration=f"{here}/calibration/{job.id}" if point else None,
        image=f"{here}/api/v1/images/{job.id}" if _is_image(job) else None,
        events=f"{here}/api/v1/jobs/{job.id}/events",
    )


def _is_image(job: Job) -> bool:
    return isinstance(job.request, ImageSubmitted)
