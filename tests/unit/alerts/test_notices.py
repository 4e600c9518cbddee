"""JSON notices of GCN are read, and named, as their streams mean them."""

import json
from typing import Any

import pytest

from services.alerts.domain.packet import Citation, Packet, Position
from services.alerts.reading import read_packet


def bare(**content: Any) -> Packet:
    given = {"instrument": "WXT", "trigger_time": "2031-01-02T03:00:00Z", **content}
    return read_packet(json.dumps(given).encode())


@pytest.mark.parametrize("error", [0, None, [], -1, [0, 0.1]])
def test_an_error_of_a_notice_that_is_none_is_not_told(error: object) -> None:
    place = bare(ra=21.0, dec=-15.5, id="1", ra_dec_error=error).position
    assert place is not None
    assert place.error is None


def test_an_error_box_reaches_to_its_furthest_corner() -> None:
    corners = [[45.7, 19.5], [45.5, 19.3], [47.3, 17.6], [47.6, 17.9]]
    place = bare(ra=46.5, dec=18.6, rectangular_error_corners=corners).position
    assert place is not None
    assert place.error == pytest.approx(4530, abs=60)


def test_notices_without_an_id_are_named_by_their_content() -> None:
    one, other = bare(ra=229.8, dec=-29.7), bare(ra=10.5, dec=40.2)
    assert one.ivorn != other.ivorn
    assert one.ids[0].startswith("WXT-20310102T030000")
    assert bare(ra=229.8, dec=-29.7).ivorn == one.ivorn


def test_a_notice_of_many_objects_is_a_packet_of_each() -> None:
    listed = [
        {"event_name": f"ZTF31aaaaaa{letter}", "ra": ra, "dec": 15.3}
        for letter, ra in (("a", 150.2), ("b", 151.2))
    ]
    first = bare(mission="Boom", instrument=None, data={"targets": listed})
    (other,) = first.others
    assert [first.ids, other.ids] == [("ZTF31aaaaaaa",), ("ZTF31aaaaaab",)]
    assert first.position is not None
    assert other.position is not None
    assert (first.position.ra, other.position.ra) == (150.2, 151.2)


NOTICE = {
    "$schema": "https://gcn.nasa.gov/schema/v4/gcn/notices/einstein_probe/wxt/alert"
    ".schema.json",
    "mission": "Einstein Probe",
    "instrument": "WXT",
    "id": ["01709131234"],
    "ra": 150.5,
    "dec": 2.25,
    "ra_dec_error": 0.05,
    "alert_type": "initial",
    "alert_tense": "current",
}


def notice(**changes: object) -> Packet:
    return read_packet(json.dumps(NOTICE | changes).encode())


def test_a_json_notice_is_read() -> None:
    packet = notice()
    assert packet.ivorn == "ivo://gcn.nasa.gov/Einstein_Probe/WXT#01709131234"
    error: Any = pytest.approx(180.0)
    assert packet.position == Position(150.5, 2.25, error)
    assert packet.ids == ("01709131234",)
    assert packet.role == "observation"


def test_a_json_notice_tells_of_tests_updates_and_retractions() -> None:
    assert notice(alert_tense="test").role == "test"
    (cited,) = notice(alert_type="retraction").citations
    assert cited == Citation(notice().ivorn, "retraction")
    update = notice(alert_type="update", ra_dec_error=[0.001, 0.002, 30])
    assert update.citations == (Citation(notice().ivorn, "followup"),)
    assert update.position is not None
    assert update.position.error == pytest.approx(7.2)


def test_a_json_notice_keeps_its_words_and_loses_what_no_text_can_hold() -> None:
    packet = notice(trigger="on \ud800board", id="burst 7\x00")
    assert packet.params["mission"] == "Einstein Probe"
    assert packet.params["trigger"] == "on board"
    assert packet.ivorn.endswith("#burst_7")
    assert packet.ivorn.encode()
    assert notice(mission=None).ivorn.startswith("ivo://gcn.nasa.gov/WXT#")


@pytest.mark.parametrize(
    "changes",
    [
        {"ra": None},
        {"ra": "x"},
        {"ra": 10**400},
        {"ra": 0, "dec": 0},
        {"dec": 100},
    ],
)
def test_a_json_notice_without_a_place_has_none(changes: dict[str, object]) -> None:
    packet = notice(**changes)
    assert packet.position is None
    assert packet.fault
