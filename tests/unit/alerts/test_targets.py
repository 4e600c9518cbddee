import pytest

from services.alerts.domain.targets import canonical_name, name_key, same_position
from shared.kernel.sentence import RefusedError


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ivo://Gaia16aye", "ivo://Gaia16aye"),
        ("  IVO://Gaia16aye ", "ivo://Gaia16aye"),
        ("ivo://TT  Tri", "ivo://TT Tri"),
    ],
)
def test_names_are_written_one_way(text: str, name: str) -> None:
    assert canonical_name(text) == name


@pytest.mark.parametrize(
    "text",
    ["", "Gaia16aye", "ivo://", "ivo:// ", "http://x", "ivo://" + "x" * 200,
     "ivo://<script>", "ivo://a\x00b"],
)  # fmt: skip
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        canonical_name(text)


def test_names_are_one_whatever_their_case() -> None:
    assert name_key("ivo://Gaia16AYE") == name_key("ivo://gaia16aye")


def test_positions_are_compared_across_0h() -> None:
    assert same_position(0.0001, 60.0, 359.9999, 60.0)
    assert not same_position(0.001, 0.0, 359.999, 0.0)
