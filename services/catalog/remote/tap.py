"""Asks a TAP service (IVOA Recommendation TAP 1.1), such as VizieR's."""

import warnings
from io import BytesIO

from astropy.io.votable import parse
from astropy.table import Table
from pyvo.dal import TAPResults, TAPService

from services.catalog.domain.adql import ALIAS, adql
from services.catalog.domain.remote import RemoteTable, columns_of, stars_of
from services.catalog.domain.stars import ReferenceStars
from services.catalog.published import columns_in, read_tsv
from services.catalog.remote.session import polite_session
from services.catalog.remote.source import FetchError

__all__ = ["TapClient"]

_BYTES_A_STAR = 2000


class TapClient:
    """One service; each call takes a thread for as long as it lasts."""

    def __init__(self, url: str, agent: str, timeout: float, most: int) -> None:
        self.url = url
        self._session = polite_session(agent, timeout)
        self._most = most
        self._longest = _BYTES_A_STAR * (most + 1000)

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
            found = self._asked(query)
            answer = columns_in(found, columns_of(table), ALIAS.format)
        except Exception as fault:  # whatever pyvo, requests and astropy raise
            told = f"{type(fault).__name__}: {str(fault)[:200]}"
            raise FetchError(told) from fault
        return stars_of(table, answer), len(found) >= self._most

    def _asked(self, query: str) -> Table:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            service = TAPService(self.url, session=self._session)
            order = service.create_query(query, maxrec=self._most)
            answer = order.execute_stream().read(self._longest + 1)
            if len(answer) > self._longest:
                raise FetchError("the answer is too long")
            if answer.lstrip().startswith(b"<"):
                return TAPResults(parse(BytesIO(answer))).to_table()
            return read_tsv(answer)
