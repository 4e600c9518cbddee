"""What becomes of a packet follows from the rules, and has its reason."""

from dataclasses import replace
from typing import Any

import pytest

from services.alerts.domain.decision import Decision, Known, KnownTarget, decide
from services.alerts.domain.naming import target_name
from services.alerts.domain.packet import Citation, Packet, Position
from services.alerts.domain.rules import RulesError, rules_of
from services.alerts.rulebook import read_rules

RULES = read_rules(None)
GAIA = Packet(
    "ivo://gaia.cam.uk/alerts#Gaia16byl",
    "observation",
    Position(21.11, -2.14, 0.07),
    ids=("Gaia16byl",),
)
SWIFT = Packet(
    "ivo://nasa.gsfc.gcn/SWIFT#XRT_Pos_644259-941",
    "observation",
    Position(314.7, -53.4, 3.2),
    params={"TrigID": "644259"},
    ids=("644259",),
)
TARGET = KnownTarget(7, "ivo://Gaia16byl", 0.5)


def kind(packet: Packet, **known: Any) -> str:
    return decide(packet, RULES, replace(Known(), **known)).kind


def test_a_new_object_is_a_target() -> None:
    found = decide(GAIA, RULES, Known())
    assert found == Decision(
        "target", "A new object of Gaia.", "Gaia", "ivo://Gaia16byl", error=0.07
    )


def at(error: float | None) -> Packet:
    return replace(GAIA, position=Position(21.11, -2.14, error))


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (None, "target"),
        (0.0, "target"),
        (10.0, "target"),
        (10.1, "candidate"),
        (480.0, "candidate"),
        (481.0, "stored"),
    ],
)
def test_how_well_the_place_is_known_decides(
    error: float | None, expected: str
) -> None:
    assert kind(at(error)) == expected


@pytest.mark.parametrize(
    ("packet", "reason"),
    [
        (replace(GAIA, role="test"), "role is test"),
        (replace(GAIA, role="utility"), "role is utility"),
        (replace(GAIA, role="prediction"), "role is prediction"),
        (replace(GAIA, position=None, fault="it is a dummy"), "it is a dummy"),
        (replace(GAIA, ivorn="ivo://somebody/else#1"), "not allowed"),
        (replace(GAIA, params={"Test_Submission": "true"}), "Test_Submission"),
        (replace(GAIA, params={"Def_NOT_a_GRB": "True"}), "Def_NOT_a_GRB"),
        (replace(GAIA, params={"Target_in_Gnd_Catalog": "true"}), "Gnd_Catalog"),
        (replace(GAIA, params={"StarTrack_Lost_Lock": "true"}), "Lost_Lock"),
        (
            replace(GAIA, params={"Coords_String": "unavailable/inappropriate"}),
            "of no object",
        ),
        (replace(SWIFT, ivorn="ivo://nasa.gsfc.gcn/SWIFT#Point_Dir_1"), "notice"),
        (replace(SWIFT, ivorn="ivo://nasa.gsfc.gcn/SWIFT#FOM_Slew_1"), "notice"),
        (replace(SWIFT, ivorn="ivo://nasa.gsfc.gcn/SWIFT#FOM_Obs_1-002"), "notice"),
        (replace(SWIFT, ivorn="ivo://nasa.gsfc.gcn/SWIFT#XRT_Proc_Spec_1"), "notice"),
        (replace(SWIFT, ivorn="ivo://nasa.gsfc.gcn/SWIFT#UVOT_Nack_1"), "notice"),
        (replace(SWIFT, ivorn="ivo://nasa.gsfc.gcn/Fermi#LAT_Monitor_1"), "notice"),
        (replace(SWIFT, ivorn="ivo://org.svom/fsc#sb1_eclairs-catalog"), "notice"),
        (replace(SWIFT, params={"$schema": "x/gsc.known.schema.json"}), "long known"),
        (replace(SWIFT, params={"Onboard_Catalog_Id": "81"}), "long known"),
    ],
)
def test_what_is_no_target_has_its_reason(packet: Packet, reason: str) -> None:
    found = decide(packet, RULES, Known())
    assert found.kind == "stored"
    assert reason in found.reason


def test_a_flag_that_is_not_set_is_nothing() -> None:
    assert kind(replace(GAIA, params={"Test_Submission": "false"})) == "target"


def test_what_is_at_the_place_of_a_target_is_another_name_of_it() -> None:
    found = decide(GAIA, RULES, Known(near=TARGET))
    assert (found.kind, found.target, found.name) == ("alias", 7, "ivo://Gaia16byl")


def test_what_cites_a_target_is_an_update_and_moves_it_when_better() -> None:
    better = decide(at(0.1), RULES, Known(cited=TARGET))
    worse = decide(at(90.0), RULES, Known(cited=TARGET))
    usual = decide(at(None), RULES, Known(cited=TARGET))
    assert [one.kind for one in (better, worse, usual)] == ["update"] * 3
    assert [one.moves for one in (better, worse, usual)] == [True, False, True]


def test_a_target_of_the_same_name_elsewhere_is_updated() -> None:
    assert kind(GAIA, named=TARGET) == "update"
    assert kind(GAIA, named=TARGET, near=TARGET) == "update"
    other = replace(TARGET, id=8)
    assert kind(GAIA, named=TARGET, near=other) == "alias"


@pytest.mark.parametrize("error", [None, 0.0, 10.1])
def test_a_place_that_is_not_good_moves_no_target(error: float | None) -> None:
    unplaced = replace(TARGET, error=None)
    packet = replace(SWIFT, position=Position(314.7, -53.4, error))
    found = decide(packet, RULES, Known(cited=unplaced))
    assert (found.kind, found.moves) == ("update", False)


