"""Runs a service: decode, handle, publish what it caused, settle, in that order."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from typing import TypeVar
from uuid import UUID

import structlog
from pydantic import ValidationError

from shared.contracts.base import Event
from shared.health import health_socket
from shared.logging import configure_logging, correlation
from shared.messaging.rabbit import RabbitTransport
from shared.messaging.service import Prepare, Service
from shared.messaging.topology import queue_name
from shared.messaging.transport import (
    Envelope,
    Failed,
    Handled,
    MessageTooLargeError,
    Outcome,
    RetryAfter,
    Transport,
)
from shared.settings import ServiceSettings, settings_of

__all__ = ["Runner", "run"]

_log = structlog.get_logger()

_LONGEST_PAUSE = 5.0

Some = TypeVar("Some", bound=ServiceSettings)


class Runner:
    """Joins one service to a transport."""

    def __init__(
        self, service: Service, transport: Transport, retry_delays: tuple[float, ...]
    ) -> None:
        self._service = service
        self._transport = transport
        self._retry_delays = retry_delays
        self._events = {event.key: event for event in service.hears}
        self._started = False

    async def start(self) -> None:
        """Listen to every queue of the service."""
        for event in self._service.hears:
            await self._transport.consume(
                queue_name(self._service.name, event), self.handle
            )
        self._started = True

    async def publish(
        self, event: Event, *, id: UUID, correlation_id: UUID | None = None
    ) -> None:
        """Say an event that a person or a stream caused."""
        await self._transport.publish(
            Envelope.of(event, id=id, correlation_id=correlation_id)
        )

    async def ready(self) -> bool:
        """Tell whether all is set up, and broker and own store can be used."""
        own = self._service.ready
        return (
            self._started
            and await self._transport.ready()
            and (own is None or await own())
        )

    async def handle(self, envelope: Envelope) -> Outcome:
        """Handle one message; the outcome tells the transport how to settle it."""
        with correlation(str(envelope.correlation_id), event_type=envelope.type):
            try:
                event = self._events[envelope.type].model_validate_json(envelope.body)
            except (KeyError, ValidationError) as fault:
                _log.error("message.unreadable", reason=str(fault))
                return Failed(f"unreadable: {fault}")
            try:
                await self._carry_out(event, envelope)
            except MessageTooLargeError as fault:
                _log.error("event.too_large", reason=str(fault))
                return Failed(f"too large: {fault}")
            except Exception as fault:  # noqa: BLE001 - any fault may pass: retried
                return self._after(fault, envelope)
            return Handled()

    async def _carry_out(self, event: Event, envelope: Envelope) -> None:
        caused = await self._service.hears[type(event)](event)
        for effect in caused:
            if type(effect) not in self._service.says:
                raise TypeError(f"{self._service.name} does not say {effect.key}")
        for message in envelope.causes(caused):
            await self._transport.publish(message)
        _log.info("event.handled", caused=[effect.key for effect in caused])

    def _after(self, fault: Exception, envelope: Envelope) -> Outcome:
        reason = f"{type(fault).__name__}: {fault}"
        if envelope.attempt >= len(self._retry_delays):
            _log.error("event.failed", reason=reason, exc_info=fault)
            return Failed(reason)
        delay = self._retry_delays[envelope.attempt]
        _log.warning("event.retried", reason=reason, delay=delay, exc_info=fault)
        return RetryAfter(delay, reason)


def run(build: Callable[[Some], Service], kind: type[Some]) -> None:
    """Run a service until SIGTERM or SIGINT, then finish what is in hand.

    What the environment sets wrongly is told in a sentence, and nothing runs.
    """
    settings = settings_of(kind)
    service = build(settings)
    configure_logging(service.name, settings.log_level, settings.log_format)
    with suppress(asyncio.CancelledError):
        asyncio.run(_serve(service, settings))


async def _serve(service: Service, settings: ServiceSettings) -> None:
    _stop_on_signal()
    async with AsyncExitStack() as stack:
        transport = await RabbitTransport.connect(settings)
        stack.push_async_callback(transport.close)
        runner = Runner(service, transport, settings.retry_delays)
        await stack.enter_async_context(
            health_socket(
                service.name, settings.data_dir, runner.ready, service.warnings
            )
        )
        for prepare in service.prepare:
            await _until_done(prepare)
        stack.push_async_callback(transport.drain, settings.drain_time)
        for companion in service.alongside:
            await stack.enter_async_context(companion(runner.publish))
        await runner.start()
        _log.info("service.started")
        await asyncio.Event().wait()


def _stop_on_signal() -> None:
    task = asyncio.current_task()
    if task is not None:
        for sign in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(sign, task.cancel)


async def _until_done(prepare: Prepare) -> None:
    pause = 0.2
    while True:
        try:
            return await prepare()
        except Exception as fault:  # noqa: BLE001 - whatever its store raises
            _log.warning("service.waits", reason=repr(fault))
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
