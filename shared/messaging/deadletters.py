"""Dead letters, for the operator: list, show, replay or drop them.

``python -m shared.messaging.deadletters list|show ID|replay ID|drop ID``
(``all`` in place of an ID replays or drops every one).
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from uuid import UUID

from shared.messaging.rabbit import speaking
from shared.messaging.transport import DeadLetter, Transport
from shared.messaging.wire import told
from shared.settings import ServiceSettings, settings_of

__all__ = ["main", "operate"]


async def operate(transport: Transport, verb: str, which: str) -> list[str]:
    """Carry out one command; return the lines to print.

    Parameters
    ----------
    transport
        The broker whose dead letters are meant.
    verb
        ``list``, ``show``, ``replay`` or ``drop``.
    which
        A message id, or ``all``.
    """
    letters = await transport.dead_letters()
    chosen = [one for one in letters if which in {"all", str(one.envelope.id)}]
    if verb == "list":
        return [_line(letter) for letter in letters] or ["no dead letters"]
    if verb == "show":
        return [_whole(letter) for letter in chosen] or [f"no dead letter {which}"]
    act = transport.replay if verb == "replay" else transport.drop
    ids = {letter.envelope.id: letter for letter in chosen}
    count = sum([await act(one) for one in ids])
    return [f"{count} dead letters: {verb} done"]


def _line(letter: DeadLetter) -> str:
    when = letter.envelope.timestamp.isoformat(timespec="seconds")
    reason = letter.reason.splitlines()[0]
    return f"{letter.envelope.id}  {when}  {letter.queue}  {reason}"


def _whole(letter: DeadLetter) -> str:
    return f"{_line(letter)}\n{letter.reason}\n{told(letter.envelope.body)}"


async def _main(arguments: argparse.Namespace) -> list[str]:
    async with speaking(settings_of(ServiceSettings)) as transport:
        return await operate(transport, arguments.verb, arguments.which)


def _id(text: str) -> str:
    return text if text == "all" else str(UUID(text))


def main(words: Sequence[str]) -> None:
    """Run the operator's command."""
    parser = argparse.ArgumentParser(prog="deadletters", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list").set_defaults(which="all")
    for verb in ("show", "replay", "drop"):
        verbs.add_parser(verb).add_argument("which", type=_id, metavar="ID")
    for line in asyncio.run(_main(parser.parse_args(words))):
        print(line)  # noqa: T201 - the command's answer


if __name__ == "__main__":
    main(sys.argv[1:])
