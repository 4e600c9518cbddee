"""Targets and observations, for the operator.

``python -m services.alerts.admin announce`` says every target and observation again,
so that a lost view can be rebuilt (the same state always under the same message id);
``restore ID`` puts a deleted observation back.
"""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from uuid import NAMESPACE_URL, uuid4, uuid5

from services.alerts.settings import Settings
from services.alerts.store import AlertStore
from shared.contracts.alerts import AlertCreated
from shared.contracts.base import Event
from shared.messaging.rabbit import RabbitTransport
from shared.messaging.transport import Envelope
from shared.mongo import connect

__all__ = ["announcements", "main"]


async def announcements(store: AlertStore) -> AsyncIterator[Event]:
    """Yield an event for the present state of every target and observation."""
    async for alert in store.alerts():
        yield AlertCreated(alert=alert)
    async for point in store.observations():
        yield point


async def _restored(store: AlertStore, number: int) -> AsyncIterator[Event]:
    point = await store.restore(number, uuid4())
    if point is not None:
        yield point


async def _say(settings: Settings, events: AsyncIterator[Event]) -> int:
    transport = await RabbitTransport.connect(settings)
    count = 0
    try:
        async for event in events:
            name = f"cpcs:{event.key}:{event.model_dump_json()}"
            await transport.publish(Envelope.of(event, id=uuid5(NAMESPACE_URL, name)))
            count += 1
    finally:
        await transport.close()
    return count


def main(words: Sequence[str]) -> None:
    """Run the operator's command."""
    parser = argparse.ArgumentParser(prog="alerts.admin", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("announce")
    verbs.add_parser("restore").add_argument("id", type=int, metavar="ID")
    order = parser.parse_args(words)
    settings = Settings()
    store = AlertStore(connect(settings, "alerts"))
    events = (
        announcements(store) if order.verb == "announce" else _restored(store, order.id)
    )
    print(f"{asyncio.run(_say(settings, events))} events said")  # noqa: T201 - answer


if __name__ == "__main__":
    main(sys.argv[1:])
