"""Leaves a service alone that keeps failing."""

import time
from collections.abc import Callable
from threading import Lock

__all__ = ["Breaker"]

_PATIENCE = 3
_FIRST_PAUSE = 30.0
_LONGEST_PAUSE = 900.0


class Breaker:
    """Opens after three failures in a row; tries again later and later."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._until = 0.0
        self._pause = _FIRST_PAUSE
        self._one_at_a_time = Lock()

    def closed(self) -> bool:
        """Tell whether the service may be asked now."""
        return self._clock() >= self._until

    def worked(self) -> None:
        """Forget the failures."""
        with self._one_at_a_time:
            self._failures, self._pause, self._until = 0, _FIRST_PAUSE, 0.0

    def failed(self) -> None:
        """Count a failure."""
        with self._one_at_a_time:
            self._failures += 1
            if self._failures >= _PATIENCE and self.closed():
                self._until = self._clock() + self._pause
                self._pause = min(2 * self._pause, _LONGEST_PAUSE)
