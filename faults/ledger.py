"""What people were told: the server is held to it."""

from collections import Counter
from dataclasses import dataclass, field

__all__ = ["Ledger", "Upload"]


@dataclass(frozen=True)
class Upload:
    """An acknowledged upload: its observation's number, or the link to its job."""

    number: int | None
    dry: bool
    job: str = ""


@dataclass
class Ledger:
    """Everything that was acknowledged or heard.

    Attributes
    ----------
    uploads
        By target and time (MJD) [d].
    targets, packets
        Names of targets, and IVORNs of packets, that were taken.
    deleted
        Whether an observation was last deleted (or put back), by its number.
    heard
        Highest revision that a subscriber heard of each observation.
    told, hooked
        How often a happening was told to a listener, and to a webhook, by its id.
    acknowledged
        When uploads were acknowledged [s].
    struck
        How often each kind of fault happened.
    recovered
        How soon [s] after a fault an upload that was begun later was acknowledged.
    refused
        Sentences of uploads that were refused for good: there should be none.
    """

    uploads: dict[tuple[str, float], Upload] = field(default_factory=dict)
    targets: set[str] = field(default_factory=set)
    packets: set[str] = field(default_factory=set)
    deleted: dict[int, bool] = field(default_factory=dict)
    heard: dict[int, int] = field(default_factory=dict)
    told: Counter[str] = field(default_factory=Counter)
    hooked: Counter[str] = field(default_factory=Counter)
    acknowledged: list[tuple[float, float]] = field(default_factory=list)
    struck: Counter[str] = field(default_factory=Counter)
    recovered: dict[str, list[float]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
