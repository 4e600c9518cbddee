"""The table of who hears what agrees with what each service declares."""

import re
from pathlib import Path

import pytest

from services.alerts.service import build as build_alerts
from services.alerts.settings import Settings as AlertsSettings
from services.calibrator.service import build as build_calibrator
from services.calibrator.settings import Settings as CalibratorSettings
from services.catalog.service import build as build_catalog
from services.catalog.settings import Settings as CatalogSettings
from services.gateway.service import build as build_gateway
from services.gateway.settings import Settings as GatewaySettings
from services.imager.service import build as build_imager
from services.imager.settings import Settings as ImagerSettings
from services.ingest.service import build as build_ingest
from services.ingest.settings import Settings as IngestSettings
from shared.contracts.base import Event
from shared.messaging.service import Service
from shared.messaging.topology import HEARD_BY, speaker

SERVICES = (
    build_gateway(GatewaySettings()),
    build_ingest(IngestSettings()),
    build_catalog(CatalogSettings()),
    build_imager(ImagerSettings()),
    build_calibrator(CalibratorSettings()),
    build_alerts(AlertsSettings()),
)
EVENTS = list(HEARD_BY)


def _subclasses(kind: type[Event]) -> set[type[Event]]:
    return {kind}.union(*(_subclasses(one) for one in kind.__subclasses__()))


def test_every_event_is_in_the_table() -> None:
    declared = _subclasses(Event) - {Event}
    assert {one for one in declared if one.__module__.startswith("shared.")} == set(
        HEARD_BY
    )


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.key)
def test_everything_said_is_heard(event: type[Event]) -> None:
    assert HEARD_BY[event]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.key)
def test_an_event_has_one_speaker(event: type[Event]) -> None:
    speakers = [service.name for service in SERVICES if service.may_say(event)]
    assert speakers == [speaker(event)]


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_a_service_hears_what_the_table_says(service: Service) -> None:
    hears = {event for event, hearers in HEARD_BY.items() if service.name in hearers}
    assert set(service.hears) == hears


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.key)
def test_a_key_is_noun_verb_version(event: type[Event]) -> None:
    assert re.fullmatch(r"[a-z]+\.[a-z]+\.v[0-9]+", event.key)


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_the_docstring_tells_what_a_service_hears_and_says(service: Service) -> None:
    folder = Path(__file__).parents[2] / "services" / service.name
    text = (folder / "__init__.py").read_text()
    for event in filter(service.may_say, EVENTS):
        assert event.__name__ in text
    if service.name != "gateway":  # it hears every refusal, told in one word
        for event in service.hears:
            assert event.__name__ in text
