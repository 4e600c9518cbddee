"""What is counted of each stream, and which streams are quiet."""

import time

from prometheus_client import Counter, Gauge, Histogram

__all__ = ["StreamMetrics"]

_DECISIONS = Counter(
    "cpcs_packet_decisions", "packets by stream and decision", ["stream", "kind"]
)
_LAG = Histogram(
    "cpcs_packet_lag_seconds",
    "from a packet's arrival to its decision",
    ["stream"],
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 60, 600),
)
_LAST = Gauge(
    "cpcs_stream_last_packet_seconds", "when a stream was last heard", ["stream"]
)


class StreamMetrics:
    """Counts decisions; knows when each stream was last heard since the start."""

    def __init__(self, quiet_after: float) -> None:
        self._quiet_after = quiet_after
        self._heard: dict[str, float] = {}

    def count(self, stream: str, kind: str, lag: float) -> None:
        """Count a decision about a packet that waited so long [s]."""
        _DECISIONS.labels(stream, kind).inc()
        _LAG.labels(stream).observe(lag)
        _LAST.labels(stream).set_to_current_time()
        self._heard[stream] = time.monotonic()

    def warnings(self) -> list[str]:
        """Return a sentence for each stream that was heard, and is quiet now."""
        now = time.monotonic()
        return [
            f"stream {stream} is quiet for {(now - last) / 3600:.1f} h"
            for stream, last in sorted(self._heard.items())
            if now - last > self._quiet_after
        ]
