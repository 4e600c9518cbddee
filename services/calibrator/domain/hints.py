"""What is known of a frame's filter before its stars are seen: a prior of the choice.

Never a wall: the stars of a frame outvote it. A frame counts as a hundred stars at
most, since thousands share the faults of one model, and are no thousand witnesses.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.calibrator.domain.filters import bands_meant
from services.calibrator.domain.outcome import ZeroPoint

__all__ = ["NO_HINTS", "Hints", "evidence_of"]

_NAMED = 5.0
_OWNED = 2.0
_MOST_STARS = 100
_COMPATIBLE = -5.0
_LEAST = -8.0
_TOLD = 20

Evidence = Mapping[str, float]
"""Log evidence of each survey's band relative to the best one of a frame."""


@dataclass(frozen=True)
class Hints:
    """Why one band is more likely than another.

    Attributes
    ----------
    named
        The filter, as the image's header or the observer says; empty: not told.
    owned
        The observatory's filters, as its observer lists them.
    night
        What the stars of the same night's other frames of the target say.
    """

    named: str = ""
    owned: tuple[str, ...] = ()
    night: Sequence[Evidence] = ()

    @property
    def any(self) -> bool:
        """Whether anything is known."""
        return bool(self.named or self.owned or self.night)

    def prior(self, band: str) -> float:
        """Return the log prior of a band, for its filter."""
        owned = [bands_meant(one).get(band, 0.0) for one in self.owned]
        named = bands_meant(self.named).get(band, 0.0)
        return _NAMED * named + _OWNED * max(owned, default=0.0)

    def posteriors(self, fits: Sequence[ZeroPoint]) -> list[float]:
        """Return the log posterior of each fit, its scores being known."""
        own = evidence_of(fits)
        best = max(own.values())
        agreeing = [
            frame
            for frame in self.night
            if own.get(max(frame, key=frame.__getitem__), -math.inf)
            >= best + _COMPATIBLE
        ]
        names = [fit.matches.name for fit in fits]
        others = {
            name: sum(frame.get(name, _LEAST) for frame in agreeing) for name in names
        }
        most = max(others.values())
        return [
            own[name] + self.prior(fit.matches.band) + max(_LEAST, others[name] - most)
            for name, fit in zip(names, fits, strict=True)
        ]

    def surprise(self, band: str) -> str:
        """Return what a chosen band contradicts, as a sentence; empty if nothing."""
        named = bands_meant(self.named)
        if named:
            said = self.named[:_TOLD]
            told = f"The filter is said to be {said}, but the stars fit {band}."
            return "" if band in named else told
        owned = set().union(*map(bands_meant, self.owned))
        if owned and band not in owned:
            return f"{band} is none of the observatory's filters."
        return ""

    def told(self) -> tuple[str, ...]:
        """Return what helped to choose, in a few words each."""
        words = []
        if self.named:
            words.append(f"the filter {self.named[:_TOLD]} that the upload names")
        if self.owned:
            words.append("the observatory's list of filters")
        if self.night:
            words.append(f"{len(self.night)} other frames of the night")
        return tuple(words)


NO_HINTS = Hints()
"""Nothing is known."""


def evidence_of(fits: Sequence[ZeroPoint]) -> dict[str, float]:
    """Return the log evidence of each fit relative to the best, by survey and band."""
    stars = min(max(fit.stars_used for fit in fits), _MOST_STARS)
    best = min(fit.score for fit in fits)
    return {fit.matches.name: -stars * math.log(fit.score / best) for fit in fits}
