"""Error of the zero-point on simulated fields: an oracle, sigma clipping, and ours.

``python -m bench.accuracy`` prints, for 200 fields a row, rms and worst error [mmag] at
the mean colour of the stars, and the width of our pull. The oracle knows which stars
are wrong, the colour term and every scatter; clipping is astropy's, at three sigma.
"""

from dataclasses import dataclass

import numpy as np
from astropy.stats import sigma_clip
from numpy.typing import NDArray

from services.calibrator.domain.mixture import agree
from services.calibrator.domain.model import Prior

FloatArray = NDArray[np.float64]

_FIELDS = 200


@dataclass(frozen=True)
class Field:
    """Differences from the true zero-point [mag], shape (n,), and their truth."""

    difference: FloatArray
    variance: FloatArray
    colour: FloatArray
    colour_term: float
    intrinsic: float
    wrong: NDArray[np.bool_]


def field(rng: np.random.Generator, stars: int, wrong: float) -> Field:
    """Return a field; half of the wrong stars are off to one side, many nearby."""
    mag = rng.triangular(12, 17, 17, stars)
    variance = (0.004 + 0.03 * 10 ** (0.35 * (mag - 17))) ** 2
    variance += rng.uniform(0.01, 0.035, stars) ** 2
    intrinsic = float(rng.choice([0.0, 0.01, 0.02, 0.03]))
    term = float(rng.uniform(-0.15, 0.15))
    colour = rng.normal(0.7, 0.3, stars)
    colour -= colour.mean()
    bad = np.zeros(stars, dtype=bool)
    count = min(rng.binomial(stars, wrong), (stars - 1) // 2)
    bad[rng.permutation(stars)[:count]] = True
    offset = np.where(
        rng.random(stars) < 0.5,  # noqa: PLR2004 - half of them
        rng.normal(0, 0.5, stars),
        rng.exponential(0.4, stars) + 0.08,
    )
    noise = rng.normal(0, np.sqrt(variance + intrinsic**2))
    difference = term * colour + noise + np.where(bad, offset, 0.0)
    return Field(difference, variance, colour, term, intrinsic, bad)


def _oracle(one: Field) -> float:
    weight = np.where(one.wrong, 0.0, 1 / (one.variance + one.intrinsic**2))
    freed = one.difference - one.colour_term * one.colour
    return float(np.average(freed, weights=weight))


def _clipped(one: Field) -> float:
    kept = ~sigma_clip(one.difference, sigma=3).mask
    return float(np.average(one.difference[kept], weights=1 / one.variance[kept]))


def _row(stars: int, wrong: float, *, coloured: bool) -> str:
    rng = np.random.default_rng(1)
    errors: dict[str, list[float]] = {"oracle": [], "clipping": [], "ours": []}
    pulls = []
    for _ in range(_FIELDS):
        one = field(rng, stars, wrong)
        colour = one.colour if coloured else np.zeros(stars)
        found = agree(one.difference, one.variance, colour, Prior())
        errors["oracle"].append(_oracle(one))
        errors["clipping"].append(_clipped(one))
        errors["ours"].append(found.centre)
        pulls.append(found.centre / found.centre_err)
    cells = [_cell(np.array(values)) for values in errors.values()]
    known = "known" if coloured else "not known"
    case = f"{stars:5} {wrong:4.0%} {known:>9}"
    return f"{case}  {'  '.join(cells)}  {np.std(pulls):.2f}"


def _cell(errors: FloatArray) -> str:
    rms = np.sqrt(np.mean(errors**2)) * 1e3
    return f"{rms:6.1f} / {np.abs(errors).max() * 1e3:4.0f}"


def main() -> None:
    """Run the benchmark."""
    print("stars wrong    colour         oracle      clipping          ours  pull")
    for coloured in (True, False):
        for stars in (5, 8, 12, 30, 150, 1000):
            for wrong in (0.0, 0.08, 0.25):
                print(_row(stars, wrong, coloured=coloured), flush=True)


if __name__ == "__main__":
    main()
