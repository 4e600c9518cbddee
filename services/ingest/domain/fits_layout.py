"""The tables of a FITS file, told by its headers before any data are touched."""

from dataclasses import dataclass

from services.ingest.domain.faults import UnreadableFileError
from services.ingest.domain.names import named
from shared.kernel.fits_layout import (
    Cards,
    DamagedFitsError,
    parts_of,
    read_in,
    whole,
)

__all__ = ["Table", "tables_of"]

_MOST_COLUMNS = 999
_TABLES = {"BINTABLE", "A3DTABLE", "TABLE"}


@dataclass(frozen=True)
class Table:
    """A table of a FITS file.

    Attributes
    ----------
    cards
        Keywords and values of its header.
    start
        Where its rows begin in the file [bytes].
    binary
        Whether the rows are binary, not text.
    """

    cards: Cards
    start: int
    binary: bool

    @property
    def name(self) -> str:
        """What the table is called, such as ``LDAC_OBJECTS``."""
        return self.cards.get("EXTNAME", "").strip().upper()

    @property
    def rows(self) -> int:
        """How many rows it has, once it is unpacked."""
        return whole(self.cards, "ZNAXIS2" if self.packed else "NAXIS2")

    @property
    def packed(self) -> bool:
        """Whether its columns are compressed, as by ``fpack -table``."""
        return self.cards.get("ZTABLE", "").strip() == "T"

    @property
    def width(self) -> int:
        """How long a row is [bytes]."""
        return whole(self.cards, "NAXIS1")

    def unit(self, column: int) -> str:
        """Return what a column's numbers are in, as its header says."""
        return self.cards.get(f"TUNIT{column}", "").strip()

    def columns(self) -> dict[str, int]:
        """Return the number of each column, from 1, by SExtractor's name for it."""
        count = whole(self.cards, "TFIELDS")
        if count > _MOST_COLUMNS:
            raise UnreadableFileError(
                f"More than {_MOST_COLUMNS} columns are too many."
            )
        given = [self.cards.get(f"TTYPE{one}", "") for one in range(1, count + 1)]
        return {name: place + 1 for name, place in named(given).items()}


def tables_of(content: bytes) -> list[Table]:
    """Return the tables of a FITS file whose rows are all there, in their order.

    Raises
    ------
    DamagedFitsError
        It is damaged, cut short, or has too many parts.
    """
    tables = []
    for part in parts_of(read_in(content)):
        if part.kind in _TABLES:
            rows = whole(part.cards, "NAXIS1") * whole(part.cards, "NAXIS2")
            if part.start + rows > len(content) or rows > part.size:
                raise DamagedFitsError(
                    "The FITS file is damaged or cut short.", "Upload it again"
                )
            tables.append(Table(part.cards, part.start, binary=part.kind != "TABLE"))
    return tables
