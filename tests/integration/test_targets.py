"""Targets in a real document store."""

import asyncio

from services.alerts.handlers import (
    on_alert_requested,
)
from services.alerts.store import AlertStore
from shared.contracts.alerts import (
    AlertCreated,
    AlertRevised,
    RequestRefused,
)
from shared.contracts.gateway import AlertRequested
from shared.contracts.values import Observer
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


async def test_targets_get_running_numbers(store: AlertStore) -> None:
    numbers = []
    for name in ("ivo://A", "ivo://B", "ivo://TT Tri"):
        (said,) = await on_alert_requested(requested(ivorn=name), store=store)
        assert isinstance(said, AlertCreated)
        numbers.append(said.alert.id)
    assert numbers == [1, 2, 3]


async def test_the_same_target_entered_at_once_is_one_target(store: AlertStore) -> None:
    said = await asyncio.gather(
        *(
            on_alert_requested(requested(ivorn=name), store=store)
            for name in ("ivo://Gaia16aye", "ivo://GAIA16AYE", "IVO://gaia16aye") * 5
        )
    )
    alerts = [event.alert for (event,) in said if isinstance(event, AlertCreated)]
    assert len(alerts) == 15
    assert len({alert.id for alert in alerts}) == 1
    assert [alert async for alert in store.alerts()] == [alerts[0]]


async def test_only_the_creator_corrects_a_target(store: AlertStore) -> None:
    await on_alert_requested(requested(), store=store)
    (refused,) = await on_alert_requested(
        requested(ra=295.1, observer=STRANGER), store=store
    )
    assert isinstance(refused, RequestRefused)
    assert "exists already" in refused.message
    (revised,) = await on_alert_requested(requested(ra=295.1), store=store)
    assert isinstance(revised, AlertRevised)
    assert (revised.alert.ra, revised.alert.revision) == (295.1, 2)
    assert [alert async for alert in store.alerts()] == [revised.alert]


async def test_a_name_that_is_no_ivorn_is_refused(store: AlertStore) -> None:
    (said,) = await on_alert_requested(requested(ivorn="Gaia16aye"), store=store)
    assert isinstance(said, RequestRefused)
    assert said.request_id == REQUEST


async def test_corrections_made_at_once_are_made_one_after_the_other(
    store: AlertStore,
) -> None:
    await on_alert_requested(requested(), store=store)
    said = await asyncio.gather(
        *(on_alert_requested(requested(ra=ra), store=store) for ra in (10, 20, 30))
    )
    revisions = [event.alert for (event,) in said if isinstance(event, AlertRevised)]
    assert sorted(alert.revision for alert in revisions) == [2, 3, 4]
    (kept,) = [alert async for alert in store.alerts()]
    assert kept in revisions
    assert kept.revision == 4
