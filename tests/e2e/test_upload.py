"""Uploads through five processes."""

import asyncio
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from aiohttp import ClientSession, FormData

from stack.night import Image
from stack.visitor import RefusedError, Visitor
from tests.e2e.conftest import TARGET
from tests.support.catalogues import HOSTILE
from tests.support.server import DEC, RA, SKY, ZERO_POINT, image

TWELVE = {
    "image_link", "mag", "mag_err", "ra", "dec", "zeropoint", "outlier_fraction",
    "scatter", "npoints", "followup_id", "filter", "survey",
}  # fmt: skip


async def test_a_target_gets_its_calibrated_magnitude(observer: Visitor) -> None:
    answer = await observer.upload(TARGET, image(1))
    assert set(answer) >= TWELVE
    assert (answer["survey"], answer["filter"]) == ("APASS", "r")
    assert answer["zeropoint"] == pytest.approx(ZERO_POINT, abs=0.01)
    assert answer["mag"] == pytest.approx(14.0, abs=0.03)
    assert 0 < answer["mag_err"] < 0.05
    assert (answer["ra"], answer["dec"]) == (RA, DEC)
    curve = await observer.light_curve(TARGET)
    place = curve["id"].index(answer["followup_id"])
    assert curve["mag"][place] == answer["mag"]
    assert curve["mjd"][place] == image(1).mjd
    assert curve["observatory"][place] == "Ostrowik 0.6m, K.Rybicki"
    assert curve["caliberr"][place] >= 0.01


async def test_the_light_curve_has_the_lists_clients_need(observer: Visitor) -> None:
    await observer.upload(TARGET, image(1))
    curve = await observer.light_curve(TARGET)
    names = [
        "mjd",
        "mag",
        "magerr",
        "caliberr",
        "observatory",
        "catalog",
        "filter",
        "id",
    ]
    assert {len(curve[name]) for name in names} == {len(curve["mjd"])}
    assert curve["alert_name"] == TARGET


async def test_forcing_the_automatic_choice_gives_the_identical_zero_point(
    observer: Visitor,
) -> None:
    automatic = await observer.upload(TARGET, image(2), dryRun="1")
    forced = await observer.upload(TARGET, image(2), dryRun="1", forceFilter="APASS/r")
    assert forced["zeropoint"] == automatic["zeropoint"]
    assert (automatic["mode"], forced["mode"]) == ("AUTO", "FORCED")


async def test_a_dry_run_stores_nothing(observer: Visitor) -> None:
    before = await observer.light_curve(TARGET)
    answer = await observer.upload(TARGET, image(3), dryRun="1")
    assert answer["followup_id"] is None
    assert await observer.light_curve(TARGET) == before


async def test_the_same_upload_at_once_and_again_is_one_observation(
    observer: Visitor,
) -> None:
    answers = await asyncio.gather(
        *(observer.upload(TARGET, image(4)) for _ in range(4))
    )
    answers.append(await observer.upload(TARGET, image(4), forceFilter="any/g"))
    numbers = {answer["followup_id"] for answer in answers}
    assert len(numbers) == 1
    curve = await observer.light_curve(TARGET)
    place = curve["id"].index(numbers.pop())
    assert curve["filter"][place] == "g"


async def test_an_absent_target_gives_an_upper_limit(observer: Visitor) -> None:
    answer = await observer.upload(TARGET, image(5, magnitude=None))
    assert answer["mag_err"] == -1
    assert answer["mag"] > 15


async def test_a_catalogue_without_a_name_is_told_which_targets_it_shows(
    observer: Visitor,
) -> None:
    for name in ("ivo://First", "ivo://Second"):
        await observer.post("newevent", EventID=name, ra=str(RA), dec=str(DEC))
    with pytest.raises(RefusedError, match="several targets lie in this image"):
        await observer.upload("", image(6))


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_file_gets_a_short_sentence(
    observer: Visitor, name: str
) -> None:
    hostile = Image("x.cat", 57700.0, 1.0, "")
    with pytest.raises(RefusedError) as fault:
        await upload_bytes(observer, HOSTILE[name], hostile)
    assert 400 <= fault.value.status < 500
    assert 0 < len(str(fault.value)) <= 100


