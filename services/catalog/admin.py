"""Survey tables: load, list or drop them.

A file of stars is CSV, ECSV, TSV, VOTable, FITS or Parquet, or a folder of Parquet
files (HATS), with the columns that the survey's definition names (such as VizieR's),
else with ``ra`` and ``dec`` (ICRS) [deg] and band columns such as ``V`` and ``V_err``
[mag]; ``pmra`` and ``pmdec`` [mas/yr] are proper motions. A list of variable stars
(VSX) needs positions only.
"""

import asyncio
import re
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from services.catalog.domain.survey import Survey
from services.catalog.loading.star_columns import StarFileError
from services.catalog.loading.star_file import batches_of, digest_of
from services.catalog.settings import Settings
from services.catalog.sharing import SharedTables
from services.catalog.store.definitions import read_definitions
from services.catalog.store.kept_tables import KeptTables
from services.catalog.store.tables import SurveyTables
from shared.blobs import BlobStore
from shared.mongo import connect, store_fault
from shared.operating import OperatorError, carry_out, operate_by, operator_app
from shared.settings import settings_of

__all__ = ["commands"]

commands = operator_app(__doc__)
_NAME = re.compile(r"[A-Za-z0-9_-]{1,32}")
Survey_ = Annotated[str, typer.Argument(metavar="SURVEY")]


def _load(settings: Settings, survey: str, path: Path) -> str:
    if not _NAME.fullmatch(survey):
        raise StarFileError(f"{survey} is no name for a survey: letters, digits, - _")
    definitions = read_definitions(settings.surveys_dir)
    spelled = {name.casefold(): name for name in definitions}
    survey = spelled.get(survey.casefold(), survey)
    definition = definitions.get(survey, Survey(survey))
    known = definition.bands
    if not path.exists():
        raise StarFileError(f"{path} does not exist.")
    tables = SurveyTables(settings.data_dir)
    batches = batches_of(path, definition)
    read = 0
    with Progress(console=Console(file=sys.stderr), transient=True) as shown:
        bar = shown.add_task(f"{survey}, stars", total=None)

        def more(count: int) -> None:
            nonlocal read
            read += count
            shown.update(bar, completed=read)

        count = tables.load(survey, batches, digest_of(path), more)
    if not count:
        raise StarFileError(f"{path.name} holds no good star of {survey}.")
    bands = tables.current(survey)["bands"]
    told = f"{survey}: {read} stars read, {count} in all, {', '.join(bands)}"
    nameless = [band for band in bands if band not in known]
    if nameless:
        told += f"\nNo definition tells the photometric system of {', '.join(nameless)}"
    return told


@commands.command()
def load(
    survey: Survey_, file: Annotated[Path, typer.Argument(metavar="FILE")]
) -> None:
    """Add the stars of a file to a survey's table; all catalog processes get it."""
    settings = settings_of(Settings)
    shared = asyncio.run(_aligned(settings))
    try:
        typer.echo(_load(settings, survey, file))
    except StarFileError as fault:
        raise OperatorError(str(fault)) from fault
    if shared:
        asyncio.run(_aligned(settings))
    elif settings.share_tables:
        typer.echo("The store is away: a catalog on this folder shares it later.")


async def _aligned(settings: Settings) -> bool:
    """Have the tables that count, and let ours count; not while the store is away."""
    if not settings.share_tables or await store_fault(settings):
        return False
    kept, blobs = connect(settings, "catalog"), connect(settings, "blobs")
    tables = SurveyTables(settings.data_dir)
    shared = SharedTables(tables, KeptTables(kept, BlobStore(blobs)), settings.data_dir)
    await shared.align()
    for database in (kept, blobs):
        database.client.close()
    return True


@commands.command("list")
def list_tables() -> None:
    """List the surveys that are loaded here."""
    tables = SurveyTables(settings_of(Settings).data_dir)
    entries = {survey: tables.current(survey) for survey in tables.surveys()}
    for survey, entry in entries.items():
        bands = " ".join(entry["bands"])
        typer.echo(f"{survey:12} {entry['stars']:>10} stars  {bands}")
    if not entries:
        typer.echo("no survey is loaded")


@commands.command()
def drop(survey: Survey_) -> None:
    """Forget a survey's table, here and on all machines."""
    settings = settings_of(Settings)
    carry_out(settings, _dropped(settings, survey), store_fault)


async def _dropped(settings: Settings, survey: str) -> None:
    blobs = BlobStore(connect(settings, "blobs"))
    kept = KeptTables(connect(settings, "catalog"), blobs)
    tables = SurveyTables(settings.data_dir)
    if survey not in {*tables.surveys(), *await kept.all()}:
        raise OperatorError(f"No survey {survey} is loaded.")
    await kept.drop(survey)
    tables.drop(survey)
    typer.echo(f"{survey} is dropped: it is fetched again from afar, where it can be.")


if __name__ == "__main__":
    operate_by(commands)
