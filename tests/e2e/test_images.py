"""Images through all six processes, and what people see of them."""

import gzip
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from astropy.io import fits
from playwright.async_api import Page, expect

from stack.running import Stack
from stack.visitor import RefusedError, Visitor
from tests.e2e.test_upload import TWELVE
from tests.support.images import CAMERA, frame
from tests.support.server import DEC, RA

TARGET = "ivo://Imaged"
MEASURED = re.compile(r"1[45]\.\d{3} mag in\s+APASS/r")
NAXIS1 = b"NAXIS1  = %20d"


@pytest.fixture(scope="module")
async def who(observer: Visitor) -> Visitor:
    await observer.post("newevent", EventID=TARGET, ra=str(RA), dec=str(DEC))
    return observer


async def sent(who: Visitor, content: bytes, **fields: str) -> dict[str, Any]:
    return await who.send(TARGET, "frame.fits", content, **fields)


def page_of(answer: dict[str, Any]) -> str:
    return str(answer["image_link"].removesuffix(".png"))


async def test_an_image_gets_a_calibrated_magnitude(who: Visitor) -> None:
    answer = await sent(who, frame(1))
    assert set(answer) >= TWELVE
    assert (answer["survey"], answer["filter"]) == ("APASS", "r")
    assert answer["mag"] == pytest.approx(15.0, abs=0.03)
    assert 0 < answer["mag_err"] < 0.02
    assert answer["separation"] < 0.3
    assert 2 < answer["hfd"] < 4
    assert answer["plate"].startswith("hinted, ")
    curve = await who.light_curve(TARGET)
    assert answer["followup_id"] in curve["id"]
    assert curve["mjd"][0] == pytest.approx(57700.01 + 30 / 86400, abs=1e-6)


async def test_packed_images_are_the_same_as_plain_ones(who: Visitor) -> None:
    plain = frame(2)
    packed = io.BytesIO()
    with fits.open(io.BytesIO(plain)) as file:
        part = fits.CompImageHDU(file[0].data, file[0].header, "SCI")
        fits.HDUList([fits.PrimaryHDU(), part]).writeto(packed)
    mags = [
        (await sent(who, content, dryRun="1"))["mag"]
        for content in (plain, gzip.compress(plain), packed.getvalue())
    ]
    assert mags == pytest.approx([mags[0]] * 3, abs=1e-9)


async def test_a_target_that_is_not_there_has_a_limit_by_its_place(
    who: Visitor,
) -> None:
    answer = await sent(who, frame(3, None), dryRun="1")
    assert answer["mag_err"] == -1
    assert answer["mag"] == pytest.approx(answer["limit"])
    assert answer["snr"] < 3
    assert 18.5 < answer["limit"] < 21
    faint = await sent(who, frame(4, 19.0), dryRun="1")
    assert faint["mag"] < 19.6


async def test_an_image_that_fails_shows_what_was_seen(
    who: Visitor, stack: Stack
) -> None:
    with pytest.raises(RefusedError, match="beyond the edge of this image") as fault:
        await sent(who, frame(5, off=(0.15, 0.0)))
    assert fault.value.status == 422
    async with ClientSession() as session:
        headers = {"Authorization": f"Bearer {who.hashtag}", "Prefer": "wait=30"}
        data = {"target": TARGET, "catalogue": io.BytesIO(frame(5, off=(0.15, 0.0)))}
        where = f"{stack.url}/api/v1/uploads"
        async with session.post(where, data=data, headers=headers) as answer:
            job = await answer.json()
        assert job["state"] == "refused"
        assert [one["stage"] for one in job["stages"]] == ["received", "charted"]
        async with session.get(job["image"]) as answer:
            seen = await answer.json()
        assert not seen["measured"]
        assert seen["plate"]["matched"] > 10
        async with session.get(seen["files"]["preview"]) as answer:
            assert (await answer.read()).startswith(b"RIFF")
        async with session.get(f"{stack.url}/job/{job['id']}") as answer:
            text = await answer.text()
    assert "beyond the edge" in text
    assert text.count('<circle class="alone"') > 10


async def test_what_was_made_of_an_image_can_be_taken(
    who: Visitor, stack: Stack
) -> None:
    answer = await sent(who, frame(6))
    at = page_of(answer).replace("/calibration/", "/image/")
    async with ClientSession() as session:
        for name, start in (
            ("preview.webp", b"RIFF"),
            ("cutout.webp", b"RIFF"),
            ("stars.ldac", b"SIMPLE  ="),
            ("stars.cat", b"#   1 NUMBER"),
            ("plate.wcs", b"SIMPLE"),
            ("plate.ahead", b"CTYPE1"),
        ):
            query = {"hashtag": who.hashtag}
            async with session.get(f"{at}/{name}", params=query) as found:
                assert found.status == 200, name
                assert (await found.read()).startswith(start)
        async with session.get(f"{at}/stars.ldac") as found:
            assert found.status == 403


