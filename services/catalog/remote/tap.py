"""Asks a TAP service (IVOA Recommendation TAP 1.1), such as VizieR's."""

import re
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import requests
from numpy.typing import NDArray
from pyvo.dal import TAPService
from requests.adapters import HTTPAdapter
from typing_extensions import override

from services.catalog.domain.remote import RemoteTable, adql, columns_of, stars_of
from services.catalog.domain.stars import ReferenceStars

__all__ = ["FetchError", "TapClient"]


_ODD = re.compile(r"\W")


class FetchError(Exception):
    """A service did not answer, or not with stars."""


class _Timed(HTTPAdapter):
    """Gives every request a time limit [s]."""

    def __init__(self, timeout: float) -> None:
        super().__init__()
        self._timeout = timeout

    @override
    def send(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        answer = super().send(request, *args, **{**options, "timeout": self._timeout})
        answer.raise_for_status()  # pyvo would take the stars of a failed answer
        return answer


class TapClient:
    """One service; each call takes a thread for as long as it lasts."""

    def __init__(self, url: str, agent: str, timeout: float, most: int) -> None:
        self.url = url
        self._session = requests.Session()
        self._session.headers["User-Agent"] = agent
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _Timed(timeout))
        self._most = most

    def stars(
        self,
        table: RemoteTable,
        ra: float,
        dec: float,
        radius: float,
        cut: float | None,
    ) -> tuple[ReferenceStars, bool]:
        """Return the stars of a circle [deg], and whether there are more than fit.

        Raises
        ------
        FetchError
            The service is away, too slow, or says that it cannot.
        """
        query = adql(table, ra, dec, radius, cut)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                service = TAPService(self.url, session=self._session)
                found = service.run_sync(query, maxrec=self._most).to_table()
        except Exception as fault:  # whatever pyvo, requests and astropy raise
            told = f"{type(fault).__name__}: {str(fault)[:200]}"
            raise FetchError(told) from fault
        answer = {
            name: _numbers(found[_place(found.colnames, f"c{place}", name)])
            for place, name in enumerate(columns_of(table))
        }
        return stars_of(table, answer), len(found) >= self._most


def _place(names: Sequence[str], alias: str, name: str) -> str:
    """Return under which name a column came: ours, its own, or its own made plain."""
    for known in (alias, name, _ODD.sub("_", name)):
        if known in names:
            return known
    raise FetchError(f"the answer lacks {name}")


def _numbers(column: object) -> NDArray[np.float64]:
    numbers: NDArray[np.float64] = np.ma.filled(
        np.ma.asarray(column, dtype=np.float64), np.nan
    )
    return numbers
