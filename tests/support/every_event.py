"""One example of each event there is."""

from shared.contracts.alerts import (
    AlertCreated,
    AlertRevised,
    ObservationDeleted,
    ObservationTried,
    PacketDecided,
    PacketReceived,
    RequestRefused,
)
from shared.contracts.base import Event
from shared.contracts.calibrator import (
    CalibrationFailed,
    ColourTermLearned,
    ColourTermsForgotten,
    NetworkChanged,
)
from shared.contracts.catalog import (
    ConeBand,
    ConeServed,
    FieldMatched,
    FieldUnmatched,
    Place,
    PlaceCharted,
    PlaceSurveyed,
    SurveyCount,
    SurveysMatched,
)
from shared.contracts.gateway import (
    AlertRequested,
    ColourResetRequested,
    ConeRequested,
    DeletionRequested,
    FieldRequested,
    ImageSubmitted,
    MergerRequested,
    PacketSubmitted,
    PromotionRequested,
    RestorationRequested,
    RetractionRequested,
    UploadSubmitted,
)
from shared.contracts.imager import ImageFiles, ImageRejected, SeenStars
from shared.contracts.ingest import Cap, FieldLocated, UploadParsed, UploadRejected
from tests.support.builders import (
    ALERT,
    HINTS,
    OBSERVER,
    PAIRS,
    QUALITY,
    REQUEST,
    RESIDUALS,
    STARS,
    UPLOAD,
    WHEN,
    ZERO_POINT,
    column,
    frame,
    measured,
    recorded,
    solved,
)
from tests.support.curves import homogenised


def every_event() -> list[Event]:
    """One example of each event there is."""
    return [
        UploadSubmitted(frame=frame(), blob="ab" * 32, file_name="image.cat"),
        ImageSubmitted(
            frame=frame(), blob="ab" * 32, file_name="image.fits", hints=HINTS
        ),
        PlaceCharted(
            frame=frame(),
            blob="ab" * 32,
            hints=HINTS,
            target=Place(ra=295.005, dec=30.1315),
            survey="GAIA",
            star_ra=column(295.0, 295.01),
            star_dec=column(30.13, 30.14),
            star_mag=column(14.5, 15.75),
            lacking=("PS1",),
        ),
        measured(),
        ImageRejected(
            frame=frame(),
            message="Only 4 stars were found: a plate solution needs 6.",
            hint="Is it in focus, is it reduced?",
            stage="plate",
            quality=QUALITY,
            files=ImageFiles(preview="ab" * 32),
            seen=SeenStars(x=column(100.5), y=column(300.0), quality=column(0)),
        ),
        ObservationTried(**vars(recorded(stored=False, observation_id=None))),
        FieldRequested(request_id=REQUEST, blob="ab" * 32),
        FieldLocated(request_id=REQUEST, cap=Cap(ra=120.0, dec=20.0, radius=0.3)),
        AlertRequested(
            request_id=REQUEST,
            ivorn="ivo://Gaia16aye",
            ra=295.005,
            dec=30.1315,
            url="https://example.org/Gaia16aye",
            observer=OBSERVER,
        ),
        DeletionRequested(request_id=REQUEST, observation_id=61376, observer=OBSERVER),
        RestorationRequested(
            request_id=REQUEST, observation_id=61376, observer=OBSERVER
        ),
        RetractionRequested(
            request_id=REQUEST,
            alert_id=26316,
            reason="an artefact",
            observer=OBSERVER,
        ),
        MergerRequested(
            request_id=REQUEST, alert_id=26316, into=26315, observer=OBSERVER
        ),
        PromotionRequested(request_id=REQUEST, packet="ab" * 32, observer=OBSERVER),
        PacketSubmitted(request_id=REQUEST, blob="ab" * 32, observer=OBSERVER),
        ConeRequested(
            request_id=REQUEST, survey="APASS", ra=295.0, dec=30.1, radius=0.25
        ),
        UploadParsed(
            frame=frame(),
            stars=STARS,
            rows_dropped=3,
            warnings=("Positions are taken from X_WORLD and Y_WORLD.",),
        ),
        UploadRejected(frame=frame(), message="The file is empty.", hint="Look at it"),
        FieldMatched(frame=frame(), stars=STARS, surveys=(PAIRS,)),
        SurveysMatched(
            upload_id=UPLOAD, surveys=(SurveyCount(survey="APASS", stars=412),)
        ),
        PlaceSurveyed(
            alert_id=26316,
            radius=0.25,
            surveys=(SurveyCount(survey="APASS", stars=412),),
            lacking=("GaiaDR3",),
        ),
        FieldUnmatched(frame=frame(), message="Failed to match catalogues to data."),
        ConeServed(
            request_id=REQUEST,
            survey="APASS",
            ra=295.0,
            dec=30.1,
            radius=0.25,
            star_ra=column(295.0),
            star_dec=column(30.13),
            bands=(ConeBand(band="V", mag=column(15.5), mag_err=column(0.05)),),
            truncated=False,
        ),
        solved(),
        ColourTermLearned(
            observer_id=2,
            survey="APASS",
            band="r",
            colour_name="g-r",
            colour_term=0.05,
            sigma=0.03,
            frames=12,
        ),
        ColourTermsForgotten(request_id=REQUEST, observer_id=2, survey="APASS"),
        ColourResetRequested(request_id=REQUEST, observer=OBSERVER, survey="APASS"),
        NetworkChanged(alert_id=26316, observation_id=61376, revision=1),
        homogenised(),
        CalibrationFailed(
            frame=frame(),
            message="Calibration not possible: 3 stars, 5 are needed.",
            hint="Check the astrometry",
            ranking=(ZERO_POINT,),
            stars=RESIDUALS,
        ),
        AlertCreated(alert=ALERT, request_id=REQUEST),
        AlertRevised(alert=ALERT.model_copy(update={"revision": 2})),
        recorded(),
        ObservationDeleted(
            observation_id=61376, alert_id=26316, revision=2, request_id=REQUEST
        ),
        PacketReceived(packet="ab" * 32),
        PacketDecided(
            packet="ab" * 32,
            number=7,
            revision=1,
            ivorn="ivo://gaia.cam.uk/alerts#Gaia16aye",
            source="VTP 127.0.0.1:8099",
            received=WHEN,
            stream="Gaia",
            role="observation",
            kind="target",
            reason="A new object of Gaia.",
            rules="0123456789ab",
            alert_id=26316,
            ra=295.005,
            dec=30.1315,
            position_err=0.07,
            content="PFZPRXZlbnQvPg==",
        ),
        RequestRefused(request_id=REQUEST, message="There is no observation 7."),
    ]
