"""Lists of names, as the operator imports them, and as packets of a stream."""

import json
from uuid import uuid4

import pytest

from services.alerts.admin.importing import named
from services.alerts.domain.aliases import listed_objects
from services.alerts.store.new_target import NewTarget
from shared.contracts.alerts import AlertCreated, AlertRevised, PacketDecided
from shared.contracts.gateway import PromotionRequested
from tests.support.alerts import Owned
from tests.support.builders import OBSERVER

LIST = """"ID","Name","RA","DEC","Obj. Type","Disc. Internal Name"
"1","SN 2031abc","13:20:00.024","+30:00:00.36","SN Ia","SRV31xyz"
"2","AT 2031abd","10:06:00.0","-00:30:36.0","",""
"""
OBJECTS = list(listed_objects(LIST.splitlines()))


async def imported(owned: Owned, *, create: bool = True) -> list[object]:
    return [await named(owned.targets, one, "list", create=create) for one in OBJECTS]


async def put(owned: Owned, name: str, ra: float, dec: float) -> None:
    await owned.targets.create(NewTarget(ivorn=name, ra=ra, dec=dec, change="test"))


async def test_a_search_of_the_tns_makes_its_targets(owned: Owned) -> None:
    said = await imported(owned)
    assert [type(one) for one in said] == [AlertCreated, AlertCreated]
    first, second = await owned.all_targets()
    assert (first.ivorn, first.aliases) == ("ivo://SN2031abc", ("ivo://SRV31xyz",))
    assert first.classification == "SN Ia"
    assert (first.ra, first.dec) == pytest.approx((200.0001, 30.0001), abs=1e-6)
    assert second.ivorn == "ivo://AT2031abd"
    assert (second.ra, second.dec) == pytest.approx((151.5, -0.51), abs=1e-6)
    assert await imported(owned) == [None, None]


async def test_a_target_at_the_place_gets_the_names(owned: Owned) -> None:
    await put(owned, "ivo://Mine", 200.0002, 30.0001)
    said = await imported(owned, create=False)
    assert [type(one) for one in said] == [AlertRevised, type(None)]
    (alert,) = await owned.all_targets()
    assert alert.aliases == ("ivo://SN2031abc", "ivo://SRV31xyz")


async def test_a_name_that_is_a_target_s_elsewhere_joins_nothing(
    owned: Owned, capsys: pytest.CaptureFixture[str]
) -> None:
    await put(owned, "ivo://SN2031abc", 20.0, -30.0)
    await put(owned, "ivo://AT2031abd", 20.1, -30.0)
    await imported(owned)
    first, second, made = await owned.all_targets()
    assert (first.ra, first.aliases) == (20.0, ())
    assert (second.ra, second.aliases) == (20.1, ())
    assert made.ivorn == "ivo://SRV31xyz"
    assert made.ra == pytest.approx(200.0001)
    assert "ivo://AT2031abd is a target elsewhere" in capsys.readouterr().err


async def test_a_candidate_that_is_promoted_keeps_its_names(owned: Owned) -> None:
    await put(owned, "ivo://SN2031abc", 20.0, -30.0)
    raw = {"objname": "2031abc", "name_prefix": "SN", "internal_names": "SRV31xyz"}
    place = {"radeg": 200.0001, "decdeg": 30.0001}
    (told,) = await owned.receive(json.dumps({"data": raw | place}).encode())
    assert isinstance(told, PacketDecided)
    assert told.kind == "candidate"
    asked = PromotionRequested(
        request_id=uuid4(), packet=told.packet, observer=OBSERVER
    )
    made, _ = await owned.packets.on_promotion_requested(asked)
    assert isinstance(made, AlertCreated)
    assert made.alert.ivorn == "ivo://SN2031abc-2"
    assert made.alert.aliases == ("ivo://SRV31xyz",)
    again, _ = await owned.packets.on_promotion_requested(asked)
    assert again == made


async def test_a_packet_of_the_tns_makes_a_target_with_its_names(owned: Owned) -> None:
    await put(owned, "ivo://ZTF31qqq", 20.0, -30.0)
    raw = {
        "objname": "2031abc",
        "name_prefix": "SN",
        "radeg": 200.0001,
        "decdeg": 30.0001,
        "internal_names": "SRV31xyz, ZTF31qqq",
    }
    await owned.receive(json.dumps({"data": raw}).encode())
    _, made = await owned.all_targets()
    assert (made.ivorn, made.aliases) == ("ivo://SN2031abc", ("ivo://SRV31xyz",))
