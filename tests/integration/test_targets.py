"""Targets in a real document store."""

import asyncio

from services.alerts.handlers.targets import on_alert_requested
from shared.contracts.alerts import (
    AlertCreated,
    AlertRevised,
    RequestRefused,
)
from shared.contracts.gateway import AlertRequested
from shared.contracts.values import Observer
from tests.support.alerts import Owned
from tests.support.builders import OBSERVER, REQUEST

STRANGER = Observer(id=99, name="Somebody else")


def requested(**changes: object) -> AlertRequested:
    event = AlertRequested(
        request_id=REQUEST,
        ivorn="ivo://Gaia16aye",
        ra=295.0,
        dec=30.1,
        observer=OBSERVER,
    )
    return event.model_copy(update=changes)


async def test_targets_get_running_numbers(owned: Owned) -> None:
    numbers = []
    for name in ("ivo://A", "ivo://B", "ivo://TT Tri"):
        (said,) = await on_alert_requested(requested(ivorn=name), targets=owned.targets)
        assert isinstance(said, AlertCreated)
        numbers.append(said.alert.id)
    assert numbers == [1, 2, 3]


async def test_the_same_target_entered_at_once_is_one_target(owned: Owned) -> None:
    said = await asyncio.gather(
        *(
            on_alert_requested(requested(ivorn=name), targets=owned.targets)
            for name in ("ivo://Gaia16aye", "ivo://GAIA16AYE", "IVO://gaia16aye") * 5
        )
    )
    alerts = [event.alert for (event,) in said if isinstance(event, AlertCreated)]
    assert len(alerts) == 15
    assert len({alert.id for alert in alerts}) == 1
    assert [alert async for alert in owned.targets.all()] == [alerts[0]]


async def test_only_the_creator_corrects_a_target(owned: Owned) -> None:
    await on_alert_requested(requested(), targets=owned.targets)
    (refused,) = await on_alert_requested(
        requested(ra=295.1, observer=STRANGER), targets=owned.targets
    )
    assert isinstance(refused, RequestRefused)
    assert "exists already" in refused.message
    (revised,) = await on_alert_requested(requested(ra=295.1), targets=owned.targets)
    assert isinstance(revised, AlertRevised)
    assert (revised.alert.ra, revised.alert.revision) == (295.1, 2)
    assert [alert async for alert in owned.targets.all()] == [revised.alert]


async def test_a_name_that_is_no_ivorn_is_refused(owned: Owned) -> None:
    (said,) = await on_alert_requested(
        requested(ivorn="Gaia16aye"), targets=owned.targets
    )
    assert isinstance(said, RequestRefused)
    assert said.request_id == REQUEST


async def test_corrections_made_at_once_are_made_one_after_the_other(
    owned: Owned,
) -> None:
    await on_alert_requested(requested(), targets=owned.targets)
    said = await asyncio.gather(
        *(
            on_alert_requested(requested(ra=ra), targets=owned.targets)
            for ra in (10, 20, 30)
        )
    )
    revisions = [event.alert for (event,) in said if isinstance(event, AlertRevised)]
    assert sorted(alert.revision for alert in revisions) == [2, 3, 4]
    (kept,) = [alert async for alert in owned.targets.all()]
    assert kept in revisions
    assert kept.revision == 4
