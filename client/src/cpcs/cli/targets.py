"""Targets: found and entered."""

from typing import Annotated

import typer
from rich.table import Table

from cpcs.cli.common import AsJson, Hashtag, Profile, Url, opened, out, say
from cpcs.models import TargetShown

__all__ = ["new", "targets"]


def targets(
    search: Annotated[str, typer.Argument(help="name, part of it, or 'RA Dec'")] = "",
    observed: Annotated[bool, typer.Option(help="only those with points")] = False,
    most: Annotated[int, typer.Option(help="at most so many")] = 20,
    url: Url = "",
    hashtag: Hashtag = "",
    profile: Profile = "",
    json: AsJson = False,
) -> None:
    """Find targets."""
    _, client = opened(url, hashtag, profile)
    found: list[TargetShown] = []
    for one in client.targets(search, observed=observed):
        if len(found) == most:
            break
        found.append(one)
    if json:
        return out(found)
    table = Table("id", "name", "RA [deg]", "Dec [deg]", "points", "kind")
    for one in found:
        place = f"{one.ra:.6f}", f"{one.dec:+.6f}"
        row = str(one.id), one.name, *place, str(one.observations), one.classification
        table.add_row(*row)
    return say.print(table)


def new(
    name: Annotated[str, typer.Argument(help="such as ivo://Gaia16aye")],
    ra: Annotated[float, typer.Argument(help="[deg], ICRS")],
    dec: Annotated[float, typer.Argument(help="[deg], ICRS; behind -- if negative")],
    page: Annotated[str, typer.Option(help="address of a page about it")] = "",
    move: Annotated[bool, typer.Option(help="move your own target there")] = False,
    url: Url = "",
    hashtag: Hashtag = "",
    profile: Profile = "",
    json: AsJson = False,
) -> None:
    """Enter a target."""
    _, client = opened(url, hashtag, profile)
    made = client.new_target(name, ra, dec, url=page, move=move)
    if json:
        return out(made)
    return say.print(f"{made.name} is target {made.id}: {made.page}")
