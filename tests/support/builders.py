"""Contracts with something plausible in every field."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import numpy as np

from shared.columns import pack
from shared.contracts.alerts import (
    Alert,
    ObservationRecorded,
)
from shared.contracts.calibration import CalibratedMagnitude, StarResiduals, ZeroPoint
from shared.contracts.calibrator import CalibrationSolved
from shared.contracts.catalog import (
    PairedBand,
    SurveyPairs,
)
from shared.contracts.imager import (
    Corner,
    Half,
    ImageFiles,
    ImageMeasured,
    ImageQuality,
    PlateSolution,
    SeenStars,
)
from shared.contracts.ingest import StarList
from shared.contracts.values import (
    BandChoice,
    ForcedMagnitude,
    Frame,
    ImageHints,
    Observer,
    Target,
)

WHEN = datetime(2016, 12, 15, 19, 44, 43, tzinfo=UTC)
UPLOAD = UUID("11111111-1111-4111-8111-111111111111")
REQUEST = UUID("33333333-3333-4333-8333-333333333333")
OBSERVER = Observer(id=2, name="Ostrowik 0.6m, K.Rybicki")
TARGET = Target(alert_id=26316, ivorn="ivo://Gaia16aye", ra=295.005, dec=30.1315)


def frame(**changes: Any) -> Frame:
    given = Frame(
        upload_id=UPLOAD,
        frame_id=UUID("22222222-2222-4222-8222-222222222222"),
        observer=OBSERVER,
        target=TARGET,
        mjd=57737.793844,
        exposure_time=90.0,
        match_radius=2.0,
        choice=BandChoice(survey="APASS", band="r"),
        comment="thin clouds",
    )
    return given.model_copy(update=changes)


def column(*numbers: float) -> bytes:
    return pack(np.array(numbers, dtype=float))


STARS = StarList(
    ra=column(295.0, 295.01),
    dec=column(30.13, 30.14),
    mag=column(-7.5, -6.25),
    mag_err=column(0.01, 0.02),
)
PAIRS = SurveyPairs(
    survey="APASS",
    star=column(0, 1),
    ra=column(295.0, 295.01),
    dec=column(30.13, 30.14),
    offset_east=0.1,
    offset_north=-0.2,
    bands=(
        PairedBand(
            band="r",
            system="AB",
            mag=column(14.5, 15.75),
            mag_err=column(0.03, float("nan")),
            floor=0.01,
            colour=("g", "r"),
        ),
    ),
)
ZERO_POINT = ZeroPoint(
    survey="APASS",
    band="r",
    system="AB",
    zero_point=22.0,
    zero_point_err=0.01,
    scatter=0.03,
    intrinsic_scatter=0.0,
    stars_used=29,
    outlier_fraction=0.03,
    colour_name="g-r",
    colour_term=0.02,
    colour_term_err=0.03,
    score=0.031,
)
MAGNITUDE = CalibratedMagnitude(
    mag=15.1565, mag_err=0.01, calib_err=0.05, total_err=0.02, depth=19.5
)
HINTS = ImageHints(
    width=1024, height=768, scale=0.9, gain=1.4, saturation=60000.0, radius=0.4
)
FORCED = ForcedMagnitude(
    x=511.5,
    y=383.25,
    mag=-6.75,
    mag_err=0.02,
    limit=-6.7,
    snr=54.0,
    chi2=1.1,
    asymmetry=0.9,
    radius=2.5,
    reach=1.3,
)
PLATE = PlateSolution(
    how="hinted",
    matched=47,
    rms=0.11,
    log_p=-96.5,
    spread=1.0,
    scale=0.9,
    up=33.0,
    parity=1,
    order=3,
    corners=(
        Corner(ra=295.2, dec=30.0),
        Corner(ra=294.9, dec=30.0),
        Corner(ra=294.9, dec=30.2),
        Corner(ra=295.2, dec=30.2),
    ),
    header_off=252.0,
)
QUALITY = ImageQuality(
    width=1024,
    height=768,
    stars=2,
    sources=3,
    hfd=3.5,
    elongation=1.1,
    sky=500.0,
    noise=19.5,
    noise_ratio=1.02,
    gain=1.4,
    gain_source="header",
    saturation=57000.0,
    left_out={"hot pixels and cosmic rays": 1},
    growth=((3.0, 0.8), (6.0, 1.0)),
    field=(Half(x=512.0, y=384.0, hfd=3.5, stars=2),),
)
RESIDUALS = StarResiduals(
    ra=column(295.0),
    dec=column(30.13),
    mag=column(-7.5),
    mag_err=column(0.01),
    reference_mag=column(14.5),
    reference_err=column(0.03),
    residual=column(0.0),
    used=column(1),
)
ALERT = Alert(
    id=26316,
    ivorn="ivo://Gaia16aye",
    ra=295.005,
    dec=30.1315,
    published=WHEN,
    url="https://example.org/Gaia16aye",
    created_by=OBSERVER,
    revision=1,
)


def solved(**changes: Any) -> CalibrationSolved:
    return CalibrationSolved(
        frame=frame(**changes),
        mode="FORCED",
        magnitude=MAGNITUDE,
        best=ZERO_POINT,
        ranking=(ZERO_POINT,),
        stars=RESIDUALS,
        offset_east=0.1,
        offset_north=-0.2,
        warnings=("3 stars are left out.",),
    )


def recorded(**changes: Any) -> ObservationRecorded:
    given = ObservationRecorded(
        stored=True,
        observation_id=61376,
        revision=1,
        frame=frame(),
        mode="FORCED",
        magnitude=MAGNITUDE,
        zero_point=ZERO_POINT,
        runner_up="REFCAT2/r",
        margin=0.004,
        recorded_at=WHEN,
    )
    return given.model_copy(update=changes)


def measured(**changes: Any) -> ImageMeasured:
    return ImageMeasured(
        frame=frame(**changes),
        stars=STARS.model_copy(
            update={
                "quality": column(0, 1),
                "x": column(100.5, 200.25),
                "y": column(300.0, 400.0),
            }
        ),
        forced=FORCED,
        plate=PLATE,
        quality=QUALITY,
        files=ImageFiles(preview="ab" * 32, star_list="cd" * 32),
        charted=SeenStars(x=column(100.0), y=column(300.0)),
        left=SeenStars(x=column(7.5), y=column(9.0), why=column(1)),
        warnings=("The image is not debayered: its green pixels were measured.",),
    )
