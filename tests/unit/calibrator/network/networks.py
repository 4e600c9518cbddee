"""Simulated networks, and how well they are solved."""

from dataclasses import replace
from typing import Any

import numpy as np

from bench.simulated_network import FloatArray, Plan, Simulated, simulated
from services.calibrator.domain.network.frames import MeasuredFrame
from services.calibrator.domain.network.light import Light, light_of
from services.calibrator.domain.network.solution import Network, solve_network
from services.calibrator.domain.network.table import tabulated

__all__ = ["Plan", "errors", "offsets", "simulation", "solved", "with_colour"]


def simulation(seed: int = 1, **plan: Any) -> Simulated:
    return simulated(np.random.default_rng(seed), replace(Plan(), **plan))


def solved(frames: list[MeasuredFrame]) -> Network:
    return solve_network(tabulated(frames))


def with_colour(network: Network, colour: float, err: float = 0.02) -> Light:
    frames = len(network.table.frames)
    return light_of(network, np.full(frames, colour), np.full(frames, err))


def errors(made: Simulated, network: Network, light: Light) -> FloatArray:
    """Measured less true magnitude of each frame [mag]."""
    true = np.array([made.light[frame.name] for frame in network.table.frames])
    error: FloatArray = light.mag - true
    return error


def offsets(network: Network, error: FloatArray) -> FloatArray:
    """Mean error of each setup less that of all [mag]."""
    setup, setups = network.table.setup, len(network.table.setups)
    mean = np.array([error[setup == number].mean() for number in range(setups)])
    apart: FloatArray = mean - mean.mean()
    return apart
