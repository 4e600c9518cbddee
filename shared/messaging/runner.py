"""Runs a service: decode, handle, publish what it caused, settle, in that order."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from uuid import UUID, uuid4

import structlog
from pydantic import ValidationError

from shared.contracts.base import Event
from shared.logging import correlation
from shared.messaging.metrics import counted, died, said
from shared.messaging.service import First, Service
from shared.messaging.topology import BROADCAST, queue_name, queues
from shared.messaging.transport import (
    TOO_LARGE,
    DeadLetter,
    Envelope,
    Failed,
    Handled,
    MessageTooLargeError,
    Outcome,
    RetryAfter,
    Transport,
)
from shared.messaging.wire import decoded
from shared.together import Together
from shared.workers import WorkerDiedError

__all__ = ["Runner"]

_log = structlog.get_logger()

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 5.0
_LONGEST_HELD = 600.0
"""[s] Well below the half hour after which RabbitMQ takes a message back."""
_AT_ONCE = 50
_QUEUES = frozenset(name for name, _ in queues())


class StoreAwayError(Exception):
    """The service's own store is away; the text says how it showed."""


@dataclass
class _Work:
    """A message in hand, and what was said first of it, if anything was."""

    event: Event
    cause: Envelope
    begun: First | None = None


async def _nothing_else() -> Sequence[Event]:
    return ()


