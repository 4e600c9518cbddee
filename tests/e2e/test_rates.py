"""Who asks too often is told when to come again."""

from pathlib import Path

from aiohttp import ClientSession

from tests.support.server import server


async def test_failed_logins_are_slowed_down(tmp_path: Path) -> None:
    rates = {"CPCS_RATE_OF_FAILED_LOGINS": "2/minute"}
    async with server(tmp_path, **rates) as stack, ClientSession() as session:
        statuses = []
        for _ in range(3):
            wrong = {"hashtag": "wrong"}
            async with session.post(f"{stack.url}/login", data=wrong) as answer:
                statuses.append(answer.status)
                told = await answer.text()
        assert statuses == [403, 403, 429]
        assert told.startswith("Too many requests: try again in ")
        assert 0 < int(answer.headers["Retry-After"]) <= 60
        async with session.get(f"{stack.url}/list_of_alerts") as answer:
            assert answer.status == 200
