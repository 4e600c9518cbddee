"""The compute part of an upload, timed stage by stage in one process."""

import hashlib
import time
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

from astropy.table import Table

from services.calibrator.domain.model import BandChoice, FitLimits
from services.calibrator.domain.solve import solve
from services.calibrator.report import field_of
from services.catalog.domain.detections import Detections, cone_of
from services.catalog.domain.field import match_field
from services.catalog.domain.survey import Survey
from services.catalog.handlers.fields import matched
from services.catalog.loading.star_file import batches_of
from services.catalog.store.definitions import read_definitions
from services.catalog.store.tables import SurveyTables
from services.ingest.domain.read import read_catalogue
from services.ingest.handlers import parsed
from shared.contracts.catalog import FieldMatched
from shared.contracts.gateway import UploadSubmitted
from shared.contracts.values import Frame, Observer, Target
from shared.messaging.wire import decoded, encoded
from tests.support.cones import cones_of

__all__ = ["Stages"]

_NOBODY = UUID(int=0)
_EPOCH = 2020.0


class Stages:
    """Ingest, catalog and calibrator over some survey tables."""

    def __init__(self, folder: Path, surveys: Mapping[str, Table]) -> None:
        self._definitions = read_definitions()
        self._tables = SurveyTables(folder)
        self._cones = cones_of(folder, self._definitions)
        for name, table in surveys.items():
            path = folder / f"{name}.fits"
            table.write(path, overwrite=True)
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            self._tables.load(name, batches_of(path, Survey(name)), digest)

    def run(self, content: bytes, target: tuple[float, float]) -> dict[str, float]:
        """Calibrate an uploaded file; return the time of each stage [ms]."""
        clock = _Clock()
        reading = read_catalogue(content)
        clock.stop("parse")
        stars = reading.stars
        event = parsed(_submitted(target), reading)
        clock.stop("encode")
        field = Detections(stars.ra, stars.dec, stars.mag, *target, _EPOCH)
        sky = self._cones.around(cone_of(field), _EPOCH)
        clock.stop("cone")
        found = match_field(field, sky.stars, 2.0)
        clock.stop("match")
        wire = encoded(matched(event, found, self._definitions))
        heard = decoded(FieldMatched, wire)
        clock.stop("wire")
        solve(field_of(heard), BandChoice(), FitLimits())
        clock.stop("fit")
        return clock.laps


class _Clock:
    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._start = time.perf_counter()

    def stop(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = (now - self._start) * 1e3
        self._start = now


def _submitted(target: tuple[float, float]) -> UploadSubmitted:
    ra, dec = target
    frame = Frame(
        upload_id=_NOBODY,
        frame_id=_NOBODY,
        observer=Observer(id=1, name="bench"),
        target=Target(alert_id=1, ivorn="ivo://bench", ra=ra, dec=dec),
        mjd=57000.0,
        exposure_time=60.0,
        match_radius=2.0,
    )
    return UploadSubmitted(frame=frame, blob="0" * 64, file_name="bench.cat")
