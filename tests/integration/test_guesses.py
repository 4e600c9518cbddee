"""Wrong hashtags are counted by all gateways together."""

from uuid import uuid4

from limits import parse
from limits.aio.strategies import MovingWindowRateLimiter

from services.gateway.store.guesses import CommonCounts
from shared.settings import ServiceSettings
from tests.support.waiting import eventually

ALLOWED = parse("4/hour")


async def test_two_gateways_allow_no_more_than_one(
    infrastructure: ServiceSettings,
) -> None:
    counts = [CommonCounts(infrastructure) for _ in range(2)]
    gateways = [MovingWindowRateLimiter(one) for one in counts]
    who = f"192.0.2.1 {uuid4()}"
    allowed = [
        await gateways[number % 2].hit(ALLOWED, "failed_login", who)
        for number in range(6)
    ]
    assert allowed == [True] * 4 + [False] * 2
    for gateway in gateways:
        window = await gateway.get_window_stats(ALLOWED, "failed_login", who)
        assert window.remaining == 0
    for one in counts:
        one.storage.close()


async def test_who_guessed_long_ago_may_guess_again(
    infrastructure: ServiceSettings,
) -> None:
    """All that was counted is over, and still there."""
    allowed, who = parse("2/second"), f"192.0.2.2 {uuid4()}"
    counts = CommonCounts(infrastructure)
    gateway = MovingWindowRateLimiter(counts)
    hits = [await gateway.hit(allowed, "failed_login", who) for _ in range(3)]
    assert hits == [True, True, False]

    async def over() -> bool:
        window = await gateway.get_window_stats(allowed, "failed_login", who)
        return window.remaining == 2

    await eventually(over)
    assert await gateway.hit(allowed, "failed_login", who)
    counts.storage.close()
