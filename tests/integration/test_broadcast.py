"""What is broadcast is heard by every process, through lost connections too."""

from urllib.parse import urlsplit
from uuid import UUID, uuid4

from faults.link import Link
from shared.contracts.alerts import ObservationTried
from shared.messaging.rabbit import RabbitTransport
from shared.messaging.transport import Envelope, Transport
from shared.settings import ServiceSettings
from stack.environment import at_port
from tests.support.builders import recorded
from tests.support.transports import until
from tests.support.waiting import eventually


async def news(transport: Transport) -> list[UUID]:
    heard: list[UUID] = []

    async def hear(envelope: Envelope) -> None:
        heard.append(envelope.id)

    await transport.overhear(hear)
    return heard


async def test_what_is_broadcast_is_overheard(transport: Transport) -> None:
    heard = await news(transport)
    said = Envelope.of(recorded(), id=uuid4())
    tried = ObservationTried(**vars(recorded(stored=False)))
    await transport.publish(Envelope.of(tried, id=uuid4()))
    await transport.publish(said)

    async def arrived() -> bool:
        return bool(heard)

    await until(transport, arrived)
    assert heard == [said.id]


async def test_who_overhears_goes_on_after_a_lost_connection(
    infrastructure: ServiceSettings,
) -> None:
    speaker = await RabbitTransport.connect(infrastructure)
    port = urlsplit(infrastructure.amqp_url).port or 0
    async with Link(port).listening() as link:
        url = at_port(infrastructure.amqp_url, link.port)
        listener = await RabbitTransport.connect(
            infrastructure.model_copy(update={"amqp_url": url})
        )
        heard = await news(listener)
        said = [Envelope.of(recorded(), id=uuid4()) for _ in range(3)]

        async def up_to_now() -> bool:
            return heard[-1:] == [one.id]

        for one in said:
            await speaker.publish(one)
            await eventually(up_to_now)
            link.cut()
        assert heard == [one.id for one in said]
        await listener.close()
    await speaker.close()