async def upload_bytes(who: Visitor, content: bytes, meta: Image) -> None:
    data = FormData(
        {
            "EventID": TARGET,
            "MJD": str(meta.mjd),
            "hashtag": who.hashtag,
            "outputFormat": "json",
        }
    )
    data.add_field("sexCat", content, filename=meta.name)
    async with (
        ClientSession() as session,
        session.post(f"{who.url}/followup/cgi/upload", data=data) as answer,
    ):
        raise RefusedError(answer.status, await answer.text())


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"EventID": "ivo://Nothing"}, "There is no target ivo://Nothing"),
        ({"hashtag": "wrong"}, "The hashtag is not known."),
        ({"hashtag": ""}, "Log in or send your hashtag."),
        ({"MJD": "2457738.29"}, "subtract 2400000.5"),
        ({"matchDist": "0.1"}, "matchDist must be 0.3 to 10 arcsec."),
        ({"forceFilter": "SDSS/r"}, "Calibration not possible: SDSS/r does not cover"),
    ],
)
async def test_a_wrong_field_gets_a_short_sentence(
    observer: Visitor, fields: dict[str, str], sentence: str
) -> None:
    with pytest.raises(RefusedError) as fault:
        await observer.upload(TARGET, image(6), **fields)
    assert sentence in str(fault.value)
    assert len(str(fault.value)) <= 100


async def test_a_file_too_large_is_refused(observer: Visitor) -> None:
    huge = replace(image(7), catalogue="#" * 3_000_000)
    with pytest.raises(RefusedError, match="larger than 2 MB") as fault:
        await observer.upload(TARGET, huge)
    assert fault.value.status == 413


async def test_another_field_s_stars_match_nothing(observer: Visitor) -> None:
    shifted = replace(SKY, dec=SKY.dec + 0.01)
    catalogue = shifted.image(np.random.default_rng(8), "r", ZERO_POINT)
    elsewhere = Image("x.cat", 57700.0, 1.0, catalogue)
    with pytest.raises(RefusedError, match=r"Calibration not possible|Failed to match"):
        await observer.upload(TARGET, elsewhere)


async def test_unknown_fields_are_ignored(observer: Visitor) -> None:
    answer = await observer.upload(TARGET, image(9), fits_id="7", dryRun="1")
    assert answer["survey"] == "APASS"
    assert answer["image_link"].startswith(observer.url)


async def test_a_file_name_in_another_encoding_does_no_harm(observer: Visitor) -> None:
    fields = {"EventID": TARGET, "MJD": "57700", "dryRun": "1", "outputFormat": "json"}
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in {**fields, "hashtag": observer.hashtag}.items()
    ]
    file = (
        '--b\r\nContent-Disposition: form-data; name="sexCat"; filename="caf\xe9.cat"'
        f"\r\n\r\n{image(9).catalogue}\r\n--b--\r\n"
    )
    body = "".join([*parts, file]).encode("latin-1")
    layout = {"Content-Type": "multipart/form-data; boundary=b"}
    async with (
        ClientSession() as session,
        session.post(
            f"{observer.url}/cgi/upload", data=BytesIO(body), headers=layout
        ) as answer,
    ):
        assert (await answer.json())["survey"] == "APASS"


async def test_a_failed_calibration_shows_its_fits(observer: Visitor) -> None:
    rng = np.random.default_rng(3)
    nonsense = replace(SKY, r=rng.uniform(9, 17, len(SKY.r)))
    catalogue = nonsense.image(rng, "r", ZERO_POINT, target=(RA, DEC, 14.0))
    with pytest.raises(RefusedError, match="do not agree"):
        await observer.upload(TARGET, Image("x.cat", 57700.0, 1.0, catalogue))
    with pytest.raises(RefusedError, match="do not agree"):
        await observer.upload(
            TARGET, Image("x.cat", 57700.0, 1.0, catalogue), forceFilter="APASS/r"
        )


async def test_no_plot_means_no_link(observer: Visitor) -> None:
    answer = await observer.upload(TARGET, image(9), noPlot="1", dryRun="1")
    assert answer["image_link"] == ""


async def test_reference_stars_are_served(observer: Visitor) -> None:
    query = {"survey": "APASS", "ra": str(RA), "dec": str(DEC), "radius": "0.05"}
    cone = await observer.get("reference_stars", **query)
    assert len(cone["ra"]) == len(cone["bands"]["V"]["mag"]) > 5
    nothing = await observer.get("reference_stars", **{**query, "survey": "SDSS"})
    assert (nothing["ra"], nothing["message"]) == ([], "SDSS has no stars here.")
