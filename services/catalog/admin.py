"""Survey tables, for the operator.

``python -m services.catalog.admin load SURVEY FILE`` adds the stars of a CSV, ECSV,
TSV, VOTable, FITS or Parquet file, or of a folder of Parquet files (HATS), with the
columns that the survey's definition names (such as VizieR's), else with ``ra`` and
``dec`` (ICRS) [deg] and band columns such as ``V`` and ``V_err`` [mag]; ``pmra`` and
``pmdec`` [mas/yr] are proper motions. A list of variable stars (VSX) needs positions
only. ``list`` shows what is loaded.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from services.catalog.domain.survey import Survey
from services.catalog.loading.star_columns import StarFileError
from services.catalog.loading.star_file import batches_of, digest_of
from services.catalog.settings import Settings
from services.catalog.store.definitions import read_definitions
from services.catalog.store.tables import SurveyTables
from shared.settings import settings_of

__all__ = ["main"]

_NAME = re.compile(r"[A-Za-z0-9_-]{1,32}")


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


def _list(settings: Settings) -> str:
    tables = SurveyTables(settings.data_dir)
    entries = {survey: tables.current(survey) for survey in tables.surveys()}
    return "\n".join(
        f"{survey:12} {entry['stars']:>10} stars  {' '.join(entry['bands'])}"
        for survey, entry in entries.items()
    )


def main(words: Sequence[str]) -> None:
    """Run the operator's command."""
    parser = argparse.ArgumentParser(prog="catalog.admin", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list")
    load = verbs.add_parser("load")
    load.add_argument("survey", metavar="SURVEY")
    load.add_argument("file", type=Path, metavar="FILE")
    order = parser.parse_args(words)
    settings = settings_of(Settings)
    try:
        told = (
            _load(settings, order.survey, order.file)
            if order.verb == "load"
            else _list(settings)
        )
    except StarFileError as fault:
        sys.exit(str(fault))
    print(told or "no survey is loaded")  # noqa: T201 - the command's answer


if __name__ == "__main__":
    main(sys.argv[1:])
