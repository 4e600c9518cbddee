"""Everything that an operator does; it finds the server that 'make up' started.

Another server is said by CPCS_AMQP_URL, CPCS_MONGO_URL and CPCS_DATA_DIR. Exit codes: 0
done, 1 refused or something is wrong, 2 not understood, 3 out of reach.
"""

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from operate.backup import Counts, back_up, bring_back, holds_something
from operate.broker import busy, emptied, with_queues
from operate.doctor import examined
from operate.place import find_server
from services.alerts.admin import __main__ as alerts
from services.calibrator import admin as calibrator
from services.catalog import admin as catalog
from services.gateway.admin import __main__ as gateway
from shared.messaging import deadletters
from shared.messaging.rabbit_connection import broker_fault, connected
from shared.messaging.rabbit_mending import InUseError, mended
from shared.mongo import store_fault
from shared.operating import REFUSED, OperatorError, carry_out, operate_by, operator_app
from shared.settings import ServiceSettings, settings_of

__all__ = ["commands"]

commands = operator_app(__doc__)
_HERE = Path(__file__).parent.parent

observers = operator_app("Observers and their hashtags.")
observers.command("list")(gateway.list_observers)
observers.command("rotate")(gateway.rotate)
observers.command("revoke")(gateway.revoke)
points = operator_app("Calibrated points: say them again, or put a deleted one back.")
points.command("announce")(alerts.announce)
points.command("restore")(alerts.restore)
packets = operator_app("Packets of alert streams, and the rules that decide on them.")
packets.command("import")(alerts.import_archive)
packets.command("decide-again")(alerts.replay_rules)
subscribers = operator_app("Accounts of the broker that may read points alone.")

commands.add_typer(catalog.commands, name="surveys")
commands.add_typer(observers, name="observers")
commands.command("recalibrate")(gateway.recalibrate)
commands.add_typer(points, name="points")
commands.add_typer(packets, name="packets")
commands.add_typer(calibrator.commands, name="colours")
commands.add_typer(deadletters.commands, name="letters")
commands.add_typer(subscribers, name="subscribers")

BackupFile = Annotated[Path, typer.Argument(metavar="FILE")]


@commands.command()
def doctor(
    mend: Annotated[
        bool, typer.Option("--mend", help="make queues of another version anew")
    ] = False,
) -> None:
    """Look whether all is as it should be; say what to do where it is not."""
    settings = settings_of(ServiceSettings)
    if mend:
        carry_out(settings, _mended(settings), broker_fault)
    elif asyncio.run(_examined(settings)):
        raise typer.Exit(REFUSED)


async def _examined(settings: ServiceSettings) -> bool:
    wrong = False
    async for finding in examined(settings):
        typer.echo(f"{finding.grade:4}  {finding.told}")
        wrong |= finding.grade == "bad"
    return wrong


async def _mended(settings: ServiceSettings) -> None:
    async with connected(settings.amqp_url) as connection:
        try:
            done = await mended(connection, settings.retry_delays)
        except InUseError as fault:
            raise OperatorError(
                f"Stop the services first: {fault} is in use."
            ) from fault
    for name, messages in done.items():
        typer.echo(f"{name} is made anew, with {messages} messages")
    typer.echo(f"{len(done)} queues were of another version")


@commands.command()
def backup(file: BackupFile) -> None:
    """Write everything that the server keeps into a file, while it runs."""
    settings = settings_of(ServiceSettings)

    async def work() -> None:
        _tell(await asyncio.to_thread(back_up, settings, file), f"in {file}")

    carry_out(settings, work(), store_fault)


@commands.command()
def restore(
    file: BackupFile,
    replace: Annotated[
        bool, typer.Option("--replace", help="lose what the store holds now")
    ] = False,
) -> None:
    """Put a backup in the place of everything; the services are stopped meanwhile."""
    settings = settings_of(ServiceSettings)
    work = _restored(settings, file, replace=replace)
    carry_out(settings, work, store_fault, broker_fault)


async def _restored(settings: ServiceSettings, file: Path, *, replace: bool) -> None:
    await with_queues(settings)
    if listening := await busy(settings):
        raise OperatorError(f"Stop the services first: {listening[0].name} is in use.")
    if not replace and await asyncio.to_thread(holds_something, settings):
        raise OperatorError("The store holds a server's data: --replace loses them.")
    forgotten = await emptied(settings)
    _tell(await asyncio.to_thread(bring_back, settings, file), "brought back")
    if forgotten:
        typer.echo(f"{forgotten} messages of the broker were forgotten")
    typer.echo("Start the server, then say 'cpcs-server points announce'.")


def _tell(counts: Counts, where: str) -> None:
    told = {
        "alerts/alerts": "targets",
        "alerts/observations": "observations",
        "gateway/observers": "observers",
    }
    parts = [f"{counts.get(name, 0)} {what}" for name, what in told.items()]
    typer.echo(f"{', '.join(parts)}, {sum(counts.values())} documents in all {where}")


@subscribers.command()
def add(name: str) -> None:
    """Print NAME:SECRET of an account; made again it has a new secret."""
    done = subprocess.run([_HERE / "stack" / "subscriber.sh", name], check=False)
    raise typer.Exit(done.returncode)


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--help"]):
        find_server()
    operate_by(commands, "cpcs-server")
