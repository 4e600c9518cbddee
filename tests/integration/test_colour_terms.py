"""Learned colour terms in a real document store."""

import asyncio
from uuid import uuid4

import numpy as np
import pytest

from services.calibrator.admin import learned_lines
from services.calibrator.domain.learning import Learned
from services.calibrator.domain.model import FitLimits
from services.calibrator.handlers.fields import (
    on_colour_reset_requested,
    on_field_matched,
)
from services.calibrator.store.terms import ColourTermStore
from services.gateway.store.colour_terms import LearnedTerms
from shared.columns import pack
from shared.contracts.calibrator import (
    CalibrationSolved,
    ColourTermLearned,
    ColourTermsForgotten,
)
from shared.contracts.catalog import FieldMatched, PairedBand, SurveyPairs
from shared.contracts.gateway import ColourResetRequested
from shared.contracts.ingest import StarList
from shared.contracts.values import Target
from shared.mongo import Database
from tests.support.builders import OBSERVER, REQUEST, frame
from tests.support.caused import all_of
from tests.support.pipeline import RememberedNights, RememberedStars
from tests.unit.calibrator.test_colour import TERM, tinted

LIMITS = FitLimits()
APASS_R = "APASS", "r"


@pytest.fixture
async def terms(database: Database) -> ColourTermStore:
    store = ColourTermStore(database)
    await store.prepare()
    return store


def image(seed: int, **changes: object) -> FieldMatched:
    """A frame of 60 stars whose filter has the colour term of `TERM`."""
    one = tinted(np.random.default_rng(seed), 60)
    (band,) = one.bands
    assert band.colour is not None
    stars = StarList(
        ra=pack(one.ra),
        dec=pack(one.dec),
        mag=pack(one.mag),
        mag_err=pack(one.mag_err),
    )
    error = pack(band.mag_err)
    bands = (
        PairedBand(
            band="r",
            system="AB",
            mag=pack(band.mag),
            mag_err=error,
            floor=0.0,
            colour=("g", "r"),
        ),
        PairedBand(
            band="g",
            system="AB",
            mag=pack(band.mag + band.colour),
            mag_err=error,
            floor=0.0,
        ),
    )
    pairs = SurveyPairs(
        survey="APASS",
        star=pack(band.star),
        ra=pack(one.ra),
        dec=pack(one.dec),
        offset_east=0.0,
        offset_north=0.0,
        bands=bands,
    )
    target = Target(alert_id=1, ivorn="ivo://x", ra=one.target_ra, dec=one.target_dec)
    given = {"frame_id": uuid4(), "upload_id": uuid4(), "target": target, **changes}
    return FieldMatched(frame=frame(**given), stars=stars, surveys=(pairs,))


async def calibrate(
    event: FieldMatched, terms: ColourTermStore
) -> tuple[CalibrationSolved, ColourTermLearned | None]:
    nights = RememberedNights()
    caused = await on_field_matched(
        event,
        limits=LIMITS,
        terms=terms,
        nights=nights,
        measured=RememberedStars(),
    )
    said = await all_of(caused)
    solved, learned = said[0], said[1] if len(said) > 1 else None
    assert isinstance(solved, CalibrationSolved)
    assert learned is None or isinstance(learned, ColourTermLearned)
    return solved, learned


async def test_a_frame_is_the_prior_of_the_next(terms: ColourTermStore) -> None:
    first, learned = await calibrate(image(1), terms)
    assert first.best.colour_prior_err == 0.1
    assert learned is not None
    assert learned.frames == 1
    second, _ = await calibrate(image(2), terms)
    assert second.best.colour_prior == learned.colour_term
    assert second.best.colour_prior_err == learned.sigma < 0.1
    assert second.best.colour_term == pytest.approx(TERM, abs=0.04)


async def test_a_frame_counts_once_and_never_for_itself(
    terms: ColourTermStore,
) -> None:
    event = image(3)
    answers = [await calibrate(event, terms) for _ in range(3)]
    assert [solved.best for solved, _ in answers] == [answers[0][0].best] * 3
    assert {learned.frames for _, learned in answers if learned} == {1}


async def test_a_dry_run_teaches_nothing(terms: ColourTermStore) -> None:
    _, learned = await calibrate(image(4, dry_run=True), terms)
    assert learned is None
    assert await terms.learned(OBSERVER.id) == {}


async def test_many_at_once_lose_nothing_and_the_oldest_go_first(
    terms: ColourTermStore,
) -> None:
    said = Learned(0.05, 0.001)
    await terms.learn(OBSERVER.id, APASS_R, uuid4(), Learned(0.9, 0.001))
    frames = [uuid4() for _ in range(50)]
    await asyncio.gather(
        *(terms.learn(OBSERVER.id, APASS_R, one, said) for one in frames * 2)
    )
    assert (await terms.learned(OBSERVER.id))[APASS_R] == [said] * 50


async def test_an_observer_resets_only_their_own(terms: ColourTermStore) -> None:
    for owner in (OBSERVER.id, OBSERVER.id + 1):
        for band in (APASS_R, ("APASS", "g")):
            await terms.learn(owner, band, uuid4(), Learned(0.05, 0.001))
    request = ColourResetRequested(request_id=REQUEST, observer=OBSERVER, band="r")
    (said,) = await on_colour_reset_requested(request, terms=terms)
    assert isinstance(said, ColourTermsForgotten)
    assert set(await terms.learned(OBSERVER.id)) == {("APASS", "g")}
    assert len(await terms.learned(OBSERVER.id + 1)) == 2


async def test_the_operator_sees_what_was_learned(terms: ColourTermStore) -> None:
    assert "Nothing was learned" in (await learned_lines(terms, 7))[0]
    for _ in range(4):
        await terms.learn(7, APASS_R, uuid4(), Learned(0.12, 0.0004))
    (line,) = await learned_lines(terms, 7)
    assert line.startswith("APASS/r: +0.1")
    assert line.endswith("from 4 frames")


async def test_the_gateway_shows_the_latest_and_forgets(database: Database) -> None:
    colours = LearnedTerms(database)
    await colours.prepare()
    one = ColourTermLearned(
        observer_id=2,
        survey="APASS",
        band="r",
        colour_name="g-r",
        colour_term=0.1,
        sigma=0.03,
        frames=5,
    )
    for frames in (5, 4, 6):
        await colours.put(one.model_copy(update={"frames": frames}))
    assert [each.frames for each in await colours.of(2)] == [6]
    gone = ColourTermsForgotten(request_id=REQUEST, observer_id=2, survey="SDSS")
    await colours.forget(gone)
    assert len(await colours.of(2)) == 1
    await colours.forget(gone.model_copy(update={"survey": "APASS"}))
    assert await colours.of(2) == []
