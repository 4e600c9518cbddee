"""An upload through ingest, catalog and calibrator, without a broker."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

from typing_extensions import override

from services.calibrator.domain.learning import Learned
from services.calibrator.domain.model import FitLimits
from services.calibrator.handlers.fields import on_field_matched
from services.calibrator.store.measured import FrameStars, MeasuredStore
from services.calibrator.store.nights import NightStore
from services.calibrator.store.terms import Band, ColourTermStore
from services.catalog.handlers.fields import on_stars_listed
from services.catalog.store.definitions import read_definitions
from services.catalog.store.tables import SurveyTables
from services.ingest.handlers import on_upload_submitted
from services.ingest.work import read
from shared.contracts.base import Event
from shared.contracts.catalog import FieldMatched
from shared.contracts.gateway import UploadSubmitted
from shared.contracts.ingest import UploadParsed
from shared.contracts.values import BandChoice, Frame, Observer, Target
from tests.support.builders import frame
from tests.support.caused import all_of
from tests.support.cones import cones_of

__all__ = ["Pipeline", "RememberedNights", "RememberedStars"]

_NIGHT = 0.5


async def _read_here(content: bytes) -> bytes:
    return read(content)


class RememberedTerms(ColourTermStore):
    """Colour terms in memory, for services without a document store."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, Band], dict[UUID, Learned]] = {}

    @override
    async def learned(
        self, observer_id: int, without: UUID | None = None
    ) -> dict[Band, list[Learned]]:
        return {
            band: [said for frame, said in frames.items() if frame != without]
            for (owner, band), frames in self._kept.items()
            if owner == observer_id
        }

    @override
    async def learn(
        self, observer_id: int, band: Band, frame_id: UUID, said: Learned
    ) -> None:
        self._kept.setdefault((observer_id, band), {}).setdefault(frame_id, said)


class RememberedNights(NightStore):
    """Nights in memory."""

    def __init__(self) -> None:
        self._kept: dict[UUID, tuple[Frame, Mapping[str, float]]] = {}

    @override
    async def others(self, frame: Frame) -> list[Mapping[str, float]]:
        return [
            evidence
            for number, (one, evidence) in self._kept.items()
            if number != frame.frame_id
            and (one.observer.id, one.target, one.filter)
            == (frame.observer.id, frame.target, frame.filter)
            and abs(one.mjd - frame.mjd) < _NIGHT
        ]

    @override
    async def learn(self, frame: Frame, evidence: Mapping[str, float]) -> None:
        self._kept[frame.frame_id] = frame, evidence


class RememberedStars(MeasuredStore):
    """Stars of frames in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], FrameStars] = {}

    @override
    async def put(self, found: Sequence[FrameStars]) -> None:
        self.kept |= {(str(one.upload), one.survey): one for one in found}


class Pipeline:
    """The three services that hold the science, with survey tables in a folder."""

    def __init__(self, folder: Path) -> None:
        self._definitions = read_definitions()
        self.tables = SurveyTables(folder)
        self.cones = cones_of(folder, self._definitions)
        self.terms, self.nights = RememberedTerms(), RememberedNights()
        self.measured = RememberedStars()

    async def upload(
        self,
        content: bytes,
        ra: float,
        dec: float,
        radius: float = 2.0,
        choice: BandChoice | None = None,
        *,
        mjd: float | None = None,
    ) -> Event:
        """Return the event that ends an upload's way through the science."""

        async def fetch(_: str) -> bytes:
            return content

        asked = frame(
            upload_id=uuid4(),
            frame_id=uuid5(NAMESPACE_OID, content.decode("latin-1")),
            observer=Observer(id=1, name="x"),
            target=Target(alert_id=1, ivorn="ivo://x", ra=ra, dec=dec),
            match_radius=radius,
            choice=choice or BandChoice(),
            **({} if mjd is None else {"mjd": mjd}),
        )
        submitted = UploadSubmitted(frame=asked, blob="0" * 64, file_name="x")
        (said,) = await on_upload_submitted(submitted, fetch=fetch, read=_read_here)
        if isinstance(said, UploadParsed):
            matched = await on_stars_listed(
                said, around=self.cones.around, surveys=self._definitions
            )
            said = (await all_of(matched))[0]
        if isinstance(said, FieldMatched):
            solved = await on_field_matched(
                said,
                limits=FitLimits(),
                terms=self.terms,
                nights=self.nights,
                measured=self.measured,
            )
            said = (await all_of(solved))[0]
        return said