@pytest.mark.parametrize("error", [None, 0.0])
def test_an_error_that_is_not_told_is_the_stream_s_own_or_makes_a_candidate(
    error: float | None,
) -> None:
    swift = replace(SWIFT, position=Position(314.7, -53.4, error))
    assert kind(swift) == "candidate"
    gaia = decide(at(error), RULES, Known())
    assert (gaia.kind, gaia.error) == ("target", 0.1)
    maxi = replace(swift, ivorn="ivo://gcn.nasa.gov/MAXI/GSC#1")
    assert kind(maxi) == "stored"


FAR = KnownTarget(7, "ivo://Gaia16byl", 0.5, away=3600.0)


def test_a_name_joins_only_where_the_sky_agrees() -> None:
    found = decide(GAIA, RULES, Known(named=FAR, free_name="ivo://Gaia16byl-2"))
    assert (found.kind, found.name) == ("candidate", "ivo://Gaia16byl-2")
    assert "ivo://Gaia16byl is 1 deg from it" in found.reason
    near = replace(FAR, away=3.5)
    assert kind(GAIA, named=near) == "update"


def test_what_cites_a_target_far_away_does_not_move_it() -> None:
    found = decide(GAIA, RULES, Known(cited=replace(FAR, error=None)))
    assert (found.kind, found.moves) == ("update", False)
    assert "1 deg from it" in found.reason


def test_a_correction_moves_whatever_the_errors() -> None:
    worse = at(9.0)
    found = decide(worse, RULES, Known(cited=FAR, corrects=True))
    assert (found.kind, found.moves, found.error) == ("update", True, 9.0)


def test_two_places_of_a_burst_join_within_their_errors() -> None:
    other = KnownTarget(7, "ivo://EP-1", 8.0, away=12.0)
    assert kind(SWIFT, near=other) == "alias"
    assert kind(SWIFT, near=replace(other, away=30.0)) == "target"
    assert kind(GAIA, near=replace(other, error=0.3, away=6.0)) == "target"


def test_a_packet_taken_back_before_it_came_is_only_stored() -> None:
    found = decide(GAIA, RULES, Known(ended_by="ivo://gaia.cam.uk/alerts#r1"))
    assert found.kind == "stored"
    assert "taken back" in found.reason


RETRACTION = replace(
    GAIA,
    ivorn="ivo://gaia.cam.uk/alerts#r1",
    role="utility",
    citations=(Citation(GAIA.ivorn, "retraction"),),
)


def test_a_retraction_counts_whatever_its_role() -> None:
    found = decide(RETRACTION, RULES, Known(retracted=TARGET))
    assert (found.kind, found.target) == ("retraction", 7)
    assert kind(RETRACTION, cited=TARGET) == "stored"


def test_a_test_of_a_retraction_retracts_nothing() -> None:
    assert kind(replace(RETRACTION, role="test"), retracted=TARGET) == "stored"


def test_another_authority_retracts_nothing() -> None:
    stranger = replace(RETRACTION, ivorn="ivo://somebody/else#r1")
    found = decide(stranger, RULES, Known(cited=TARGET))
    assert found.kind == "stored"
    assert "another authority" in found.reason


def test_too_many_targets_look_like_a_fault() -> None:
    assert kind(SWIFT, made_lately=199) == "target"
    found = decide(SWIFT, RULES, Known(made_lately=200))
    assert found.kind == "stored"
    assert "too many" in found.reason


MOA = replace(SWIFT, ivorn="ivo://nasa.gsfc.gcn/MOA#L", params={"TrigID": "201600526"})


def asassn(local: str) -> Packet:
    return replace(GAIA, ivorn=f"ivo://voevent.4pisky.org/ASASSN#{local}", ids=())


@pytest.mark.parametrize(
    ("packet", "name"),
    [
        (GAIA, "ivo://Gaia16byl"),
        (SWIFT, "ivo://SWIFT-644259"),
        (MOA, "ivo://MOA-2016-BLG-526"),
        (asassn("2016-1-3.6_ASASSN-16ab"), "ivo://ASASSN-16ab"),
        (asassn("2016-1-2.1_AT_2016D"), "ivo://AT2016D"),
        (asassn("2016-11-05.47_2016hgw_ATLAS16dpb"), "ivo://AT2016hgw"),
        (replace(GAIA, ids=(), inferred="SN 2009lw"), "ivo://SN-2009lw"),
        (replace(GAIA, ids=()), "ivo://Gaia16byl"),
        (
            replace(SWIFT, params={"TrigID": "0"}, ids=("0",)),
            "ivo://XRT_Pos_644259-941",
        ),
        (replace(GAIA, ids=("<script>x",)), "ivo://script_x"),
    ],
)
def test_a_target_gets_the_best_name_there_is(packet: Packet, name: str) -> None:
    stream = RULES.stream(packet)
    assert stream is not None
    assert target_name(packet, stream) == name


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"limits": {}, "packets": {}, "stream": []},
        {
            "limits": {},
            "packets": {"roles": [], "flags": [], "unusable": [], "notices": []},
            "stream": [
                {
                    "name": "x",
                    "ivorn": "*",
                    "names": [{"from": "local", "pattern": "(", "name": ""}],
                }
            ],
        },
    ],
)
def test_rules_that_cannot_be_used_are_refused(content: dict[str, object]) -> None:
    with pytest.raises(RulesError):
        rules_of(content, "x")
