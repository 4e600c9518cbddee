"""Rows read by the compiled reader, beside what reads any row."""

import random
import re

import numpy as np
import pytest

from services.ingest.domain import plain_rows as reader
from services.ingest.domain.compiled import columns_of
from services.ingest.domain.faults import UnreadableFileError
from services.ingest.domain.plain_rows import plain_rows
from services.ingest.domain.read import Reading, read_catalogue
from tests.support.catalogues import HOSTILE, ascii_head

built = pytest.mark.skipif(columns_of is None, reason="no C compiler was here")
FORMATS = ("%.3f", "%.7f", "%.17g", "%e", "%+.12E", "%d", "%.20f", "%30.18e")


@built
@pytest.mark.parametrize("layout", FORMATS)
def test_numbers_are_rounded_as_python_rounds_them(layout: str) -> None:
    rng = random.Random(layout)
    words = [
        layout % (rng.uniform(-1, 1) * 10.0 ** rng.randint(-30, 30))
        for _ in range(2000)
    ]
    read = plain_rows("".join(f"7 {word}\n" for word in words), 2, [1])
    assert read is not None
    np.testing.assert_array_equal(read[:, 0], [float(word) for word in words])


@built
@pytest.mark.parametrize(
    "word",
    [
        *("1", "-1", "+1", "1.", ".5", "-.5e-3", "1e5", "1E+05", "1e-400", "1e400"),
        *("9007199254740993", "0.1234567890123456789", "123456789012345678901234"),
        *("-0.0", "00012.50", "4.9e-324", "1.7976931348623157e308", "9e22", "9e23"),
    ],
)
def test_a_decimal_number_is_a_number(word: str) -> None:
    read = plain_rows(f"{word} x\n", 2, [0])
    assert read is not None
    assert read.tolist() == [[float(word)]]


@built
@pytest.mark.parametrize(
    "word",
    [
        *("nan", "inf", "INDEF", "1_0", "0x10", "1e", "e5", ".", "-", "--1", "1.2.3"),
        *("1,5", "1e+", "1e99999", "+-1", "1d5", "٣", "1\x0b2", "***", "#1", "1#"),
    ],
)
def test_any_other_word_is_for_who_judges_words(word: str) -> None:
    assert plain_rows(f"1 {word}\n", 2, [1]) is None


@built
@pytest.mark.parametrize(
    "body",
    [
        *("1 2", "1 2\n3\n", "1 2\n3 4 5\n", "1 2 # seen twice\n", "# 1 2\n1 2\n"),
        *("1 2\n\x0c\n", "1 2\0\n", "1 2\n3\xa04\n", "1\n", "\x1c1 2\n"),
    ],
)
def test_rows_that_are_odd_are_for_who_judges_rows(body: str) -> None:
    assert plain_rows(body, 2, [1]) is None


@built
def test_columns_come_as_asked_for_whatever_is_between_them() -> None:
    read = plain_rows("\n 1\t2 x 4 \n   \n5 6 y(2) 8\n", 4, [3, 0, 3])
    assert read is not None
    assert read.tolist() == [[4, 1, 4], [8, 5, 8]]


@built
@pytest.mark.parametrize("rows", [1, 2, 7, 8, 9, 63, 5000])
@pytest.mark.parametrize("width", [1, 3, 12])
def test_rows_are_read_in_pieces_as_if_they_were_one(rows: int, width: int) -> None:
    expected = np.random.default_rng(rows).integers(0, 10**6, (rows, width))
    text = "".join(" ".join(map(str, row)) + "\n" for row in expected)
    for blank in ("", "\n" * 3, " \n" * len(text)):
        read = plain_rows(text + blank, width, list(range(width)))
        np.testing.assert_array_equal(read, expected)
        read = plain_rows(blank + text, width, list(range(width)))
        np.testing.assert_array_equal(read, expected)


@built
@pytest.mark.parametrize("place", range(0, 4000, 37))
def test_an_odd_row_is_found_in_any_piece(place: int) -> None:
    lines = ["1 2\n"] * 4000
    lines[place] = "1 x\n"
    assert plain_rows("".join(lines), 2, [0, 1]) is None


@built
@pytest.mark.parametrize("end", ["1 2 3\n", "1\n", "1 2\n1 x\n", "9 9 9 9 9 9\n"])
@pytest.mark.parametrize("rows", range(12))
def test_a_row_that_is_odd_at_the_end_stays_within_bounds(rows: int, end: str) -> None:
    assert plain_rows("1 2\n" * rows + end, 2, [0, 1]) is None


def _read(content: bytes) -> Reading | str:
    try:
        return read_catalogue(content)
    except UnreadableFileError as fault:
        return f"{fault} {fault.hint}"


FILES = [
    *HOSTILE.values(),
    ascii_head(),
    *(
        re.sub(rb"135", word, ascii_head(), count=1)
        for word in (b"nan", b"1e3", b"13_5", b"*", b"135 135", b"#135", b"\t135 ")
    ),
]


@pytest.mark.parametrize("content", FILES)
def test_a_file_tells_the_same_without_the_compiled_reader(
    content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    quickly = _read(content)
    monkeypatch.setattr(reader, "columns_of", None)
    slowly = _read(content)
    assert type(quickly) is type(slowly)
    if isinstance(quickly, str) or isinstance(slowly, str):
        assert quickly == slowly
        return
    assert quickly.warnings == slowly.warnings
    for quick, slow in zip(
        vars(quickly.stars).values(), vars(slowly.stars).values(), strict=True
    ):
        np.testing.assert_array_equal(quick, slow)
