"""An observation's magnitude in its target's network."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Magnitudes", "NetworkMagnitude", "network_row", "without_network"]

NOT_YET = "It is not part of the network yet: let it be recalibrated if it stays so."


@dataclass(frozen=True)
class NetworkMagnitude:
    """What a network makes of an observation.

    Attributes
    ----------
    number, revision
        Of the observation; the revision is ``None`` where its stars are not kept.
    mag, total_err, colour_err
        Magnitude, its standard error (−1 of a limit), and the part of that which comes
        from the target's colour [mag]; ``None`` where it takes no part.
    left_out
        Why it takes no part; empty where it does.
    """

    number: int
    revision: int | None
    mag: float | None
    total_err: float | None
    colour_err: float | None
    left_out: str


Magnitudes = Mapping[tuple[int, str], NetworkMagnitude]
"""By number of the observation and the network's band."""


def network_row(row: Mapping[str, Any], found: Magnitudes) -> dict[str, Any]:
    """Return the columns of a row that a network fills.

    An observation that was calibrated anew since has none until the network has.
    """
    one = found.get((row["id"], row["band"]))
    if one is None or one.revision not in {None, row["revision"]}:
        one = NetworkMagnitude(0, None, None, None, None, NOT_YET)
    return {
        "network_mag": one.mag,
        "network_err": one.total_err,
        "network_colour_err": one.colour_err,
        "network_note": one.left_out,
    }


def without_network(rows: Iterable[tuple[int, str]], found: Magnitudes) -> int:
    """Return how many observations, by number and band, no network knows."""
    return sum(row not in found for row in rows)
