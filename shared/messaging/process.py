"""Runs the process of a service: from its settings to its end in good order."""

import asyncio
import gc
import signal
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from typing import TypeVar

import structlog

from shared.background import in_background
from shared.health import healthy
from shared.lateness import watched
from shared.logging import configure_logging
from shared.messaging.rabbit import RabbitTransport
from shared.messaging.runner import Runner
from shared.messaging.service import Prepare, Service
from shared.settings import ServiceSettings, settings_of

__all__ = ["run"]

_log = structlog.get_logger()
_LONGEST_PAUSE = 5.0
_SWITCH = 0.0005
"""[s] A fit in a thread lets the event loop go on so soon; Python's own is tenfold."""

Some = TypeVar("Some", bound=ServiceSettings)


def run(build: Callable[[Some], Service], kind: type[Some]) -> None:
    """Run a service until SIGTERM or SIGINT, then finish what is in hand.

    What the environment sets wrongly is told in a sentence, and nothing runs.
    """
    settings = settings_of(kind)
    service = build(settings)
    configure_logging(service.name, settings.log_level, settings.log_format)
    sys.setswitchinterval(_SWITCH)
    with suppress(asyncio.CancelledError):
        asyncio.run(_serve(service, settings))


async def _serve(service: Service, settings: ServiceSettings) -> None:
    _stop_on_signal()
    async with AsyncExitStack() as stack:
        transport = await RabbitTransport.connect(settings)
        stack.push_async_callback(transport.close)
        runner = Runner(service, transport, settings.retry_delays)

        def warnings() -> list[str]:
            return [*transport.warnings(), *service.warnings()]

        await stack.enter_async_context(
            healthy(service.name, settings, runner.troubles, warnings)
        )
        await stack.enter_async_context(in_background(watched()))
        for prepare in service.prepare:
            await _until_done(prepare)
        stack.push_async_callback(transport.drain, settings.drain_time)
        for companion in service.alongside:
            await stack.enter_async_context(companion(runner.publish))
        await runner.start()
        gc.freeze()  # what is here now stays: it need not be looked through again
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
