"""Observatories in the networks of their targets."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from services.gateway.domain.fields import BAD
from services.gateway.domain.refusal import RefusalError
from services.gateway.store.networks import SetupInNetwork
from services.gateway.store.observers import KnownObserver
from services.gateway.web.desk import Desk
from shared.contracts.network import NetworkSetup

__all__ = [
    "SetupOfTarget",
    "changes_told",
    "named_observatory",
    "setups_of_observer",
]

_NOT_THERE = 404


@dataclass(frozen=True)
class SetupOfTarget:
    """A telescope as the network of one target and band shows it."""

    shown: SetupInNetwork
    target: str

    @property
    def setup(self) -> NetworkSetup:
        """The telescope."""
        return self.shown.setup


async def named_observatory(desk: Desk, number: int) -> KnownObserver:
    """Return an observatory by its number.

    Raises
    ------
    RefusalError
        There is none.
    """
    if not number:
        raise RefusalError(BAD, "Give id=N, an observatory's number.")
    everyone = await desk.stores.observers.all()
    found = next((one for one in everyone if one.id == number), None)
    if found is None:
        raise RefusalError(_NOT_THERE, f"There is no observatory {number}.")
    return found


async def setups_of_observer(desk: Desk, observer_id: int) -> list[SetupOfTarget]:
    """Return an observer's telescopes in every network, the latest first."""
    found = await desk.stores.networks.setups_of(observer_id)
    names = {}
    for number in {one.alert_id for one in found}:
        alert = await desk.stores.view.alert(number)
        names[number] = "" if alert is None else alert.ivorn
    return [SetupOfTarget(one, names[one.alert_id]) for one in found]


def changes_told(setups: Sequence[SetupOfTarget]) -> list[str]:
    """Return a sentence for each time a filter or camera seems to have changed."""
    ordered = sorted(setups, key=lambda one: (*_telescope(one), one.setup.part))
    return [
        f"Since MJD {after.setup.since:.1f} the colour term in {after.shown.band} of "
        f"{after.target} is {after.setup.colour_term:+.3f}, it was "
        f"{before.setup.colour_term:+.3f}: was the filter or the camera changed?"
        for before, after in pairwise(ordered)
        if after.setup.part == before.setup.part + 1
        and _telescope(before) == _telescope(after)
    ]


def _telescope(one: SetupOfTarget) -> tuple[int, str, str]:
    return one.shown.alert_id, one.shown.band, one.setup.filter
