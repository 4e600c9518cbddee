"""Messages that nobody could handle: list, show, replay or drop them."""

from typing import Annotated
from uuid import UUID

import typer

from shared.messaging.rabbit import speaking
from shared.messaging.rabbit_connection import broker_fault
from shared.messaging.transport import DeadLetter, Transport
from shared.messaging.wire import told
from shared.operating import carry_out, operate_by, operator_app
from shared.settings import ServiceSettings, settings_of

__all__ = ["commands", "operate"]

commands = operator_app(__doc__)


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


async def _operated(settings: ServiceSettings, verb: str, which: str) -> None:
    async with speaking(settings) as transport:
        for line in await operate(transport, verb, which):
            typer.echo(line)


def _do(verb: str, which: str) -> None:
    settings = settings_of(ServiceSettings)
    carry_out(settings, _operated(settings, verb, which), broker_fault)


def _id(text: str) -> str:
    return text if text == "all" else str(UUID(text))


Which = Annotated[str, typer.Argument(parser=_id, metavar="ID", help="or 'all'")]


@commands.command("list")
def list_letters() -> None:
    """List them, oldest first."""
    _do("list", "all")


@commands.command()
def show(which: Which) -> None:
    """Print one whole, with why nobody could handle it."""
    _do("show", which)


@commands.command()
def replay(which: Which) -> None:
    """Put them back where they died, to be handled again."""
    _do("replay", which)


@commands.command()
def drop(which: Which) -> None:
    """Forget them: what they asked for is not done."""
    _do("drop", which)


if __name__ == "__main__":
    operate_by(commands)
