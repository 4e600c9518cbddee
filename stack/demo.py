"""``make demo``: a night of real photometry becomes a light curve."""

import argparse
import asyncio
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from aiohttp import ClientSession, ClientTimeout
from rich.console import Console
from rich.progress import Progress
from rich.table import Table as Printed

from stack.night import Image, Night, NightError, real_night, simulated_night
from stack.plates import drawn
from stack.running import Stack, StackError, running_stack
from stack.up import stop_on_signal
from stack.visitor import RefusedError, Visitor

__all__ = ["main"]

_AT_ONCE = 4
_DRAWN = 5
_say = Console(highlight=False, soft_wrap=True).print


def _night(data_dir: Path) -> Night:
    _say("Fetching the night of EY UMa …")
    night = real_night(data_dir / "night")
    if night is None:
        _say("The package registry is out of reach: this night is [bold]simulated[/].")
        return simulated_night()
    return night


def _load_surveys(night: Night, stack: Stack) -> None:
    for survey, table in night.surveys.items():
        path = stack.data_dir / "night" / f"{survey}.ecsv"
        path.parent.mkdir(exist_ok=True)
        table.write(path, format="ascii.ecsv", overwrite=True)
        told = subprocess.run(
            [sys.executable, "-m", "services.catalog.admin", "load", survey, path],
            env=dict(stack.environment),
            check=True,
            capture_output=True,
            text=True,
        )
        _say(told.stdout.strip())


async def _register(visitor: Visitor, night: Night, stack: Stack) -> None:
    """Get a hashtag for the night's observer, the first time; enter the target."""
    kept = stack.data_dir / "demo-hashtag"
    if not kept.exists():
        visitor.hashtag = stack.admin_hashtag()
        told = await visitor.post(
            "newuser", obsName=night.observatory, lon="-96.4", lat="46.9", prefix="demo"
        )
        kept.touch(mode=0o600)
        kept.write_text(told.split(": ")[1], "ascii")
    visitor.hashtag = kept.read_text("ascii")
    await visitor.post(
        "newevent", EventID=night.target, ra=str(night.ra), dec=str(night.dec)
    )


async def _upload_night(visitor: Visitor, night: Night) -> None:
    first = await visitor.upload(
        night.target, night.images[0], matchDist="4", dryRun="1", noPlot="1"
    )
    band = f"{first['survey']}/{first['filter']}"
    _say(f"A dry run of the first image chooses [bold]{band}[/] for the night.")
    doors = asyncio.Semaphore(_AT_ONCE)
    with Progress(transient=True) as progress:
        bar = progress.add_task("Uploading", total=len(night.images))

        async def upload(image: Image) -> None:
            async with doors:
                await visitor.upload(
                    night.target, image, matchDist="4", forceFilter=band, noPlot="1"
                )
            progress.advance(bar)

        await asyncio.gather(*(upload(image) for image in night.images))


def _print_curve(curve: dict[str, Any]) -> None:
    printed = Printed(title=f"{curve['alert_name']}, {len(curve['mjd'])} observations")
    for title in ("MJD", "mag", "magerr", "caliberr", "filter", "id"):
        printed.add_column(title, justify="right")
    columns = ("mjd", "mag", "magerr", "caliberr", "catalog", "filter", "id")
    for mjd, mag, err, scatter, survey, band, number in zip(
        *(curve[name] for name in columns), strict=True
    ):
        cells = f"{mjd:.5f}|{mag:.3f}|{err:.3f}|{scatter:.3f}|{survey}/{band}|{number}"
        printed.add_row(*cells.split("|"))
    Console(width=max(80, Console().width)).print(printed)


async def _compare_images(visitor: Visitor, night: Night, curve: dict[str, Any]) -> str:
    """Measure images drawn from some lists, print how far they agree; return a page."""
    _say(f"Drawing {_DRAWN} images from the lists, to be measured on their pixels …")
    names = ("mjd", "mag", "catalog", "filter")
    points = list(zip(*(curve[name] for name in names), strict=True))
    apart, page = [], ""
    for place in np.linspace(0, len(night.images) - 1, _DRAWN).astype(int):
        image = night.images[place]
        _, mag, survey, band = min(points, key=lambda one: abs(one[0] - image.mjd))
        answer = await _measured(visitor, night, image, f"{survey}/{band}")
        apart.append(answer["mag"] - mag)
        page = answer["image_link"].removesuffix(".png")
        _say(
            f"{image.name} as an image: {answer['mag']:.3f} ± {answer['mag_err']:.3f} "
            f"{survey}/{band}, plate {answer['plate']}; as a list {mag:.3f}"
        )
    _say(
        f"Image − list, in the same band: {np.mean(apart):+.4f} mag on average, "
        f"{np.max(np.abs(apart)):.4f} at most."
    )
    return page


async def _measured(
    visitor: Visitor, night: Night, image: Image, band: str
) -> dict[str, Any]:
    content = await asyncio.to_thread(drawn, night, image, round(image.mjd * 1e4) % 997)
    name = image.name.replace(".cat", ".fits")
    return await visitor.send(
        night.target, name, content, dryRun="1", forceFilter=band, matchDist="4"
    )


async def _demo(*, once: bool) -> None:
    stop_on_signal()
    _say("Starting the server …")
    alone = {"CPCS_TAP_SERVICES": ""}  # the night brings its own survey stars
    async with running_stack(alone | os.environ) as stack:
        night = await asyncio.to_thread(_night, stack.data_dir)
        await asyncio.to_thread(_load_surveys, night, stack)
        async with ClientSession(timeout=ClientTimeout(120)) as session:
            visitor = Visitor(session, stack.url)
            await _register(visitor, night, stack)
            await _upload_night(visitor, night)
            curve = await visitor.light_curve(night.target)
            _print_curve(curve)
            page = await _compare_images(visitor, night, curve)
        _say(f"One of the images: {page}")
        _say(f"Light curve: {stack.url}/light_curve?alert_name={night.target}")
        data = f"{stack.url}/get_alert_lc_data?alert_name={night.target}"
        _say(f"Its data, for observers: {data}&hashtag=YOUR_HASHTAG")
        _say("CPCS_OPEN_DATA=1 makes them open to all, without a hashtag.")
        if not once:
            _say("Ctrl-C stops the server.")
            await asyncio.Event().wait()


def main() -> None:
    """Run the demo."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--once", action="store_true", help="stop after printing")
    order = parser.parse_args()
    try:
        with suppress(asyncio.CancelledError):
            asyncio.run(_demo(once=order.once))
    except (StackError, RefusedError, NightError) as fault:
        sys.exit(str(fault))


if __name__ == "__main__":
    main()
