"""Frames of a simulated network, as the calibrator's stores have them."""

from dataclasses import fields
from uuid import NAMESPACE_OID, UUID, uuid5

import numpy as np

from bench.simulated_network import Simulated
from services.calibrator.domain.network.frames import MeasuredFrame, StarColumns
from services.calibrator.store.measured import FrameStars
from shared.contracts.alerts import ObservationRecorded
from shared.contracts.calibration import CalibratedMagnitude
from shared.contracts.values import Observer, Target, TargetColour
from tests.support.builders import ZERO_POINT, frame, recorded

__all__ = ["point_of", "stars_of"]


def _id(name: str) -> UUID:
    return uuid5(NAMESPACE_OID, name)


def stars_of(
    one: MeasuredFrame, *surveys: str, band: str = "r", upload: str = ""
) -> list[FrameStars]:
    """Return a frame's stars as measured, by one or more surveys."""
    stars = StarColumns(
        **{field.name: getattr(one, field.name) for field in fields(StarColumns)}
    )
    return [
        FrameStars(
            frame=_id(one.name),
            upload=_id(upload or f"upload of {one.name}"),
            survey=survey,
            band=band,
            system="AB",
            colour="g-r",
            stars=stars,
        )
        for survey in surveys
    ]


def point_of(
    made: Simulated,
    one: MeasuredFrame,
    number: int,
    *,
    survey: str = "APASS",
    revision: int = 1,
    alert_id: int = 7,
    colour: float | None = None,
    band: str = "r",
    upload: str = "",
) -> ObservationRecorded:
    """Return a frame's point, calibrated by itself, as alerts records it."""
    own = float(np.median(one.reference - one.mag))
    told = (TargetColour(name="g-r", value=colour or 0.0, source="the observer"),)
    return recorded(
        observation_id=number,
        revision=revision,
        frame=frame(
            upload_id=_id(upload or f"upload of {one.name}"),
            frame_id=_id(one.name),
            observer=Observer(
                id=one.setup.observer + 1, name=f"no. {one.setup.observer}"
            ),
            target=Target(alert_id=alert_id, ivorn="ivo://x", ra=150.0, dec=0.0),
            mjd=one.mjd,
            filter="r",
            colours=() if colour is None else told,
        ),
        magnitude=CalibratedMagnitude(
            mag=one.target.mag + own,
            mag_err=one.target.mag_err or -1,
            calib_err=0.02,
            total_err=0.03,
        ),
        zero_point=ZERO_POINT.model_copy(
            update={"survey": survey, "band": band, "zero_point": own}
        ),
    )
