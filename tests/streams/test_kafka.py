"""The Kafka consumer on librdkafka's own mock cluster: no server, the real protocol."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from services.alerts.reading import UnreadableError, read_packet
from services.alerts.streams.kafka import followed_topics, oidc
from tests.support.alerts import voevent
from tests.support.waiting import eventually

TOPIC = "gcn.classic.voevent.TEST"
PACKETS = [voevent(f"ivo://nasa.gsfc.gcn/TEST#{n}") for n in range(5)]


@pytest.fixture
def cluster() -> Iterator[Producer]:
    producer = Producer(
        {"bootstrap.servers": "mock:1", "test.mock.num.brokers": 1, "log_level": 0}
    )
    yield producer
    producer.flush(5)


def settings(cluster: Producer, group: str = "cpcs") -> dict[str, object]:
    (broker,) = cluster.list_topics(timeout=10).brokers.values()
    return {
        "bootstrap.servers": f"{broker.host}:{broker.port}",
        "group.id": group,
        "session.timeout.ms": 6000,  # a mock cluster waits so long for who left
        "log_level": 0,
    }


def send(cluster: Producer, packets: list[bytes]) -> None:
    for packet in packets:
        cluster.produce(TOPIC, packet, partition=0)
    assert cluster.flush(10) == 0


@dataclass
class Inbox:
    """Takes packets; from one on it fails, as a process that is killed does."""

    fails_at: int = 10_000
    kept: list[bytes] = field(default_factory=list)

    async def deliver(self, raw: bytes, source: str) -> None:
        assert source == f"Kafka {TOPIC}"
        if len(self.kept) == self.fails_at:
            await asyncio.Event().wait()
        self.kept.append(raw)

    async def holds(self, count: int) -> None:
        async def enough() -> bool:
            return len(self.kept) >= count

        await eventually(enough)


@asynccontextmanager
async def following(cluster: Producer, inbox: Inbox) -> AsyncIterator[None]:
    given = settings(cluster)
    async with followed_topics(given, [TOPIC], inbox.deliver, 1 << 20):
        yield


def committed(cluster: Producer) -> int:
    consumer = Consumer(settings(cluster))
    (partition,) = consumer.committed([TopicPartition(TOPIC, 0)], timeout=10)
    consumer.close()
    return int(partition.offset)


async def test_packets_are_taken_and_counted_as_read(cluster: Producer) -> None:
    send(cluster, PACKETS)
    inbox = Inbox()
    async with following(cluster, inbox):
        await inbox.holds(5)

        async def read() -> bool:
            return await asyncio.to_thread(committed, cluster) == 5

        await eventually(read)
    assert sorted(inbox.kept) == sorted(PACKETS)


async def test_what_was_not_kept_comes_again(cluster: Producer) -> None:
    send(cluster, PACKETS)
    first = Inbox(fails_at=2)
    async with following(cluster, first):
        await first.holds(2)
    second = Inbox()
    async with following(cluster, second):
        await second.holds(3)
    assert set(first.kept + second.kept) == set(PACKETS)


async def test_of_a_packet_too_large_a_stub_is_kept_that_says_so(
    cluster: Producer,
) -> None:
    send(cluster, [b"<" * 2000, PACKETS[0]])
    inbox = Inbox()
    given = settings(cluster)
    async with followed_topics(given, [TOPIC], inbox.deliver, 1000):
        await inbox.holds(2)
    assert inbox.kept[1:] == [PACKETS[0]]
    with pytest.raises(UnreadableError, match=rf"{TOPIC}/0/0 of 2000 bytes is too"):
        read_packet(inbox.kept[0])


async def test_a_message_is_unpacked_before_it_is_kept(cluster: Producer) -> None:
    send(cluster, [b"\0schema"])
    inbox = Inbox()
    given = settings(cluster)
    async with followed_topics(given, [TOPIC], inbox.deliver, 1000, bytes.upper):
        await inbox.holds(1)
    assert inbox.kept == [b"\0SCHEMA"]


def test_the_settings_of_a_login_are_librdkafka_s() -> None:
    given = oidc("client", "secret", "https://auth.example.org/token")
    Consumer(
        {"bootstrap.servers": "127.0.0.1:1", "group.id": "x", **given, "log_level": 0}
    ).close()
