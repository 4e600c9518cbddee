"""Colours, learned terms and recalibration through the public interface."""

import asyncio
import os
import subprocess
import sys

import pytest

from stack.running import Stack
from stack.visitor import RefusedError, Visitor
from tests.e2e.conftest import TARGET
from tests.support.server import image, visitor
from tests.support.waiting import eventually


def command(stack: Stack, *words: str) -> str:
    """What an operator's command prints."""
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", *words],
        env={**os.environ, **stack.environment},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.stdout


async def recalibrate(stack: Stack, number: str) -> str:
    words = "services.gateway.admin", "recalibrate", "--id", number
    return await asyncio.to_thread(command, stack, *words)


async def test_the_operator_recalibrates_a_stored_upload(
    stack: Stack, observer: Visitor
) -> None:
    answer = await observer.upload(TARGET, image(31))
    before = await observer.light_curve(TARGET)
    told = await recalibrate(stack, str(answer["followup_id"]))
    assert str(answer["followup_id"]) in told
    assert told.count("->") == 1
    after = await observer.light_curve(TARGET)
    assert after["id"] == before["id"]
    place = after["id"].index(answer["followup_id"])
    assert after["mag"][place] == pytest.approx(answer["mag"], abs=0.02)


async def test_an_observer_recalibrates_their_own_points_only(
    observer: Visitor, stranger: Visitor
) -> None:
    number = str((await observer.upload(TARGET, image(32)))["followup_id"])
    with pytest.raises(RefusedError, match="no such observation"):
        await stranger.post("recalibrate", followupid=number)
    told = await observer.post("recalibrate", followupid=number)
    assert "1 observations are being calibrated anew" in told


async def test_a_deleted_point_stays_deleted(stack: Stack, observer: Visitor) -> None:
    number = str((await observer.upload(TARGET, image(33)))["followup_id"])
    await observer.post("delpoint", followupid=number)
    with pytest.raises(RefusedError, match="no such observation"):
        await observer.post("recalibrate", followupid=number)
    assert (await recalibrate(stack, number)).strip() == "0 observations"


async def test_the_colour_of_the_target_gives_a_second_magnitude(
    observer: Visitor,
) -> None:
    answer = await observer.upload(TARGET, image(34), colour="g-r=0.6", dryRun="1")
    assert answer["mag_for_colour"] == pytest.approx(answer["mag"], abs=0.05)
    with pytest.raises(RefusedError, match="colour must be like g-r"):
        await observer.upload(TARGET, image(34), colour="red")


async def test_learned_colour_terms_are_seen_and_forgotten(
    stack: Stack, observer: Visitor
) -> None:
    async with visitor(stack, "A newcomer") as newcomer:
        query = {"format": "json", "hashtag": newcomer.hashtag}
        await newcomer.upload(TARGET, image(35))

        async def learned() -> bool:
            return bool(await newcomer.get("colour_terms", **query))

        await eventually(learned)
        (term,) = await newcomer.get("colour_terms", **query)
        assert term["frames"] == 1
        told = await newcomer.post("forgetcolours", survey=term["survey"])
        assert "forgotten" in told
        assert await newcomer.get("colour_terms", **query) == []
