"""The inbox in a real document store: decisions of lots, and what finds packets."""

from dataclasses import replace

from services.alerts.domain.decision import Decision
from services.alerts.store.entry import Decided
from tests.support.alerts import GAIA, Owned, cite, gaia, sha256, voevent


async def test_a_lot_may_have_packets_of_several_revisions(owned: Owned) -> None:
    """One that waits for its first decision, and one that was decided before."""
    for name in ("Gaia16aba", "Gaia16abb"):
        await owned.receive(gaia(name))
    older, newer = [
        await owned.inbox.find(sha256(gaia(n))) for n in ("Gaia16aba", "Gaia16abb")
    ]
    assert older is not None
    assert newer is not None
    await owned.inbox._inbox.update_one(
        {"_id": newer.id}, {"$set": {"revision": 0, "number": 0, "waiting": True}}
    )
    first = replace(newer, revision=0, number=0, decision=None)
    lot = [
        Decided(older, None, Decision("stored", "$literal"), None),
        Decided(first, None, Decision("candidate", "why"), 7),
    ]
    entries = await owned.inbox.decide(lot, "other rules")
    assert [(one.revision, one.number) for one in entries] == [(2, 1), (1, 3)]
    for entry in entries:
        assert await owned.inbox.find(entry.id) == entry


async def test_what_a_packet_ends_is_found_by_an_index_of_those_that_end_any(
    owned: Owned,
) -> None:
    for field in ("ends", "retracts"):
        await owned.inbox._inbox.drop_index(f"some_{field}")
        await owned.inbox._inbox.create_index(field)
    await owned.inbox.prepare()
    known = await owned.inbox._inbox.index_information()
    assert known["some_ends"]["sparse"]
    assert known["some_retracts"]["sparse"]
    await owned.receive(gaia("Gaia16abc"))
    await owned.receive(
        voevent(f"{GAIA}r9", ra=None, citations=cite("retraction", "Gaia16abc"))
    )
    assert await owned.inbox.ended_by(f"{GAIA}Gaia16abc", []) != []
