"""The automatic choice: the survey and band that the stars agree with best."""

import math
from collections.abc import Sequence
from dataclasses import replace

from services.calibrator.domain.compiled import evidence_in_common
from services.calibrator.domain.hints import NO_HINTS, Hints
from services.calibrator.domain.outcome import ZeroPoint

__all__ = ["much_tighter", "rank", "undivided"]

_MUCH_TIGHTER = 3.0
_MANY = 0.25
_FEW = 10
_FEWEST_COMMON = 5
_ONE_SIDED_95 = 1.645
_NO_BETTER = 0.5
_TELLS_TERMS_APART = 0.05


def rank(fits: Sequence[ZeroPoint], hints: Hints = NO_HINTS) -> tuple[ZeroPoint, ...]:
    """Return the fits with their scores, the best first.

    On the stars that the well covered bands have in common, a score is the scatter
    [mag] of Gaussian residuals as probable as those of the band: the evidence, with
    the zero-point free, the intrinsic scatter averaged over, and the colour term under
    the narrow prior N(0, 0.06²), be it learned or not. A band that few of the stars
    have is scored by the 95 % upper limit of its own scatter, so that five lucky stars
    do not beat three hundred.

    Bands within one sigma of the best (half a unit of log evidence) are no worse: of
    them a measured band goes before a transformed one, then the smaller colour term,
    then the survey that its operator prefers. Where something is known of the filter,
    it is added to the evidence.
    """
    uploaded = 1 + max(int(fit.star.max()) for fit in fits)
    shared, told = evidence_in_common(fits, uploaded)
    scored = [
        replace(fit, score=_score(fit, *one, shared))
        for fit, one in zip(fits, told, strict=True)
    ]
    scored.sort(key=lambda fit: (fit.score, fit.matches.name))
    if hints.any:
        return _hinted(scored, hints)
    limit = scored[0].score * math.exp(_NO_BETTER / max(shared, _FEWEST_COMMON))
    tied = [fit for fit in scored if fit.score <= limit]
    rest = [fit for fit in scored if fit.score > limit]
    return (*sorted(tied, key=_preference), *rest)


def _hinted(scored: Sequence[ZeroPoint], hints: Hints) -> tuple[ZeroPoint, ...]:
    """Return fits by their posteriors, those within half a unit by preference."""
    posteriors = hints.posteriors(scored)
    best = max(posteriors)
    pairs = sorted(zip(posteriors, scored, strict=True), key=lambda pair: -pair[0])
    tied = [fit for value, fit in pairs if value >= best - _NO_BETTER]
    rest = [fit for value, fit in pairs if value < best - _NO_BETTER]
    return (*sorted(tied, key=_preference), *rest)


def undivided(ranking: Sequence[ZeroPoint]) -> tuple[ZeroPoint, ...]:
    """Return a ranking with a fit that is much tighter than the best one before it.

    A step in the image parts the stars. The right band holds one part to its small
    scatter and calls the other outliers, which costs more evidence than a wrong band
    pays that keeps all with a scatter as large as the step.
    """
    tighter = much_tighter(ranking[0], ranking)
    if tighter is None:
        return tuple(ranking)
    return (tighter, *(fit for fit in ranking if fit is not tighter))


def much_tighter(best: ZeroPoint, fits: Sequence[ZeroPoint]) -> ZeroPoint | None:
    """Return the tightest fit of many of the stars that puts the best one to shame."""
    needed = max(_FEW, _MANY * best.stars_used)
    rivals = [fit for fit in fits if fit.stars_used >= needed]
    tightest = min(rivals, key=lambda fit: fit.scatter, default=best)
    return tightest if _MUCH_TIGHTER * tightest.scatter < best.scatter else None


def _preference(fit: ZeroPoint) -> tuple[bool, float, int, float]:
    term = round(abs(fit.colour_term or 0.0) / _TELLS_TERMS_APART)
    return bool(fit.matches.origin), term, fit.matches.preference, fit.score


def _score(fit: ZeroPoint, count: int, evidence: float, stars: int) -> float:
    """Return a fit's score by its evidence on so many of the common stars."""
    if count == stars >= _FEWEST_COMMON:
        return math.exp(-evidence / count) / math.sqrt(2 * math.pi * math.e)
    return _guarded(fit.scatter, fit.stars_used)


def _guarded(scatter: float, stars: int) -> float:
    """Return how large the scatter may be, at 95 %, given so many stars.

    One-sided limit from the chi-squared distribution of the variance, by the cube
    root approximation of Wilson & Hilferty (1931, PNAS 17, 684).
    """
    freedom = max(stars - 1, 1)
    spread = 2 / (9 * freedom)
    least = (1 - spread - _ONE_SIDED_95 * math.sqrt(spread)) ** 3
    return scatter / math.sqrt(least)
