"""FITS tables that mean harm: refused before their data are touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.domain.faults import UnreadableFileError
from services.ingest.domain.read import read_catalogue

FOUR = ("MAG_AUTO", "MAGERR_AUTO", "ALPHA_J2000", "DELTA_J2000")


def card(name: str, value: object) -> bytes:
    return f"{name:<8}= {value!s:>20}".ljust(80).encode()


def header(*cards: tuple[str, object], kind: str = "") -> bytes:
    first = card("XTENSION", f"'{kind}'") if kind else card("SIMPLE", "T")
    text = first + b"".join(card(*one) for one in cards) + b"END".ljust(80)
    return text.ljust(-(-len(text) // 2880) * 2880)


PRIMARY = header(("BITPIX", 8), ("NAXIS", 0))


def promising(
    form: str, width: int, rows: int, data: bytes = b"", **more: object
) -> bytes:
    cards: list[tuple[str, object]] = [
        ("BITPIX", 8), ("NAXIS", 2), ("NAXIS1", width), ("NAXIS2", rows),
        ("PCOUNT", 0), ("GCOUNT", 1), ("TFIELDS", 4), *more.items(),
    ]  # fmt: skip
    for number, name in enumerate(FOUR, start=1):
        cards += [(f"TTYPE{number}", f"'{name}'"), (f"TFORM{number}", f"'{form}'")]
    return PRIMARY + header(*cards, kind="BINTABLE") + data


HARMFUL = {
    "rows of no width": promising("0E", 0, 10**12),
    "more rows than there are": promising("E", 16, 10**12, bytes(160)),
    "rows beyond any image": promising("E", 16, 600_000, bytes(16 * 600_000)),
    "negative rows": promising("E", 16, -5),
    "no number of rows": promising("E", 16, 5).replace(b"    5", b"  abc"),
    "rows too wide": promising("300000E", 4_800_000, 1, bytes(4_800_000)),
    "wider than its columns": promising("E", 20, 5, bytes(100)),
    "variable length": promising("1PD(9)", 32, 5, bytes(160)),
    "complex numbers": promising("C", 32, 5, bytes(160)),
    "bits": promising("8X", 4, 5, bytes(20)),
    "no format": promising("@", 16, 5, bytes(80)),
    "compressed": promising("E", 16, 5, bytes(80), ZTABLE="T"),
    "many axes": header(("BITPIX", 8), ("NAXIS", 99999)),
    "huge axes": header(
        ("BITPIX", 8), ("NAXIS", 2), ("NAXIS1", 10**9), ("NAXIS2", 10**9)
    ),
    "many parts": PRIMARY
    + header(("BITPIX", 8), ("NAXIS", 0), ("PCOUNT", 0), ("GCOUNT", 1), kind="IMAGE")
    * 600,
    "many columns": promising("E", 16, 5, bytes(80)).replace(
        card("TFIELDS", 4), card("TFIELDS", 5000)
    ),
    "no end": PRIMARY.replace(b"END", b"AND"),
    "words": promising("4A", 16, 1, b"abcd" * 4),
}


@pytest.mark.parametrize("name", HARMFUL)
def test_a_header_that_promises_harm_is_refused_unread(name: str) -> None:
    with pytest.raises(UnreadableFileError) as fault:
        read_catalogue(HARMFUL[name])
    assert 10 < len(str(fault.value)) <= 100


WORDS = [
    "NAXIS",
    "NAXIS1",
    "NAXIS2",
    "PCOUNT",
    "GCOUNT",
    "BITPIX",
    "TFIELDS",
    "TFORM1",
    "TTYPE1",
    "TSCAL1",
    "TZERO1",
    "TNULL1",
]
NUMBERS = [
    "0",
    "-1",
    "3.5",
    "T",
    "'x'",
    "1E400",
    "99999999999999",
    "'0E'",
    "'1QD'",
    "NaN",
    "1D3",
]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 4),
            st.sampled_from(WORDS),
            st.sampled_from(NUMBERS),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_a_header_changed_anywhere_is_read_or_refused(
    changes: list[tuple[int, str, str]],
) -> None:
    content = bytearray(promising("E", 16, 4, bytes(64)))
    for place, word, value in changes:
        start = (36 + place) * 80  # a card of the table's header
        content[start : start + 80] = card(word, value)
    try:
        read_catalogue(bytes(content))
    except UnreadableFileError as fault:
        assert len(str(fault)) <= 100  # noqa: PT017
