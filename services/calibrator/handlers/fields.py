"""What the calibrator does with the events it hears."""

import asyncio
from collections.abc import Mapping, Sequence

from services.calibrator.domain import model, outcome
from services.calibrator.domain.hints import Hints, evidence_of
from services.calibrator.domain.learning import (
    Learned,
    learned_prior,
    what_a_frame_says,
)
from services.calibrator.domain.solve import solve
from services.calibrator.measured import stars_of_frame
from services.calibrator.report import failed, field_of, solved
from services.calibrator.store.measured import MeasuredStore
from services.calibrator.store.nights import NightStore
from services.calibrator.store.terms import Band, ColourTermStore
from shared.contracts.base import Event
from shared.contracts.calibrator import ColourTermLearned, ColourTermsForgotten
from shared.contracts.catalog import FieldMatched
from shared.contracts.gateway import ColourResetRequested
from shared.contracts.values import Frame
from shared.messaging.service import Caused, First

__all__ = ["on_colour_reset_requested", "on_field_matched"]


async def on_field_matched(
    event: FieldMatched,
    *,
    limits: model.FitLimits,
    terms: ColourTermStore,
    nights: NightStore,
    measured: MeasuredStore,
) -> Caused:
    """Calibrate the target of a matched field, or say why that is impossible.

    Its stars are kept before its point can be recorded, since networks look for them
    then; what later frames learn of it is kept once the observer's answer is under way.
    """
    choice = event.frame.choice
    forced = model.BandChoice(choice.survey, choice.band)
    learned, hints, field = await asyncio.gather(
        terms.learned(event.frame.observer.id, event.frame.frame_id),
        _hints(event.frame, nights),
        asyncio.to_thread(field_of, event),
    )

    def prior(survey: str, band: str) -> model.Prior:
        return learned_prior(learned.get((survey, band), ()))

    try:
        solution = await asyncio.to_thread(solve, field, forced, limits, prior, hints)
    except outcome.CalibrationImpossibleError as fault:
        return [failed(event, field, fault)]
    if event.frame.dry_run:
        return [solved(event, field, solution, forced, hints)]
    _, done = await asyncio.gather(
        measured.put(stars_of_frame(event, field, solution)),
        asyncio.to_thread(solved, event, field, solution, forced, hints),
    )

    async def then() -> Sequence[Event]:
        if forced.is_automatic:
            await nights.learn(event.frame, evidence_of(solution.ranking))
        return await _colour_term(event.frame, solution.best, learned, terms)

    return First([done], then)


async def _colour_term(
    frame: Frame,
    fit: outcome.ZeroPoint,
    learned: Mapping[Band, Sequence[Learned]],
    terms: ColourTermStore,
) -> Sequence[Event]:
    """Keep what a frame says of its colour term, if it does; tell what all say."""
    said = what_a_frame_says(fit)
    if said is None:
        return []
    band = fit.matches.survey, fit.matches.band
    await terms.learn(frame.observer.id, band, frame.frame_id, said)
    return [_learned(frame, fit, [*learned.get(band, ()), said])]


async def _hints(frame: Frame, nights: NightStore) -> Hints:
    """Return what is known of a frame's filter apart from its own stars."""
    others = await nights.others(frame)
    return Hints(frame.filter, frame.observer.filters, others)


def _learned(
    frame: Frame, fit: outcome.ZeroPoint, frames: Sequence[Learned]
) -> ColourTermLearned:
    """Return what the observer's frames say, this one included."""
    prior = learned_prior(frames)
    return ColourTermLearned(
        observer_id=frame.observer.id,
        survey=fit.matches.survey,
        band=fit.matches.band,
        colour_name=fit.matches.colour_name,
        colour_term=prior.mean,
        sigma=prior.sigma,
        frames=len(frames),
    )


async def on_colour_reset_requested(
    event: ColourResetRequested, *, terms: ColourTermStore
) -> Sequence[Event]:
    """Forget what was learned from an observer's frames, as they ask."""
    await terms.forget(event.observer.id, event.survey, event.band)
    return [
        ColourTermsForgotten(
            request_id=event.request_id,
            observer_id=event.observer.id,
            survey=event.survey,
            band=event.band,
        )
    ]
