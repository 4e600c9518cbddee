"""Asks a TAP service (IVOA Recommendation TAP 1.1), such as VizieR's."""

import warnings
from io import BytesIO
from typing import Any

import requests

from services.catalog.domain.adql import ALIAS, adql
from services.catalog.domain.cone import Cone
from services.catalog.domain.published import columns_in, read_tsv
from services.catalog.domain.remote import RemoteTable, columns_of, stars_of
from services.catalog.domain.stars import ReferenceStars
from services.catalog.remote.session import (
    AnswerTooLongError,
    polite_session,
    read_within,
)
from services.catalog.remote.source import FetchError
from shared.kernel.later import later

__all__ = ["TapClient"]

dal, votable = later("pyvo.dal"), later("astropy.io.votable")

_BYTES_A_STAR = 2000
_BUSY = {408, 429}


class TapClient:
    """One service; each call takes a thread for as long as it lasts."""

    def __init__(self, url: str, agent: str, timeout: float, most: int) -> None:
        self.url = url
        self._session = polite_session(agent, timeout)
        self._timeout = timeout
        self._most = most
        self._longest = _BYTES_A_STAR * (most + 1000)

    def stars(
        self, table: RemoteTable, cone: Cone, cut: float | None
    ) -> tuple[ReferenceStars, bool]:
        """Ask the service; see ``Source``."""
        try:
            found, cropped = self._asked(adql(table, cone, cut))
            answer = columns_in(found, columns_of(table), ALIAS.format)
        except Exception as fault:  # whatever pyvo, requests and astropy raise
            raise FetchError.of(fault, away=_away(fault)) from fault
        return stars_of(table, answer), cropped or len(found) >= self._most

    def _asked(self, query: str) -> tuple[Any, bool]:
        """Return an answer's table, and whether the service left rows out."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            service = dal.TAPService(self.url, session=self._session)
            order = service.create_query(query, maxrec=self._most)
            with order.submit() as response:
                answer = read_within(response, self._longest, self._timeout)
            if not answer.lstrip().startswith(b"<"):
                return read_tsv(answer), False
            results = dal.TAPResults(votable.parse(BytesIO(answer)))
            status = results.query_status or ""
            return results.to_table(), status.lower() == "overflow"


def _away(fault: Exception) -> bool:
    """Tell whether a service is at fault, not what it was asked."""
    if isinstance(fault, requests.HTTPError):
        status = 0 if fault.response is None else fault.response.status_code
        return status in _BUSY or status not in range(400, 500)
    ours = (dal.DALQueryError, KeyError, AnswerTooLongError)
    return not isinstance(fault, ours)
