"""Colour terms that were learned from observers' frames: show or forget them."""

from typing import Annotated
from uuid import uuid4

import typer

from services.calibrator.domain.learning import learned_prior
from services.calibrator.settings import Settings
from services.calibrator.store.terms import ColourTermStore
from shared.contracts.calibrator import ColourTermsForgotten
from shared.messaging.rabbit import speaking
from shared.messaging.rabbit_connection import broker_fault
from shared.messaging.transport import Envelope
from shared.mongo import connect, store_fault
from shared.operating import carry_out, operate_by, operator_app
from shared.settings import settings_of

__all__ = ["commands", "learned_lines"]

commands = operator_app(__doc__)
Observer = Annotated[int, typer.Argument(metavar="OBSERVER")]


async def learned_lines(store: ColourTermStore, observer: int) -> list[str]:
    """Return a line for each band of which a colour term was learned."""
    learned = await store.learned(observer)
    lines = []
    for (survey, band), frames in sorted(learned.items()):
        prior = learned_prior(frames)
        term = f"{prior.mean:+.3f} ± {prior.sigma:.3f}"
        lines.append(f"{survey}/{band}: {term} from {len(frames)} frames")
    return lines or [f"Nothing was learned from frames of observer {observer}."]


async def _shown(settings: Settings, observer: int) -> None:
    store = ColourTermStore(connect(settings, "calibrator"))
    for line in await learned_lines(store, observer):
        typer.echo(line)


async def _forgotten(
    settings: Settings, observer: int, survey: str | None, band: str | None
) -> None:
    await ColourTermStore(connect(settings, "calibrator")).forget(
        observer, survey, band
    )
    event = ColourTermsForgotten(
        request_id=uuid4(), observer_id=observer, survey=survey, band=band
    )
    async with speaking(settings) as transport:
        await transport.publish(Envelope.of(event, id=event.request_id))
    typer.echo(f"Forgotten. The next frame of observer {observer} starts anew.")


@commands.command()
def show(observer: Observer) -> None:
    """List what was learned from an observer's frames."""
    settings = settings_of(Settings)
    carry_out(settings, _shown(settings, observer), store_fault)


@commands.command()
def forget(
    observer: Observer, survey: str | None = None, band: str | None = None
) -> None:
    """Forget it: all of it, or that of a survey or band."""
    settings = settings_of(Settings)
    work = _forgotten(settings, observer, survey, band)
    carry_out(settings, work, store_fault, broker_fault)


if __name__ == "__main__":
    operate_by(commands)
