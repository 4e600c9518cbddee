"""Listening to what the server says."""

import asyncio
from typing import Annotated

import typer

from cpcs.cli.common import Hashtag, Profile, Url, opened, out
from cpcs.errors import CpcsError

__all__ = ["subscribe"]


def subscribe(
    target: Annotated[str, typer.Argument(help="only this one; else all")] = "",
    broker: Annotated[
        str, typer.Option(help="amqp://… : durable, from the past; else live by HTTP")
    ] = "",
    into: Annotated[
        str, typer.Option(help="points.sqlite, .jsonl, .csv, .parquet; postgresql://…")
    ] = "",
    name: Annotated[str, typer.Option(help="of the subscription")] = "cpcs",
    start: Annotated[
        str, typer.Option("--from", help="first, next, a number or a date")
    ] = "first",
    url: Url = "",
    hashtag: Hashtag = "",
    profile: Profile = "",
) -> None:
    """Follow calibrated points: printed as JSON, or kept in a file of yours."""
    if broker:
        if not into:
            raise CpcsError("Say where to keep them: --into points.sqlite.")
        from cpcs.subscribing import follow  # noqa: PLC0415 - needs an extra

        return asyncio.run(follow(broker, into, name=name, start=start))
    _, client = opened(url, hashtag, profile)
    for one in client.events(target):
        out({"id": one.id, "kind": one.kind, "content": one.content})
    return None
