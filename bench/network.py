"""How well telescopes agree: simulated networks, whose truth is known.

``python -m bench.network`` prints, for each kind of network, the offsets between
observatories (rms [mmag]) of points calibrated one by one as today, by two published
methods, by an oracle that knows the stars, and by ours; ours over the oracle; and the
pull of our errors. Then what a further frame costs, and a large network.
"""

import resource
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bench.network_peers import Answer, ensemble, joined, oracle, ours, today
from bench.simulated_network import Plan, Simulated, simulated
from services.calibrator.domain.network.identities import Identities
from services.calibrator.domain.network.light_curve import homogenised, network_of
from services.calibrator.domain.network.solution import solve_network
from services.calibrator.domain.network.table import tabulated

FloatArray = NDArray[np.float64]

_NETWORKS = 30
_USUAL = Plan()
_PLANS = (
    *(replace(_USUAL, wrong=wrong) for wrong in (0.0, 0.08, 0.25)),
    *(Plan(3, 5, 8, wrong) for wrong in (0.0, 0.08, 0.25)),
    *(Plan(3, 25, 8, wrong) for wrong in (0.08, 0.25)),
    *(Plan(12, 5, 15, wrong) for wrong in (0.08, 0.25)),
    Plan(12, 25, 8, 0.25),
    Plan(3, 5, 60, 0.25),
    Plan(3, 100, 20, 0.08),
    Plan(5, 20, 200, 0.08),
    Plan(12, 100, 200, 0.25),
)
_PEERS: dict[str, Callable[..., Answer]] = {
    "today": today,
    "PyTICS": ensemble,
    "PyCALI": joined,
    "oracle": oracle,
    "ours": ours,
}


def _offsets(made: Simulated, answer: Answer, shared: set[str]) -> FloatArray:
    """Return mean errors of observatories less the mean of all [mag]."""
    found = []
    for telescope in made.telescopes:
        names = [
            frame.name
            for frame in made.frames
            if frame.setup.observer == telescope.number and frame.name in shared
        ]
        found.append(np.mean([answer[name][0] - made.light[name] for name in names]))
    apart: FloatArray = np.array(found) - np.mean(found)
    return apart


def _row(plan: Plan, *, known: bool) -> str:
    rng = np.random.default_rng(1)
    offsets: dict[str, list[FloatArray]] = {name: [] for name in _PEERS}
    pulls = []
    networks = max(4, min(_NETWORKS, 20_000 // (plan.observatories * plan.frames)))
    for _ in range(networks):
        made = simulated(rng, plan)
        answers = {name: peer(made, known=known) for name, peer in _PEERS.items()}
        shared = set.intersection(*(set(one) for one in answers.values()))
        for name, answer in answers.items():
            offsets[name].append(_offsets(made, answer, shared))
        pulls += [
            (mag - made.light[name]) / err
            for name, (mag, err) in answers["ours"].items()
        ]
    free = plan.observatories / (plan.observatories - 1)
    rms = {
        name: 1e3 * float(np.sqrt(np.mean(np.concatenate(each) ** 2) * free))
        for name, each in offsets.items()
    }
    cells = "  ".join(f"{value:7.1f}" for value in rms.values())
    pull = float(np.sqrt(np.mean(np.square(pulls))))
    return (
        f"{plan.observatories:5} {plan.frames:6} {plan.stars:5} {plan.wrong:5.0%}  "
        f"{cells}  {rms['ours'] / rms['oracle']:6.2f} {pull:5.2f}"
    )


def _agreement() -> None:
    names = "  ".join(f"{name:>7}" for name in _PEERS)
    for known in (True, False):
        told = "known" if known else "not known"
        print(f"\noffsets between observatories [mmag], the target's colour {told}")
        print(f"obs's frames stars wrong  {names}   ratio  pull")
        for plan in _PLANS:
            print(_row(plan, known=known), flush=True)


def _a_frame_more() -> None:
    """Print what it costs to solve a network again for one frame more."""
    made = simulated(np.random.default_rng(2), Plan(8, 125, 200, 0.05))
    known = Identities()
    homogenised({"r": network_of(made.frames[:-1], known)}, {})
    took = []
    for _ in range(7):
        begun = time.perf_counter()
        homogenised({"r": network_of(made.frames, known)}, {})
        took.append(time.perf_counter() - begun)
    print(f"\na frame more at 1,000 × 200: {1e3 * np.median(took):.0f} ms")


def _a_large_one() -> None:
    made = simulated(np.random.default_rng(3), Plan(20, 500, 500, 0.05))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.perf_counter()
    solve_network(tabulated(made.frames))
    took = time.perf_counter() - begun
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"all of 10,000 × 500: {took:.1f} s, {grown / 1024:.0f} MiB more")


def main() -> None:
    """Run the benchmark."""
    _a_frame_more()
    _a_large_one()
    _agreement()


if __name__ == "__main__":
    main()
