"""Pages of a list, forwards and back."""

from urllib.parse import parse_qsl

from services.gateway.pages.turning import pages_around


def test_three_pages_on_and_back_again() -> None:
    kept = {"search": "Gaia"}
    first = pages_around({}, kept, "before", 80)
    assert first.before == ""
    second_asked = dict(parse_qsl(first.after, keep_blank_values=True))
    assert second_asked == {"search": "Gaia", "before": "80", "trail": ""}
    second = pages_around(second_asked, kept, "before", 60)
    third_asked = dict(parse_qsl(second.after, keep_blank_values=True))
    assert third_asked["trail"] == "~80"
    third = pages_around(third_asked, kept, "before", None)
    assert third.after == ""
    back = dict(parse_qsl(third.before, keep_blank_values=True))
    assert back == second_asked
    assert dict(parse_qsl(second.before)) == kept
