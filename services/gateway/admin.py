"""Observers and their hashtags, for the operator.

``python -m services.gateway.admin list|rotate ID|revoke ID``
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence

from services.gateway.domain.hashtags import new_hashtag
from services.gateway.settings import Settings
from services.gateway.store.observers import ObserverStore
from shared.mongo import connect

__all__ = ["main", "operate"]


async def operate(observers: ObserverStore, verb: str, number: int) -> list[str]:
    """Carry out one command; return the lines to print.

    Parameters
    ----------
    observers
        Where they are kept.
    verb
        ``list``, ``rotate`` or ``revoke``.
    number
        Whose hashtag is meant.
    """
    if verb == "list":
        return [f"{one.id:6} {one.name}" for one in await observers.all()]
    fresh = new_hashtag() if verb == "rotate" else None
    if not await observers.set_hashtag(number, fresh):
        return [f"There is no observer {number}."]
    if fresh is None:
        return [f"Observer {number} has no hashtag any more."]
    return [f"New hashtag of observer {number}: {fresh}"]


async def _main(order: argparse.Namespace) -> list[str]:
    settings = Settings()
    database = connect(settings, "gateway")
    observers = ObserverStore(database, settings.session_days)
    return await operate(observers, order.verb, order.id)


def main(words: Sequence[str]) -> None:
    """Run the operator's command."""
    parser = argparse.ArgumentParser(prog="gateway.admin", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list").set_defaults(id=0)
    for verb in ("rotate", "revoke"):
        verbs.add_parser(verb).add_argument("id", type=int, metavar="ID")
    for line in asyncio.run(_main(parser.parse_args(words))):
        print(line)  # noqa: T201 - the command's answer


if __name__ == "__main__":
    main(sys.argv[1:])
