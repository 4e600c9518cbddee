"""Enters decisions: on disk, counted, in the log."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import structlog

from services.alerts.store.entry import Decided, Entry
from services.alerts.store.inbox import InboxStore

__all__ = ["Counted", "Register"]

_log = structlog.get_logger()
Counted = Callable[[str, str, float], None]
"""Told of each decision: stream, kind, and how long [s] the packet waited."""


class Register:
    """What became of packets, by one version of the rules."""

    def __init__(self, inbox: InboxStore, rules: str, counted: Counted) -> None:
        self._inbox = inbox
        self._rules = rules
        self._counted = counted

    async def enter(self, decided: Sequence[Decided]) -> list[Entry]:
        """Keep decisions; return the entries as they are now."""
        entries = await self._inbox.decide(decided, self._rules)
        for one in decided:
            waited = (datetime.now(UTC) - one.entry.received).total_seconds()
            packet, kind = one.entry.id, one.decision.kind
            self._counted(one.decision.stream or "other", kind, waited)
            _log.info(
                "packet.decided", packet=packet, kind=kind, reason=one.decision.reason
            )
        return entries
