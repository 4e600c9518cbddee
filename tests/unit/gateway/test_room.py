import asyncio

import pytest

from services.gateway.domain.refusal import RefusalError
from services.gateway.web.room import Places, Room


def test_who_is_known_has_all_the_room() -> None:
    room = Room(800)
    with room.hold("a") as hold:
        hold.vouch()
        hold.grow(800)
        with pytest.raises(RefusalError) as fault:
            hold.grow(1)
    assert (fault.value.status, fault.value.wait) == (503, 5)


def test_strangers_share_a_quarter_and_one_address_has_half_of_that() -> None:
    room = Room(800)
    with room.hold("a") as one, room.hold("b") as other, room.hold("c") as third:
        one.grow(100)
        with pytest.raises(RefusalError):
            one.grow(1)
        other.grow(100)
        with pytest.raises(RefusalError):
            third.grow(1)
        with room.hold("d") as known:
            known.vouch()
            known.grow(600)


def test_a_stranger_who_becomes_known_makes_room_for_others() -> None:
    room = Room(800)
    with room.hold("a") as one:
        one.grow(100)
        one.vouch()
        one.grow(300)
        with room.hold("a") as other:
            other.grow(100)


def test_what_was_held_is_given_back() -> None:
    room = Room(800)
    for _ in range(20):
        with room.hold("a") as hold:
            hold.grow(100)
    with room.hold("b") as hold:
        hold.vouch()
        hold.grow(800)


async def test_who_finds_no_place_for_a_while_is_told_when_to_come() -> None:
    places = Places(1, patience=0.01)
    async with places.taken():
        assert places.full
        with pytest.raises(RefusalError) as fault:
            async with places.taken():
                pass
    assert (fault.value.status, fault.value.wait) == (503, 5)
    async with places.taken():
        pass


async def test_a_place_that_becomes_free_in_time_is_taken() -> None:
    places = Places(1, patience=30)

    async def take(turn: int) -> int:
        async with places.taken():
            await asyncio.sleep(0)
        return turn

    assert await asyncio.gather(*map(take, range(5))) == list(range(5))
