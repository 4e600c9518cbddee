"""Answers to those who asked, and what is kept to be shown."""

from collections.abc import Sequence

from services.gateway.store.colour_terms import LearnedTerms
from services.gateway.store.jobs import JobStore
from services.gateway.store.places import PlaceStore
from shared.contracts.alerts import RequestRefused
from shared.contracts.base import Event
from shared.contracts.calibrator import ColourTermLearned, ColourTermsForgotten
from shared.contracts.catalog import ConeServed, PlaceSurveyed

__all__ = [
    "on_colour_learned",
    "on_colours_forgotten",
    "on_cone_served",
    "on_place_surveyed",
    "on_request_refused",
]


async def on_request_refused(
    event: RequestRefused, *, jobs: JobStore
) -> Sequence[Event]:
    """Tell the person why nothing was done."""
    await jobs.refuse(
        event.request_id, event.message, event.hint, missing=event.missing
    )
    return []


async def on_place_surveyed(
    event: PlaceSurveyed, *, places: PlaceStore
) -> Sequence[Event]:
    """Keep which surveys have stars around a target."""
    await places.put(event)
    return []


async def on_cone_served(event: ConeServed, *, jobs: JobStore) -> Sequence[Event]:
    """Hand the reference stars to whoever asked."""
    await jobs.finish(event.request_id, event)
    return []


async def on_colour_learned(
    event: ColourTermLearned, *, terms: LearnedTerms
) -> Sequence[Event]:
    """Keep the colour term, for the observer to see."""
    await terms.put(event)
    return []


async def on_colours_forgotten(
    event: ColourTermsForgotten, *, terms: LearnedTerms, jobs: JobStore
) -> Sequence[Event]:
    """Show them no more, and answer whoever asked."""
    await terms.forget(event)
    await jobs.finish(event.request_id, event)
    return []
