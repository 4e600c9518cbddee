"""Error of the zero-point on simulated fields: an oracle, ours, and two peers.

``make accuracy`` prints, for 200 fields a row, rms and worst error [mmag] and the width
of the pull (error over what the program says it may be), all at the mean colour of the
stars. The colours may be known or not, and so may the colour term (for us: learned from
earlier frames to ±0.02). The oracle knows which stars are wrong, the colour term, every
colour and every scatter. Without the group ``bench`` the peers are left out.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from bench.simulated import LAWS, Field, field
from services.calibrator.domain.mixture import agree
from services.calibrator.domain.model import Prior

FloatArray = NDArray[np.float64]
Estimator = Callable[[Field, str], tuple[float, float]]
"""A field, and what of the colours is known, give an error and what it may be [mag]."""

_FIELDS = 200


def oracle(one: Field, known: str) -> tuple[float, float]:  # noqa: ARG001 - it knows
    """Return the error of the weighted mean of the good stars, colour taken off."""
    weight = np.where(one.wrong, 0.0, 1 / (one.variance + one.intrinsic**2))
    freed = one.difference - one.colour_term * one.colour
    return float(np.average(freed, weights=weight)), float(weight.sum() ** -0.5)


def ours(one: Field, known: str) -> tuple[float, float]:
    """Return our error, and what we say it may be."""
    colour = np.zeros(len(one.difference)) if known == "nothing" else one.colour
    prior = Prior(one.colour_term, 0.02) if known == "term" else Prior()
    found = agree(one.difference, one.variance, colour, prior)
    return found.centre, found.centre_err


def estimators() -> dict[str, Estimator]:
    """Return whom to compare; the peers only where they are installed."""
    found: dict[str, Estimator] = {"oracle": oracle, "ours": ours}
    try:
        from bench import peers  # noqa: PLC0415 - a group of its own
    except ImportError as fault:
        print(f"(the peers are not installed: {fault})")
        return found
    return {**found, "stdpipe": peers.stdpipe, "calviacat": peers.calviacat}


def _row(
    who: dict[str, Estimator], stars: int, wrong: float, law: str, known: str
) -> str:
    rng = np.random.default_rng(1)
    fields = [field(rng, stars, wrong, law) for _ in range(_FIELDS)]
    cells = [
        _cell(np.array([run(one, known) for one in fields])) for run in who.values()
    ]
    return f"{stars:5} {wrong:4.0%} {known:>8}  {'  '.join(cells)}"


def _cell(results: FloatArray) -> str:
    done = results[np.isfinite(results).all(axis=1) & (results[:, 1] > 0)]
    if not len(done):
        return f"{'-':>18}"
    error = done[:, 0] * 1e3
    pull = float(np.std(done[:, 0] / done[:, 1]))
    missing = f"-{len(results) - len(done)}" if len(done) < len(results) else ""
    rms = np.sqrt(np.mean(error**2))
    return f"{rms:6.1f}/{np.abs(error).max():4.0f} {pull:5.2f} {missing:>4}"


def main() -> None:
    """Run the benchmark."""
    who = estimators()
    for law in LAWS:
        print(f"\nwrong stars: {law}. rms / worst [mmag], pull, fields without answer")
        print("stars wrong   known  " + "  ".join(f"{name:>21}" for name in who))
        for known in ("colours", "term", "nothing"):
            for stars in (5, 8, 12, 30, 150, 1000):
                for wrong in (0.0, 0.08, 0.25):
                    row = _row(who, stars, wrong, law, known)
                    print(row, flush=True)


if __name__ == "__main__":
    main()
