from shared.messaging.transport import SILENT
from stack.watch import Watch

SILENCE = [f"the queue ingest.upload.submitted.v1 {SILENT}"]
ROOM = 10**9


def test_a_broker_that_stays_silent_is_past_help() -> None:
    watch = Watch(patience=30)
    assert not watch.is_stuck(SILENCE, ROOM, 0)
    assert not watch.is_stuck(SILENCE, ROOM, 29)
    assert watch.is_stuck(SILENCE, ROOM, 31)


def test_one_that_was_ended_gets_its_time_again() -> None:
    watch = Watch(patience=30)
    watch.is_stuck(SILENCE, ROOM, 0)
    assert watch.is_stuck(SILENCE, ROOM, 31)
    assert not watch.is_stuck(SILENCE, ROOM, 32)


def test_one_that_speaks_again_is_well() -> None:
    watch = Watch(patience=30)
    watch.is_stuck(SILENCE, ROOM, 0)
    assert not watch.is_stuck([], ROOM, 20)
    assert not watch.is_stuck(SILENCE, ROOM, 31)


def test_a_full_disk_is_no_fault_of_the_broker() -> None:
    watch = Watch(patience=30)
    for now in (0, 31, 62):
        assert not watch.is_stuck(SILENCE, 1000, now)
    assert not watch.is_stuck(["its store is out of reach"], ROOM, 93)