async def test_another_filter_needs_no_pixels_any_more(
    who: Visitor, stack: Stack
) -> None:
    answer = await sent(who, frame(7), dryRun="1")
    upload = page_of(answer).rpartition("/")[2]
    where = f"{stack.url}/api/v1/calibrations/{upload}/again"
    headers = {"Authorization": f"Bearer {who.hashtag}", "Prefer": "wait=30"}
    async with ClientSession(headers=headers) as session:
        async with session.post(where, json={"filter": "APASS/g"}) as told:
            other = (await told.json())["observation"]
        async with session.post(where, json={"keep": True}) as told:
            kept = (await told.json())["observation"]
        async with session.get(
            f"{stack.url}/calibration/{kept['calibration']}"
        ) as told:
            assert "The image with its stars" in await told.text()
    assert (other["band"], kept["band"]) == ("g", "r")
    assert kept["mag"] == answer["mag"]
    assert kept["mag_err"] == answer["mag_err"]


async def test_colour_planes_and_mosaics_are_measured(who: Visitor) -> None:
    with fits.open(io.BytesIO(frame(8))) as file:
        data, header = file[0].data, file[0].header.copy()
    colour = io.BytesIO()
    fits.PrimaryHDU([data // 2, data, data // 3], header).writeto(colour)
    answer = await sent(who, colour.getvalue(), dryRun="1", usedFilter="r", plane="G")
    assert answer["mag"] == pytest.approx(15.0, abs=0.03)
    assert "plane G" in answer["warnings"][0]
    large = replace(CAMERA, width=1400, height=1300, scale=0.4, fwhm=6.0)
    mosaic = await sent(who, frame(9, camera=large, BAYERPAT="RGGB"), dryRun="1")
    assert mosaic["mag"] == pytest.approx(15.0, abs=0.05)
    assert "not debayered" in mosaic["warnings"][0]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (frame(10)[:500_000], "damaged or cut short"),
        (b"\xff\xd8\xff\xe0" + bytes(5000), "neither text nor FITS"),
        (frame(10).replace(NAXIS1 % 900, NAXIS1 % 9_000_000), "50 million"),
    ],
)
async def test_a_hostile_image_is_refused_in_a_sentence(
    content: bytes, told: str, who: Visitor
) -> None:
    with pytest.raises(RefusedError, match=told) as fault:
        await sent(who, content, MJD="57700", expTime="60")
    assert len(str(fault.value)) <= 100


async def test_the_page_of_an_image_shows_its_stars_and_the_target(
    page: Page, who: Visitor
) -> None:
    answer = await sent(who, frame(11))
    await page.goto(page_of(answer))
    plate = page.get_by_role("img", name="The image with its stars")
    await expect(plate.locator("circle.used").first).to_be_visible()
    assert await plate.locator("circle.used").count() > 30
    await expect(plate.locator("path.target")).to_be_visible()
    loaded = "image => fetch(image.href.baseVal).then(answer => answer.status)"
    assert await plate.locator("image").evaluate(loaded) == 200
    charted = plate.locator(".charted path").first
    await expect(charted).to_be_hidden()
    await page.get_by_label("where the survey has stars").check()
    await expect(charted).to_be_visible()
    near = page.get_by_role("img", name="The target with its aperture")
    await expect(near.locator("circle.annulus")).to_have_count(2)
    await expect(page.get_by_text("Solved anew, with the scale known")).to_be_visible()
    await expect(page.get_by_text("Growth curve")).to_be_visible()


async def test_an_image_by_the_form_shows_its_stages(
    page: Page, who: Visitor, stack: Stack, tmp_path: Path
) -> None:
    large = replace(CAMERA, width=1200, height=1000, scale=0.5)
    path = tmp_path / "large.fits"
    path.write_bytes(frame(12, camera=large))
    await page.goto(f"{stack.url}/uploader?EventID={TARGET}")
    await page.get_by_label("SExtractor catalogue").set_input_files(path)
    await expect(page.get_by_label("MJD OBS")).to_have_value("57700.120347")
    told = page.locator("#upload [data-progress]")
    await expect(told).to_contain_text("MJD-OBS + half the exposure; image of 1200")
    await page.locator("#upload").get_by_label("Hashtag").fill(who.hashtag)
    await page.get_by_role("button", name="Submit").click()
    await expect(page.locator(".stages")).to_contain_text("measured", timeout=60_000)
    await expect(page.locator(".told")).to_contain_text(MEASURED, timeout=60_000)
