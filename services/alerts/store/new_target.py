"""A target that has no number yet."""

from dataclasses import dataclass
from datetime import UTC, datetime

from shared.contracts.alerts import Alert, Provenance
from shared.contracts.values import Observer

__all__ = ["NewTarget"]


@dataclass(frozen=True, kw_only=True)
class NewTarget:
    """What is known of a target when it is found: position (ICRS) [deg].

    Attributes
    ----------
    position_err
        Error of the position [arcsec], where it is told.
    change
        How it came about, and by whom.
    """

    ivorn: str
    ra: float
    dec: float
    change: str
    url: str = ""
    position_err: float | None = None
    classification: str = ""
    created_by: Observer | None = None
    aliases: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    provenance: Provenance | None = None

    def numbered(self, number: int) -> Alert:
        """Return the first revision of the target, under its number."""
        now = datetime.now(UTC)
        return Alert(id=number, revision=1, published=now, changed_at=now, **vars(self))
