"""What the alerts service owns, ready for a test."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from services.alerts.handlers.observations import on_calibration_solved
from services.alerts.handlers.packets import PacketHandlers
from services.alerts.rulebook import read_rules
from services.alerts.store.archive import Archive
from services.alerts.store.inbox import InboxStore
from services.alerts.store.observations import ObservationStore
from services.alerts.store.targets import TargetStore
from shared.blobs import BlobStore
from shared.contracts.alerts import (
    Alert,
    ObservationRecorded,
    PacketDecided,
    PacketReceived,
)
from shared.contracts.base import Event
from shared.contracts.calibrator import CalibrationSolved
from shared.mongo import Database, is_away
from shared.together import Together

__all__ = ["GAIA", "Owned", "cite", "gaia", "packet_of", "sha256", "voevent"]

GAIA = "ivo://gaia.cam.uk/alerts#"


def sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


@dataclass(frozen=True)
class Owned:
    """The stores of alerts over one database, and the handlers of packets."""

    database: Database
    targets: TargetStore
    observations: ObservationStore
    inbox: InboxStore
    packets: PacketHandlers

    @classmethod
    async def of(cls, database: Database) -> Self:
        targets, observations = TargetStore(database), ObservationStore(database)
        inbox = InboxStore(database)
        for store in (targets, observations, inbox):
            await store.prepare()
            await store.prepare()
        packets = PacketHandlers(
            inbox=inbox,
            targets=targets,
            archive=Archive(inbox, targets),
            blobs=BlobStore(database),
            rules=read_rules(None),
            counted=lambda *_: None,
        )
        return cls(database, targets, observations, inbox, packets)

    async def receive(self, raw: bytes, source: str = "test") -> list[Event]:
        """Keep a packet and let it be decided about; return what is said."""
        (kept,) = await self.inbox.keep([(raw, source)])
        event = PacketReceived(packet=kept.id)
        return list(await self.received(event))

    @cached_property
    def received(self) -> Together[PacketReceived, Sequence[Event]]:
        """What the service does about packets that came, in lots."""
        packets = self.packets
        return Together(packets.newcomers, is_away, alone=packets.on_packet_received)

    async def record(self, event: CalibrationSolved) -> ObservationRecorded:
        """Keep a calibrated point; return what is said."""
        (said,) = await on_calibration_solved(
            event, observations=self.observations, targets=self.targets
        )
        assert isinstance(said, ObservationRecorded)
        return said

    async def all_targets(self) -> list[Alert]:
        return [alert async for alert in self.targets.all()]

    async def decided(self, raw: bytes, source: str = "test") -> PacketDecided:
        """Keep a packet; return what becomes of it."""
        return packet_of(await self.receive(raw, source))


def packet_of(said: list[Event]) -> PacketDecided:
    (decided,) = [event for event in said if isinstance(event, PacketDecided)]
    assert sha256(base64.b64decode(decided.content)) == decided.packet
    return decided


def voevent(
    ivorn: str,
    *,
    ra: float | None = 120.5,
    dec: float = -12.25,
    error: float | None = 0.0001,
    role: str = "observation",
    frame: str = "UTC-ICRS-GEO",
    params: str = "",
    citations: str = "",
    version: str = "2.0",
) -> bytes:
    """A VOEvent; positions and their error in degrees."""
    radius = "" if error is None else f"<Error2Radius>{error}</Error2Radius>"
    place = (
        ""
        if ra is None
        else f"""<WhereWhen><ObsDataLocation><ObservatoryLocation id="GEOSURFACE"/>
<ObservationLocation><AstroCoordSystem id="{frame}"/>
<AstroCoords coord_system_id="{frame}"><Position2D unit="deg"><Name1>RA</Name1>
<Name2>Dec</Name2><Value2><C1>{ra}</C1><C2>{dec}</C2></Value2>{radius}</Position2D>
</AstroCoords></ObservationLocation></ObsDataLocation></WhereWhen>"""
    )
    cites = f"<Citations>{citations}</Citations>" if citations else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<voe:VOEvent xmlns:voe="http://www.ivoa.net/xml/VOEvent/v{version}"
 ivorn="{ivorn}" role="{role}" version="{version}">
<Who><AuthorIVORN>ivo://example.org</AuthorIVORN><Date>2026-01-01T00:00:00</Date></Who>
<What>{params}</What>{place}{cites}</voe:VOEvent>""".encode()


def gaia(name: str, **changes: Any) -> bytes:
    """A packet of Gaia's stream about an object of a name."""
    params = f'<Param name="id" ucd="meta.id" value="{name}"/>'
    return voevent(f"{GAIA}{name}", params=params, **changes)


def cite(kind: str, name: str) -> str:
    """A citation of a packet of Gaia's stream."""
    return f'<EventIVORN cite="{kind}">{GAIA}{name}</EventIVORN>'
