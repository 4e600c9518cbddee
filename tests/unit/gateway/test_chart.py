import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.domain.chart import Line, Plane, chart
from services.gateway.domain.hashtags import digest, new_hashtag

POINTS = st.lists(
    st.tuples(st.floats(50000, 60000), st.floats(5, 25), st.floats(-1, 2)),
    max_size=30,
)


@given(POINTS)
def test_every_mark_stands_inside_the_picture(
    points: list[tuple[float, float, float]],
) -> None:
    drawn = chart([(*point, "band0", "") for point in points], Plane("MJD", "mag"))
    assert len(drawn.marks) == len(points)
    for mark in drawn.marks:
        assert 0 <= mark.x <= drawn.width
        assert 0 <= mark.y <= drawn.height


def test_bright_is_up() -> None:
    bright, faint = chart(
        [(1.0, 12.0, 0.1, "", ""), (2.0, 15.0, 0.1, "", "")], Plane("", "")
    ).marks
    assert bright.y < faint.y
    assert bright.x < faint.x


def test_ticks_are_round_numbers_that_differ() -> None:
    axis = chart(
        [(57021.1, 14.4, 0, "", ""), (57021.3, 14.9, 0, "", "")], Plane("", "")
    ).y
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


def test_east_is_left_north_is_up_and_one_scale_holds_for_both() -> None:
    sky = Plane("east", "north", up=True, left=True, square=True)
    points = [(3.0, 0.0, 0.0, "", ""), (0.0, 1.0, 0.0, "", ""), (0.0, 0.0, 0.0, "", "")]
    drawn = chart(points, sky, (400, 400), 40)
    east, north, middle = drawn.marks
    assert east.x < middle.x
    assert north.y < middle.y
    assert middle.x - east.x == pytest.approx(3 * (middle.y - north.y), abs=0.2)
    labels = [float(label) for _, label in drawn.x.ticks]
    places = [place for place, _ in drawn.x.ticks]
    assert (labels[0] < labels[-1]) == (places[0] > places[-1])


@pytest.mark.parametrize("intercept", [0.0, 22.5, -3.0])
def test_a_line_passes_through_the_points_it_belongs_to(intercept: float) -> None:
    points = [(x, intercept + x, 0.0, "", "") for x in (1.0, 4.0, 7.0)]
    plane = Plane("", "", lines=(Line(intercept, 1.0, "fit"),))
    drawn = chart(points, plane)
    (rule,) = drawn.rules
    slope = (rule.y2 - rule.y1) / (rule.x2 - rule.x1)
    for mark in drawn.marks:
        assert rule.y1 + slope * (mark.x - rule.x1) == pytest.approx(mark.y, abs=0.3)


def test_a_line_outside_the_picture_is_not_drawn() -> None:
    points = [(x, 100.0 + x, 0.0, "", "") for x in (1.0, 2.0)]
    assert not chart(points, Plane("", "", lines=(Line(0.0, 0.0, "rule"),))).rules
