import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.domain.chart import chart
from services.gateway.domain.hashtags import digest, new_hashtag

POINTS = st.lists(
    st.tuples(st.floats(50000, 60000), st.floats(5, 25), st.floats(-1, 2)),
    max_size=30,
)


@given(POINTS)
def test_every_mark_stands_inside_the_picture(
    points: list[tuple[float, float, float]],
) -> None:
    drawn = chart([(*point, "band0", "") for point in points], ("MJD", "mag"))
    assert len(drawn.marks) == len(points)
    for mark in drawn.marks:
        assert 0 <= mark.x <= drawn.width
        assert 0 <= mark.y <= drawn.height


def test_bright_is_up() -> None:
    bright, faint = chart(
        [(1.0, 12.0, 0.1, "", ""), (2.0, 15.0, 0.1, "", "")], ("", "")
    ).marks
    assert bright.y < faint.y
    assert bright.x < faint.x


def test_ticks_are_round_numbers_that_differ() -> None:
    axis = chart([(57021.1, 14.4, 0, "", ""), (57021.3, 14.9, 0, "", "")], ("", "")).y
    labels = [label for _, label in axis.ticks]
    assert len(set(labels)) == len(labels) >= 3
    assert float(labels[1]) - float(labels[0]) == pytest.approx(0.1)


def test_hashtags_are_long_random_and_begin_with_the_prefix() -> None:
    one, other = new_hashtag("K. Rybicki!"), new_hashtag("K. Rybicki!")
    assert one != other
    assert one.startswith("KRybicki_")
    assert len(one) > 32


def test_a_digest_does_not_hold_the_hashtag() -> None:
    assert "s3cret" not in digest("s3cret")
    assert digest("s3cret") == digest("s3cret")
