"""Learned colour terms, for the operator.

``python -m services.calibrator.admin show OBSERVER`` lists what was learned from an
observer's frames; ``forget OBSERVER [--survey S] [--band B]`` forgets it.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from uuid import uuid4

from services.calibrator.domain.learning import learned_prior
from services.calibrator.settings import Settings
from services.calibrator.store import ColourTermStore
from shared.contracts.calibrator import ColourTermsForgotten
from shared.messaging.rabbit import speaking
from shared.messaging.transport import Envelope
from shared.mongo import connect
from shared.settings import settings_of

__all__ = ["main", "show"]


async def show(store: ColourTermStore, observer: int) -> list[str]:
    """Return a line for each band of which a colour term was learned."""
    learned = await store.learned(observer)
    lines = []
    for (survey, band), frames in sorted(learned.items()):
        prior = learned_prior(frames)
        term = f"{prior.mean:+.3f} ± {prior.sigma:.3f}"
        lines.append(f"{survey}/{band}: {term} from {len(frames)} frames")
    return lines or [f"Nothing was learned from frames of observer {observer}."]


async def _forget(
    settings: Settings, store: ColourTermStore, order: argparse.Namespace
) -> list[str]:
    await store.forget(order.observer, order.survey, order.band)
    event = ColourTermsForgotten(
        request_id=uuid4(),
        observer_id=order.observer,
        survey=order.survey,
        band=order.band,
    )
    async with speaking(settings) as transport:
        await transport.publish(Envelope.of(event, id=event.request_id))
    return [f"Forgotten. The next frame of observer {order.observer} starts anew."]


async def _main(order: argparse.Namespace) -> list[str]:
    settings = settings_of(Settings)
    store = ColourTermStore(connect(settings, "calibrator"))
    if order.verb == "show":
        return await show(store, order.observer)
    return await _forget(settings, store, order)


def main(words: Sequence[str]) -> None:
    """Run the operator's command."""
    parser = argparse.ArgumentParser(prog="calibrator.admin", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("show").add_argument("observer", type=int, metavar="OBSERVER")
    forget = verbs.add_parser("forget")
    forget.add_argument("observer", type=int, metavar="OBSERVER")
    forget.add_argument("--survey")
    forget.add_argument("--band")
    for line in asyncio.run(_main(parser.parse_args(words))):
        print(line)  # noqa: T201 - the command's answer


if __name__ == "__main__":
    main(sys.argv[1:])
