import pytest

from services.gateway.domain.colours import night_colours
from services.gateway.domain.forms import (
    new_event_form,
    new_user_form,
    observation_number,
    upload_form,
)
from services.gateway.domain.refusal import RefusalError

TODAY = 61366.0
FIELDS = {"EventID": "ivo://Gaia16aye", "MJD": "57737.793844"}


def test_absent_fields_have_the_manuals_defaults() -> None:
    form = upload_form(FIELDS, TODAY)
    assert (form.match_radius, form.exposure_time) == (2.0, 0.0)
    assert (form.survey, form.band, form.dry_run) == (None, None, False)


@pytest.mark.parametrize(
    ("text", "survey", "band"),
    [
        ("no", None, None),
        ("", None, None),
        ("APASS/r", "APASS", "r"),
        ("any/r", None, "r"),
        ("SDSS/any", "SDSS", None),
        ("any/any", None, None),
        ("2MASS/J", "2MASS", "J"),
    ],
)
def test_force_filter_is_read_as_the_manual_says(
    text: str, survey: str | None, band: str | None
) -> None:
    form = upload_form({**FIELDS, "forceFilter": text}, TODAY)
    assert (form.survey, form.band) == (survey, band)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"EventID": "x" * 500}, "EventID is too long"),
        ({"MJD": ""}, "MJD is missing"),
        ({"MJD": "yesterday"}, "MJD must be a number"),
        ({"MJD": "nan"}, "MJD must be a number"),
        ({"MJD": "57_000"}, "MJD must be a number"),
        ({"MJD": "2457738.29"}, "subtract 2400000.5"),
        ({"MJD": "62000"}, "lies in the future"),
        ({"MJD": "100"}, "too early"),
        ({"expTime": "-5"}, "expTime must not be negative"),
        ({"matchDist": "0.2"}, "0.3 to 10"),
        ({"matchDist": "1e99"}, "0.3 to 10"),
        ({"forceFilter": "r"}, "SURVEY/BAND"),
        ({"forceFilter": "../r"}, "SURVEY/BAND"),
        ({"dryRun": "maybe"}, "dryRun must be 0 or 1"),
    ],
)
def test_a_wrong_field_is_named_in_a_short_sentence(
    change: dict[str, str], sentence: str
) -> None:
    with pytest.raises(RefusalError, match=sentence) as fault:
        upload_form({**FIELDS, **change}, TODAY)
    assert len(str(fault.value)) <= 100
    assert fault.value.status == 400


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"ra": "19:4x:01"}, "ra must be a number"),
        ({"ra": "360"}, "between 0 and 360"),
        ({"dec": "-90.5"}, "between -90 and 90"),
        ({"dec": ""}, "dec is missing"),
        ({"url": "javascript:alert(1)"}, "http"),
    ],
)
def test_a_wrong_target_is_refused(change: dict[str, str], sentence: str) -> None:
    fields = {"EventID": "ivo://X", "ra": "295.005", "dec": "30.1315", **change}
    with pytest.raises(RefusalError, match=sentence):
        new_event_form(fields)


def test_a_new_user_may_upload_unless_told_otherwise() -> None:
    fields = {"obsName": "Ostrowik 0.6m", "lon": "21.4", "lat": "52.1"}
    assert new_user_form(fields).allow_upload
    assert not new_user_form({**fields, "allow_upload": "0"}).allow_upload


@pytest.mark.parametrize("text", ["", "0", "-1", "1.5", "x", "9" * 13, "٣"])
def test_a_wrong_observation_number_is_refused(text: str) -> None:
    with pytest.raises(RefusalError):
        observation_number({"followupid": text})


@pytest.mark.parametrize(
    ("text", "colours"),
    [
        ("", {}),
        ("g-r=0.45", {"g-r": 0.45}),
        (" g-r=-.3; BP-RP=+1.25 ", {"g-r": -0.3, "BP-RP": 1.25}),
    ],
)
def test_colours_of_the_target_are_read(text: str, colours: dict[str, float]) -> None:
    assert upload_form({**FIELDS, "colour": text}, TODAY).colours == colours


@pytest.mark.parametrize(
    "text", ["red", "g-r", "g-r=", "0.4", "g-r=1e9", "g-r=99", "g-r=0.4," * 9, "g r=1"]
)
def test_what_is_no_colour_is_told_so(text: str) -> None:
    with pytest.raises(RefusalError, match="colour must be like g-r"):
        upload_form({**FIELDS, "colour": text}, TODAY)


def test_two_bands_of_a_night_make_a_colour() -> None:
    assert night_colours({"g": 16.0, "r": 15.5, "V": 15.7}) == {"g-r": 0.5}
    assert night_colours({"g": 16.0}) == {}
    assert night_colours({"g": 46.0, "r": 15.0}) == {}
