"""What stars are fetched from: a TAP service, or a HATS archive."""

from typing import Protocol, Self

from services.catalog.domain.cone import Cone
from services.catalog.domain.remote import RemoteTable
from services.catalog.domain.stars import ReferenceStars

__all__ = ["FetchError", "Source"]


class FetchError(Exception):
    """A source did not answer, or not with stars.

    ``away`` tells that the source itself is at fault: another survey would fare alike.
    """

    def __init__(self, told: str, *, away: bool = False) -> None:
        super().__init__(told)
        self.away = away

    @classmethod
    def of(cls, fault: Exception, *, away: bool) -> Self:
        """Return what a library's fault means."""
        return cls(f"{type(fault).__name__}: {str(fault)[:200]}", away=away)


class Source(Protocol):
    """Each call takes a thread for as long as it lasts."""

    def stars(
        self, table: RemoteTable, cone: Cone, cut: float | None
    ) -> tuple[ReferenceStars, bool]:
        """Return the stars of a cone, and whether there are more than fit.

        Stars fainter than ``cut`` [mag] are left out; some beyond the rim may come.

        Raises
        ------
        FetchError
            The source is away, too slow, or says that it cannot.
        """
        ...
