import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.names import folded, oddity, printable


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Gaia16aye ", "Gaia16aye"),
        ("TT   Tri", "TT Tri"),
        ("Ｇａｉａ16aye", "Gaia16aye"),
        ("𝐆aia16aye", "Gaia16aye"),
        ("SN\u00a02011fe", "SN 2011fe"),
        ("Białków", "Białków"),
        ("ﬁnder", "finder"),
    ],
)
def test_one_look_is_one_name(written: str, kept: str) -> None:
    assert folded(written) == kept


@pytest.mark.parametrize(
    "name",
    ["Gaia\u200b16aye", "\u202eeya61aiaG", "Gaia\u206616aye", "a\u0000b", "x\ufeff"],
)
def test_what_hides_or_turns_letters_is_odd(name: str) -> None:
    assert oddity(name) == "a hidden character"


@pytest.mark.parametrize("name", ["Gаia16aye", "Gαia16aye", "ivo://Gaiа16aye"])
def test_letters_of_two_scripts_in_one_word_are_odd(name: str) -> None:
    assert oddity(name) == "letters of two scripts in one word"


@pytest.mark.parametrize(
    "name", ["α Cen", "Гайя 16", "Białków (52 cm)", "ivo://TT Tri"]
)
def test_names_of_any_one_script_are_fine(name: str) -> None:
    assert oddity(name) == ""


@given(st.text(max_size=300))
def test_what_is_printable_is_short_and_shown(text: str) -> None:
    shown = printable(text, 20)
    assert len(shown) <= 20
    assert shown.isprintable()
    assert printable(shown, 20) == shown
