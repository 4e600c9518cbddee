"""A service in memory that hears of uploads, and what is heard of it."""

from collections.abc import Sequence

from shared.contracts.base import Event
from shared.contracts.gateway import UploadSubmitted
from shared.contracts.ingest import UploadParsed
from shared.messaging.memory import MemoryTransport
from shared.messaging.runner import Runner
from shared.messaging.service import Handler, Service
from shared.messaging.transport import Envelope
from tests.support.builders import STARS, frame

__all__ = ["DELAYS", "PARSED", "SUBMITTED", "heard_by_catalog", "listening", "parse"]

DELAYS = (1.0, 5.0)
SUBMITTED = UploadSubmitted(frame=frame(), blob="ab" * 32, file_name="image.cat")
PARSED = UploadParsed(frame=frame(), stars=STARS, rows_dropped=0)


async def listening(handler: Handler) -> tuple[MemoryTransport, Runner]:
    service = Service(name="ingest", hears={UploadSubmitted: handler})
    transport = MemoryTransport()
    runner = Runner(service, transport, DELAYS)
    await runner.start()
    return transport, runner


async def heard_by_catalog(transport: MemoryTransport) -> list[Envelope]:
    heard: list[Envelope] = []

    async def catalog(event: UploadParsed) -> Sequence[Event]:
        assert event == PARSED
        return []

    service = Service(name="catalog", hears={UploadParsed: catalog})
    runner = Runner(service, transport, DELAYS)
    handle = runner.handle

    async def listen(envelope: Envelope) -> object:
        heard.append(envelope)
        return await handle(envelope)

    await transport.consume("catalog.upload.parsed.v1", listen)  # type: ignore[arg-type]
    await transport.work()
    return heard


async def parse(_: UploadSubmitted) -> Sequence[Event]:
    return [PARSED]
