"""Simulated networks of telescopes whose truth is known, for comparing solutions."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from services.calibrator.domain.network.frames import (
    MeasuredFrame,
    Setup,
    TargetLight,
)

__all__ = ["Plan", "Simulated", "simulated"]

FloatArray = NDArray[np.float64]

_FIELD = 0.25
_FEWEST = 6
_MISSED, _MISTAKEN = 0.05, 0.05
_BEGIN, _DAYS, _FADES = 60000.0, 60.0, 0.025


@dataclass(frozen=True)
class Plan:
    """What network to simulate.

    Attributes
    ----------
    wrong
        Share of measurements that are another star's.
    term
        Standard deviation of the telescopes' colour terms.
    blue
        The target's colour less the stars' mean [mag].
    """

    observatories: int = 8
    frames: int = 25
    stars: int = 60
    wrong: float = 0.0
    term: float = 0.06
    blue: float = -0.7


@dataclass(frozen=True)
class Sky:
    """Stars as they are, and as the survey has them; arrays of shape (s,)."""

    ra: FloatArray
    dec: FloatArray
    mag: FloatArray
    colour: FloatArray
    survey: FloatArray
    told: FloatArray


@dataclass(frozen=True)
class Telescope:
    """A telescope's errors, and which stars it sees."""

    number: int
    term: float
    floor: float
    depth: float
    scale: float
    inside: NDArray[np.bool_]


@dataclass(frozen=True)
class Simulated:
    """Frames as a network takes them, and what is true of them.

    Attributes
    ----------
    light
        The target's true magnitude in each frame, by its name [mag].
    star, wrong
        Which stars each frame has, and whether they are another's, by its name.
    """

    plan: Plan
    sky: Sky
    telescopes: list[Telescope]
    frames: list[MeasuredFrame] = field(default_factory=list)
    light: dict[str, float] = field(default_factory=dict)
    star: dict[str, NDArray[np.intp]] = field(default_factory=dict)
    wrong: dict[str, NDArray[np.bool_]] = field(default_factory=dict)

    @property
    def colour(self) -> float:
        """The target's [mag]."""
        return float(self.sky.colour.mean()) + self.plan.blue


def simulated(rng: np.random.Generator, plan: Plan) -> Simulated:
    """Return a network in which each telescope has its own errors.

    Survey errors are 0.01 to 0.04 mag and some more than told; one star in twenty is
    wrong in the survey. A telescope has a colour term, a noise floor, errors larger or
    smaller than told, and sees a part of the stars.
    """
    sky = _sky(rng, plan.stars)
    telescopes = [_telescope(rng, number, plan) for number in range(plan.observatories)]
    made = Simulated(plan, sky, telescopes)
    for telescope in telescopes:
        for turn in range(plan.frames):
            _expose(rng, made, telescope, f"{telescope.number}-{turn}")
    return made


def _sky(rng: np.random.Generator, stars: int) -> Sky:
    mag = np.sort(rng.triangular(12.5, 16.5, 16.5, stars))
    told = rng.uniform(0.01, 0.04, stars)
    mistaken = rng.random(stars) < _MISTAKEN
    survey = mag + rng.normal(0, np.hypot(told, 0.01))
    survey += np.where(mistaken, rng.normal(0, 0.3, stars), 0.0)
    ra, dec = rng.uniform(-_FIELD, _FIELD, (2, stars))
    return Sky(150 + ra, dec, mag, rng.gamma(4.0, 0.15, stars) + 0.3, survey, told)


def _telescope(rng: np.random.Generator, number: int, plan: Plan) -> Telescope:
    inside = rng.random(plan.stars) < rng.uniform(0.6, 1.0)
    inside[rng.permutation(plan.stars)[:_FEWEST]] = True
    return Telescope(
        number,
        term=rng.normal(0, plan.term),
        floor=rng.uniform(0.003, 0.012),
        depth=rng.uniform(-0.7, 0.7),
        scale=rng.uniform(0.8, 1.6),
        inside=inside,
    )


def _expose(
    rng: np.random.Generator, made: Simulated, telescope: Telescope, name: str
) -> None:
    sky, plan = made.sky, made.plan
    mjd = _BEGIN + rng.uniform(0, _DAYS)
    light = 15.0 + _FADES * (mjd - _BEGIN)
    star = np.flatnonzero(telescope.inside & (rng.random(plan.stars) > _MISSED))
    zero_point = 22 + rng.normal(0, 0.3)

    def measured(mag: FloatArray, redder: FloatArray) -> tuple[FloatArray, FloatArray]:
        told = 0.003 + 0.015 * 10 ** (0.35 * (mag - 16 + telescope.depth))
        noise = rng.normal(0, np.hypot(telescope.scale * told, telescope.floor))
        return mag - zero_point - telescope.term * redder + noise, told

    mag, error = measured(sky.mag[star], sky.colour[star] - sky.colour.mean())
    own, own_error = measured(np.array([light]), np.array([plan.blue]))
    wrong = rng.random(len(star)) < plan.wrong
    mag += np.where(wrong, rng.normal(0, 0.7, len(star)), 0.0)
    made.frames.append(
        MeasuredFrame(
            name=name,
            setup=Setup(telescope.number),
            mjd=mjd,
            number=star,
            ra=sky.ra[star],
            dec=sky.dec[star],
            mag=mag,
            mag_err=error,
            reference=sky.survey[star],
            reference_err=sky.told[star],
            colour=sky.colour[star],
            target=TargetLight(float(own[0]), float(own_error[0])),
        )
    )
    made.light[name], made.star[name], made.wrong[name] = light, star, wrong
