"""Observers, their hashtags and their uploads, for the operator.

``python -m services.gateway.admin list|rotate ID|revoke ID``, or ``recalibrate`` with
``--id N``, ``--target NAME``, ``--observer N``, ``--since MJD``, ``--until MJD``: the
stored uploads that fit are calibrated anew, with today's code and catalogues;
``--all`` takes every one.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence

from services.gateway.admin.recalibration import recalibrate_all
from services.gateway.domain.hashtags import new_hashtag
from services.gateway.settings import Settings
from services.gateway.store.hashtags import HashtagStore
from services.gateway.store.observers import ObserverStore
from shared.mongo import connect
from shared.settings import settings_of

__all__ = ["main", "operate"]

_WHICH = ("id", "target", "observer", "since", "until", "all")


async def operate(
    observers: ObserverStore, hashtags: HashtagStore, verb: str, number: int
) -> list[str]:
    """Carry out one command; return the lines to print.

    Parameters
    ----------
    observers, hashtags
        Where they are kept.
    verb
        ``list``, ``rotate`` or ``revoke``.
    number
        Whose hashtag is meant.
    """
    if verb == "list":
        return [f"{one.id:6} {one.name}" for one in await observers.all()]
    if await observers.find(number) is None:
        return [f"There is no observer {number}."]
    await hashtags.revoke(number)
    if verb == "revoke":
        return [f"Observer {number} has no hashtag any more."]
    fresh = new_hashtag()
    await hashtags.add(number, fresh)
    return [f"New hashtag of observer {number}: {fresh}"]


async def _main(order: argparse.Namespace) -> None:
    if order.verb == "recalibrate":
        async for line in recalibrate_all(order):
            print(line, flush=True)  # noqa: T201 - the command's answer
        return
    settings = settings_of(Settings)
    database = connect(settings, "gateway")
    observers = ObserverStore(database)
    hashtags = HashtagStore(database, settings.session_days)
    for line in await operate(observers, hashtags, order.verb, order.id):
        print(line)  # noqa: T201 - the command's answer


def main(words: Sequence[str]) -> None:
    """Run the operator's command."""
    parser = argparse.ArgumentParser(prog="gateway.admin", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list").set_defaults(id=0)
    for verb in ("rotate", "revoke"):
        verbs.add_parser(verb).add_argument("id", type=int, metavar="ID")
    _say_which(verbs.add_parser("recalibrate"))
    order = parser.parse_args(words)
    if order.verb == "recalibrate" and not any(map(vars(order).get, _WHICH)):
        parser.error("say which: --id, --target, --observer, --since, --until or --all")
    asyncio.run(_main(order))


def _say_which(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--id", type=int, help="one observation")
    parser.add_argument("--target", help="those of a target")
    parser.add_argument("--observer", type=int, help="those of an observer")
    parser.add_argument("--since", type=float, help="observed at or after this MJD")
    parser.add_argument("--until", type=float, help="observed before this MJD")
    parser.add_argument("--all", action="store_true", help="every observation")


if __name__ == "__main__":
    main(sys.argv[1:])
