"""The paths of ``/api/v1``, with what each takes and says."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from services.gateway.api import job_models, models, network_models, orders
from services.gateway.api.events import all_events, job_events, target_events
from services.gateway.api.images import image
from services.gateway.api.light_curve import light_curve_file
from services.gateway.api.me import me
from services.gateway.api.networks import network, observatory_networks
from services.gateway.api.observations import (
    calibration,
    delete_observation,
    observation,
    observations,
    observatory_list,
    restore_observation,
    survey_list,
)
from services.gateway.api.packets import add_packet, packet, packets
from services.gateway.api.period import period
from services.gateway.api.reference import description, viewer
from services.gateway.api.targets import add_target, points, target, targets
from services.gateway.api.uploads import calibrated_otherwise, job, upload_list
from services.gateway.domain.files import FILES
from services.gateway.domain.roles import Role
from services.gateway.web.route import PACKET_LIMIT, Answer, Route

__all__ = ["API", "ApiRoute"]


@dataclass(frozen=True, kw_only=True)
class ApiRoute(Route):
    """A path of the API.

    Attributes
    ----------
    query, body, says
        Models of the query, the body and the answer, if it is JSON.
    files
        Media types of the answer otherwise.
    codes
        Status of the answers besides those of a refusal.
    """

    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    says: type[BaseModel] | None = None
    files: tuple[str, ...] = ()
    codes: tuple[int, ...] = (200,)


def _get(
    path: str,
    answer: Answer,
    says: type[BaseModel],
    query: type[BaseModel] | None = None,
) -> ApiRoute:
    return ApiRoute(
        method="GET",
        path=f"/api/v1/{path}",
        answer=answer,
        role=Role.ANYBODY,
        query=query,
        says=says,
    )


def _file(
    path: str, answer: Answer, files: str, query: type[BaseModel] | None = None
) -> ApiRoute:
    return ApiRoute(
        method="GET",
        path=f"/api/v1/{path}",
        answer=answer,
        role=Role.ANYBODY,
        query=query,
        files=(files,),
    )


_NAME = "targets/{name:.+}"
_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_JOB = f"jobs/{{job:{_UUID}}}"
_OBSERVATION = "observations/{number:[1-9][0-9]{0,11}}"
_STREAM = "text/event-stream"
_LAYOUTS = "|".join(FILES)

API: Sequence[ApiRoute] = (
    _get("targets", targets, models.TargetPage, orders.TargetQuery),
    ApiRoute(
        method="POST",
        path="/api/v1/targets",
        answer=add_target,
        role=Role.UPLOADER,
        body=orders.NewTarget,
        says=models.TargetShown,
        codes=(201,),
    ),
    ApiRoute(
        method="GET",
        path=f"/api/v1/{_NAME}/lightcurve.{{layout:{_LAYOUTS}}}",
        answer=light_curve_file,
        role=Role.OBSERVER,
        is_data=True,
        query=orders.LightCurveQuery,
        files=tuple(dict.fromkeys(kind.content_type for kind in FILES.values())),
    ),
    _get(f"{_NAME}/points", points, models.Points),
    _get(f"{_NAME}/period", period, models.PeriodFound, orders.PeriodQuery),
    _get(f"{_NAME}/network", network, network_models.NetworkShown),
    _file(f"{_NAME}/events", target_events, _STREAM),
    _get(_NAME, target, models.TargetShown),
    ApiRoute(
        method="POST",
        path="/api/v1/uploads",
        answer=upload_list,
        role=Role.UPLOADER,
        limit=None,
        body=orders.UploadOrder,
        says=job_models.JobShown,
        codes=(200, 202),
    ),
    _file(f"{_JOB}/events", job_events, _STREAM),
    _get(_JOB, job, job_models.JobShown),
    _get("observations", observations, models.ObservationPage, orders.ObservationQuery),
    ApiRoute(
        method="POST",
        path=f"/api/v1/{_OBSERVATION}/restore",
        answer=restore_observation,
        role=Role.UPLOADER,
        says=models.Deletion,
        codes=(200, 202),
    ),
    _get(_OBSERVATION, observation, models.ObservationShown),
    ApiRoute(
        method="DELETE",
        path=f"/api/v1/{_OBSERVATION}",
        answer=delete_observation,
        role=Role.UPLOADER,
        says=models.Deletion,
        codes=(200, 202),
    ),
    _get(f"calibrations/{{upload:{_UUID}}}", calibration, job_models.CalibrationShown),
    ApiRoute(
        method="POST",
        path=f"/api/v1/calibrations/{{upload:{_UUID}}}/again",
        answer=calibrated_otherwise,
        role=Role.UPLOADER,
        body=orders.OtherWay,
        says=job_models.JobShown,
        codes=(200, 202),
    ),
    _get(f"images/{{upload:{_UUID}}}", image, job_models.ImageShown),
    _get("packets", packets, models.PacketPage, orders.PacketQuery),
    ApiRoute(
        method="POST",
        path="/api/v1/packets",
        answer=add_packet,
        role=Role.UPLOADER,
        limit=PACKET_LIMIT,
        takes_document=True,
        says=models.PacketShown,
        codes=(201, 202),
    ),
    _get("packets/{packet:[0-9a-f]{64}}", packet, models.PacketShown),
    ApiRoute(
        method="GET",
        path="/api/v1/me",
        answer=me,
        role=Role.OBSERVER,
        says=models.MeShown,
    ),
    _get("observatories", observatory_list, models.ObservatoryPage),
    _get(
        "observatories/{number:[1-9][0-9]{0,11}}/networks",
        observatory_networks,
        network_models.ObservatoryNetworksShown,
    ),
    _get("surveys", survey_list, models.BandPage),
    _file("events", all_events, _STREAM),
    _file("openapi.json", description, "application/json"),
    _file("reference", viewer, "text/html"),
)