class Runner:
    """Joins one service to a transport.

    Parameters
    ----------
    service, transport
        What is joined.
    retry_delays
        How long [s] a message that failed waits before each further try.
    pause
        Lets some seconds pass.
    """

    def __init__(
        self,
        service: Service,
        transport: Transport,
        retry_delays: tuple[float, ...],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._service = service
        self._transport = transport
        self._retry_delays = retry_delays
        self._pause = pause
        self._events = {event.key: event for event in service.hears}
        self._in_hand: dict[UUID, tuple[str, float]] = {}
        self._started = False

    async def start(self) -> None:
        """Listen to every queue of the service."""
        for event, handler in self._service.hears.items():
            queue = queue_name(self._service.name, event)
            # while one lot is in work the next one gathers
            at_once = 2 * handler.most if isinstance(handler, Together) else None
            await self._transport.consume(queue, self.handle, at_once)
        if self._service.hears_dead is not None:
            await self._transport.consume_dead(self._hear_dead)
        if self._service.overhears is not None:
            await self._transport.overhear(self._overhear)
        self._started = True

    async def publish(
        self, event: Event, *, id: UUID, correlation_id: UUID | None = None
    ) -> None:
        """Say an event that a person or a stream caused."""
        await self._transport.publish(
            Envelope.of(event, id=id, correlation_id=correlation_id)
        )
        said(event.key)

    async def troubles(self) -> list[str]:
        """Return why the service cannot work now; nothing where it can.

        All must be set up, broker and own store answer, and no message be in hand
        for longer than any takes.
        """
        if not self._started:
            return ["it is not started yet"]
        own = self._service.ready
        if own is not None and not await own():
            return ["its store is out of reach"]
        return self._stuck() or await self._transport.troubles()

    def _stuck(self) -> list[str]:
        now = asyncio.get_running_loop().time()
        ages = [(now - begun, what) for what, begun in self._in_hand.values()]
        return [
            f"a message is in hand for {age:.0f} s: {what}"
            for age, what in ages
            if age > self._service.longest
        ]

    async def handle(self, envelope: Envelope) -> Outcome:
        """Handle one message; the outcome tells the transport how to settle it."""
        known = envelope.type in self._events
        with (
            correlation(str(envelope.correlation_id), event_type=envelope.type),
            self._held(envelope),
            counted(envelope, envelope.type if known else "unknown") as one,
        ):
            one.outcome = await self._decoded_and_tried(envelope)
            return one.outcome

    async def _decoded_and_tried(self, envelope: Envelope) -> Outcome:
        try:
            event = decoded(self._events[envelope.type], envelope.body)
        except (KeyError, ValidationError) as fault:
            _log.error("message.unreadable", reason=str(fault))
            return Failed(f"unreadable: {fault}")
        return await self._outlasting(partial(self._tried, _Work(event, envelope)))

    @contextmanager
    def _held(self, envelope: Envelope) -> Iterator[None]:
        key = uuid4()
        self._in_hand[key] = envelope.type, asyncio.get_running_loop().time()
        try:
            yield
        finally:
            del self._in_hand[key]

    async def _outlasting(self, tried: Callable[[], Awaitable[Outcome]]) -> Outcome:
        """Try, and again whenever the service's own store is back.

        The message stays in hand meanwhile, and so no more than a few are taken. It
        goes round once where that takes longer than a broker waits for an answer.
        """
        held, pause = 0.0, _FIRST_PAUSE
        while True:
            try:
                return await tried()
            except StoreAwayError as fault:
                _log.warning("store.away", reason=str(fault), held=held)
                if held >= _LONGEST_HELD:
                    return RetryAfter(self._retry_delays[-1], str(fault), counted=False)
            await self._pause(pause)
            held, pause = held + pause, min(2 * pause, _LONGEST_PAUSE)

    async def _tried(self, work: "_Work") -> Outcome:
        try:
            await self._carry_out(work)
        except MessageTooLargeError as fault:
            _log.error("event.too_large", reason=str(fault))
            return Failed(f"{TOO_LARGE}: {fault}")
        except Exception as fault:
            if self._service.away(fault):
                raise StoreAwayError(repr(fault)) from fault
            return self._after(fault, work.cause)
        return Handled()

    async def _carry_out(self, work: "_Work") -> None:
        first = work.begun or await self._begun(work)
        more = await first.then()
        await self._say(more, work.cause, before=first.said)
        effects = [*first.said, *more]
        _log.info("event.handled", caused=[effect.key for effect in effects])

    async def _begun(self, work: "_Work") -> First:
        """Handle a message and say what comes first."""
        caused = await self._service.hears[type(work.event)](work.event)
        first = caused if isinstance(caused, First) else First(caused, _nothing_else)
        await self._say(first.said, work.cause)
        work.begun = first
        return first

    async def _say(
        self, effects: Sequence[Event], cause: Envelope, before: Sequence[Event] = ()
    ) -> None:
        """Say what a message caused, behind what was said of it before."""
        for effect in effects:
            if not self._service.may_say(type(effect)):
                raise TypeError(f"{self._service.name} does not say {effect.key}")
        messages = cause.causes(effects, before)
        for first in range(0, len(messages), _AT_ONCE):
            some = messages[first : first + _AT_ONCE]
            await asyncio.gather(*map(self._transport.publish, some))
        for message in messages:
            said(message.type)

    def _after(self, fault: Exception, envelope: Envelope) -> Outcome:
        reason = f"{type(fault).__name__}: {fault}"
        tries = 1 if isinstance(fault, WorkerDiedError) else len(self._retry_delays)
        if envelope.attempt >= tries:
            _log.error("event.failed", reason=reason, exc_info=fault)
            return Failed(reason)
        delay = self._retry_delays[max(0, envelope.attempt)]
        _log.warning("event.retried", reason=reason, delay=delay, exc_info=fault)
        return RetryAfter(delay, reason)

    async def _overhear(self, envelope: Envelope) -> None:
        """Let the service hear what was broadcast; what it cannot tell is logged."""
        kinds = {event.key: event for event in BROADCAST}
        try:
            event = decoded(kinds[envelope.type], envelope.body)
            if self._service.overhears is not None:
                await self._service.overhears(event)
        except Exception as fault:  # noqa: BLE001 - what one hears stops no other
            _log.error("broadcast.not_told", type=envelope.type, exc_info=fault)

    async def _hear_dead(self, letter: DeadLetter) -> None:
        """Let the service know of a dead letter; one that it cannot is logged."""
        died(letter.queue if letter.queue in _QUEUES else "unknown")

        async def tried() -> Outcome:
            try:
                if self._service.hears_dead is not None:
                    await self._service.hears_dead(letter)
            except Exception as fault:
                if self._service.away(fault):
                    raise StoreAwayError(repr(fault)) from fault
                _log.error("dead_letter.not_told", queue=letter.queue, exc_info=fault)
            return Handled()

        await self._outlasting(tried)
