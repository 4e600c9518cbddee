"""What only the administrator sees and does."""

from uuid import uuid4

import aio_pika
import pytest
from aiohttp import ClientSession

from stack.running import Stack
from stack.visitor import RefusedError, Visitor
from tests.support.server import visitor
from tests.support.waiting import eventually


async def page(stack: Stack, hashtag: str) -> str:
    headers = {"Authorization": f"Bearer {hashtag}", "Accept": "text/html"}
    async with (
        ClientSession() as session,
        session.get(f"{stack.url}/administration", headers=headers) as answer,
    ):
        return await answer.text()


async def unreadable(stack: Stack) -> str:
    """Put a message on the exchange that nobody can read; return its id."""
    number = str(uuid4())
    connection = await aio_pika.connect(stack.environment["CPCS_AMQP_URL"])
    async with connection:
        channel = await connection.channel()
        exchange = await channel.get_exchange("cpcs")
        key = "colour.forgotten.v1"
        message = aio_pika.Message(
            b"nonsense", message_id=number, correlation_id=number, type=key
        )
        await exchange.publish(message, key)
    return number


@pytest.mark.parametrize("act", ["drop", "replay"])
async def test_a_dead_letter_is_shown_and_settled(stack: Stack, act: str) -> None:
    number = await unreadable(stack)
    async with visitor(stack) as admin:

        async def shown() -> bool:
            return number in await page(stack, admin.hashtag)

        await eventually(shown)
        await settle(stack, admin, number, act)
        if act == "replay":
            await eventually(shown)
            await settle(stack, admin, number, "drop")
        assert not await shown()
        with pytest.raises(RefusedError, match="no such dead letter"):
            await admin.post("deadletter", id=number, act="drop")


async def settle(stack: Stack, admin: Visitor, number: str, act: str) -> None:
    data = {"hashtag": admin.hashtag, "id": number, "act": act}
    async with (
        ClientSession() as session,
        session.post(
            f"{stack.url}/cgi/deadletter", data=data, allow_redirects=False
        ) as answer,
    ):
        assert answer.status == 303


async def test_a_dead_letter_is_settled_in_a_known_way_only(stack: Stack) -> None:
    async with visitor(stack) as admin:
        with pytest.raises(RefusedError, match="replay or drop"):
            await admin.post("deadletter", id=str(uuid4()), act="burn")
        with pytest.raises(RefusedError, match="number of a message"):
            await admin.post("deadletter", id="7", act="drop")
