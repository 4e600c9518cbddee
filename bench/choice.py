"""Which band the automatic choice takes on simulated frames of a known filter.

``python -m bench.choice`` makes 2,000 frames, each in one band of a survey system, with
5 to 300 stars, a scatter of 5 %, a colour term up to ±0.15, and prints how often the
right filter was chosen: by us, by the lowest plain scatter, and by a Bayesian rule that
knows the scatter and the range of colour terms. Misses are listed by cause.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.calibrator.domain.model import (
    BandChoice,
    BandMatches,
    Field,
    FitLimits,
)
from services.calibrator.domain.outcome import (
    CalibrationImpossibleError,
)
from services.calibrator.domain.solve import solve

FloatArray = NDArray[np.float64]

FRAMES = 2000
SCATTER = 0.05
STEEPEST = 0.15
FEW = 12
SURVEYS: Mapping[str, tuple[str, float]] = {
    "APASS": ("B V g r i", 0.03),
    "SDSS": ("u g r i z", 0.02),
    "PS1": ("g r i z y", 0.015),
    "GaiaDR3": ("G BP RP", 0.008),
    "GaiaSP": ("U B V R I", 0.015),
    "2MASS": ("J H K", 0.03),
}
COLOURS = {
    **dict.fromkeys(("u", "g", "r", "z", "y", "G", "BP", "RP"), "g-r"),
    **dict.fromkeys(("U", "B", "V", "R"), "B-V"),
    **dict.fromkeys(("i", "I"), "r-i"),
    **dict.fromkeys(("J", "H", "K"), "J-K"),
}
FILTERS = tuple(COLOURS)
LIMITS = FitLimits()
CANDIDATES = [
    (survey, band) for survey, (bands, _) in SURVEYS.items() for band in bands.split()
]


def true_magnitudes(rng: np.random.Generator, stars: int) -> dict[str, FloatArray]:
    """Return magnitudes of main-sequence stars in every filter, shape (n,) each.

    A locus in g−i with a scatter of its own in each colour, roughly that of Covey et
    al. (2007, AJ 134, 2398); the Johnson-Cousins bands by Lupton (2005).
    """
    gi = rng.gamma(4.0, 0.25, stars) + 0.2
    gr = np.minimum(0.75 * gi, 0.4 + 0.48 * gi) + rng.normal(0, 0.02, stars)
    ri = gi - gr
    iz = 0.03 + 0.5 * ri + rng.normal(0, 0.02, stars)
    r = rng.triangular(12.5, 16.5, 16.5, stars)
    g, i, z = r + gr, r - ri, r - ri - iz
    u = g + 0.9 + 0.9 * gr + rng.normal(0, 0.12, stars)
    b = g + 0.3130 * gr + 0.2271 + rng.normal(0, 0.011, stars)
    v = g - 0.5784 * gr - 0.0038 + rng.normal(0, 0.005, stars)
    infrared = i - 0.85 - 0.65 * gi + rng.normal(0, 0.05, stars)
    jk = 0.25 + 0.28 * gi + rng.normal(0, 0.03, stars)
    bp_rp = 0.37 + 0.68 * gi + rng.normal(0, 0.02, stars)
    broad = r - 0.05 - 0.05 * gi - 0.04 * gi**2 + rng.normal(0, 0.01, stars)
    return {
        "u": u,
        "g": g,
        "r": r,
        "i": i,
        "z": z,
        "y": z - 0.5 * iz,
        "U": u - 0.8 + 0.05 * gr,
        "B": b,
        "V": v,
        "R": r - 0.2936 * ri - 0.1439 + rng.normal(0, 0.007, stars),
        "I": r - 1.2444 * ri - 0.3820 + rng.normal(0, 0.008, stars),
        "G": broad,
        "BP": broad + 0.4 * bp_rp,
        "RP": broad - 0.6 * bp_rp,
        "J": infrared,
        "H": infrared - 0.8 * jk,
        "K": infrared - jk,
    }


@dataclass(frozen=True)
class Frame:
    """One simulated image, the filter it was taken in, and its colour term."""

    field: Field
    filter_name: str
    colour_term: float


def frame(rng: np.random.Generator, filter_name: str | None = None) -> Frame:
    """Return a frame in a filter, or in a random one."""
    stars = int(np.exp(rng.uniform(np.log(5), np.log(300))))
    taken = filter_name or str(rng.choice(FILTERS))
    truth = true_magnitudes(rng, stars)
    term = float(rng.uniform(-STEEPEST, STEEPEST))
    blue, red = COLOURS[taken].split("-")
    noise = rng.normal(0, SCATTER, stars)
    mag = truth[taken] - term * (truth[blue] - truth[red]) - 22 + noise
    east, north = rng.uniform(-0.1, 0.1, (2, stars))
    field = Field(
        ra=10 + east,
        dec=north,
        mag=mag,
        mag_err=np.full(stars, SCATTER),
        target_ra=10.0,
        target_dec=0.0,
        radius=0.5,
        bands=[_matches(rng, truth, *name) for name in CANDIDATES],
    )
    return Frame(field, taken, term)


def _matches(
    rng: np.random.Generator, truth: Mapping[str, FloatArray], survey: str, band: str
) -> BandMatches:
    blue, red = COLOURS[band].split("-")
    sigma, stars = SURVEYS[survey][1], len(truth[band])
    return BandMatches(
        survey=survey,
        band=band,
        system="AB",
        star=np.arange(stars),
        mag=truth[band] + rng.normal(0, sigma, stars),
        mag_err=np.full(stars, sigma),
        colour_name=COLOURS[band],
        colour=truth[blue] - truth[red],
    )


def ours(one: Frame) -> str:
    """Return the band that the automatic choice takes; empty if it refuses."""
    try:
        return solve(one.field, BandChoice(), LIMITS).best.matches.band
    except CalibrationImpossibleError:
        return ""


def plainest(one: Frame) -> str:
    """Return the band with the lowest standard deviation."""
    spread = {
        band.name: float(np.std(band.mag - one.field.mag)) for band in one.field.bands
    }
    return min(spread, key=spread.__getitem__).split("/")[1]


def bayesian(one: Frame) -> str:
    """Return the filter of the highest posterior, all scatters being known.

    The zero-point has a flat prior, the colour term the simulation's own; the bands of
    one filter are added up.
    """
    evidence: dict[str, list[float]] = {}
    for band in one.field.bands:
        evidence.setdefault(band.band, []).append(_log_evidence(one.field, band))
    return max(evidence, key=lambda name: np.logaddexp.reduce(evidence[name]))


def _log_evidence(field: Field, band: BandMatches) -> float:
    if band.colour is None:
        raise ValueError("a simulated band has a colour")
    difference = band.mag - field.mag
    variance = SCATTER**2 + float(band.mag_err[0]) ** 2
    arm = band.colour - band.colour.mean()
    left = difference - difference.mean()
    terms = np.linspace(-STEEPEST, STEEPEST, 61)
    chi2 = np.sum((left - terms[:, None] * arm) ** 2, axis=1) / variance
    norm = (len(left) - 1) * np.log(variance)
    return float(np.logaddexp.reduce(-0.5 * (chi2 + norm)) - np.log(len(terms)))


def _cause(one: Frame, chosen: str) -> str:
    if not chosen:
        return "refused"
    stars = "few stars" if len(one.field.mag) <= FEW else "many stars"
    steep = "steep colour term" if abs(one.colour_term) > STEEPEST / 2 else "flat"
    return f"{stars}, {steep}: {one.filter_name} taken for {chosen}"


def main() -> None:
    """Run the benchmark."""
    rng = np.random.default_rng(1)
    frames = [frame(rng) for _ in range(FRAMES)]
    rules = {"ours": ours, "lowest scatter": plainest, "Bayesian": bayesian}
    chosen = {name: [rule(one) for one in frames] for name, rule in rules.items()}
    for name, bands in chosen.items():
        right = [
            band == one.filter_name for band, one in zip(bands, frames, strict=True)
        ]
        few = [
            hit
            for hit, one in zip(right, frames, strict=True)
            if len(one.field.mag) <= FEW
        ]
        print(f"{name:15} {np.mean(right):6.1%} right")
        print(f"{'':15} {np.mean(few):6.1%} with 5 to {FEW} stars", flush=True)
    misses = Counter(
        _cause(one, band)
        for band, one in zip(chosen["ours"], frames, strict=True)
        if band != one.filter_name
    )
    for cause, count in misses.most_common(25):
        print(f"{count:5}  {cause}")


if __name__ == "__main__":
    main()
