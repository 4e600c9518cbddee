"""Light curves: printed, drawn, saved."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from cpcs.cli.common import AsJson, Hashtag, Profile, Url, opened, out, say
from cpcs.errors import CpcsError
from cpcs.plotting import drawn_text, saved_picture

__all__ = ["lc", "surveys"]

_LAYOUTS = {".csv": "csv", ".ecsv": "ecsv", ".vot": "vot", ".tex": "tex"}
_PICTURES = (".png", ".pdf", ".svg")


def lc(
    name: Annotated[str, typer.Argument(help="a target")],
    plot: Annotated[bool, typer.Option(help="draw it in the terminal")] = False,
    save: Annotated[
        Path | None, typer.Option(help="file.csv, .ecsv, .vot, .tex, .png, .pdf, .svg")
    ] = None,
    band: Annotated[str, typer.Option(help="only this one")] = "",
    url: Url = "",
    hashtag: Hashtag = "",
    profile: Profile = "",
    json: AsJson = False,
) -> None:
    """Show a light curve."""
    _, client = opened(url, hashtag, profile)
    if save is not None and save.suffix in _LAYOUTS:
        save.write_text(client.lightcurve_file(name, _LAYOUTS[save.suffix]), "utf-8")
        return say.print(f"{save} is written.")
    curve = client.lightcurve(name, band=band)
    if save is not None:
        if save.suffix not in _PICTURES:
            raise CpcsError(f"{save.suffix} is no layout: take .csv, .ecsv or .png.")
        saved_picture(curve, save)
        return say.print(f"{save} is written.")
    if json:
        return out(list(curve.points))
    if plot:
        return say.print(drawn_text(curve, say.width), markup=False)
    table = Table("id", "MJD", "mag", "±", "band", "survey", "observatory")
    for one in curve.points:
        sign, error = (">", "") if one["limit"] else ("", f"{one['total_err']:.3f}")
        mag = f"{sign}{one['mag']:.3f}"
        row = str(one["id"]), f"{one['mjd']:.5f}", mag, error, one["band"]
        table.add_row(*row, one["survey"], one["observatory"])
    return say.print(table)


def surveys(
    url: Url = "", hashtag: Hashtag = "", profile: Profile = "", json: AsJson = False
) -> None:
    """List the surveys and bands in use."""
    _, client = opened(url, hashtag, profile)
    found = client.surveys()
    if json:
        return out(found)
    return say.print("\n".join(f"{one.survey}/{one.band}" for one in found))
