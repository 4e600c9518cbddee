"""How often something may be done."""

import time
from collections import deque
from collections.abc import Callable

__all__ = ["Pace"]

_HOUR = 3600.0


class Pace:
    """So many times in any hour, and no more."""

    def __init__(
        self, an_hour: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._times: deque[float] = deque(maxlen=an_hour)
        self._clock = clock

    def allows(self) -> bool:
        """Tell whether it may be done now; if so, it counts as done."""
        now = self._clock()
        full = len(self._times) == self._times.maxlen
        if full and now - self._times[0] < _HOUR:
            return False
        self._times.append(now)
        return True
