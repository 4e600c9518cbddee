"""Reference stars for people and for tools of the Virtual Observatory."""

import warnings

import pytest
from aiohttp import ClientSession
from astropy.table import Table
from pyvo.dal import SCSService
from pyvo.dal.exceptions import DALQueryError

from stack.running import Stack
from stack.visitor import Visitor
from tests.e2e.conftest import TARGET
from tests.support.server import DEC, RA
from tests.support.waiting import eventually


def test_pyvo_searches_a_cone(stack: Stack, observer: Visitor) -> None:
    service = SCSService(f"{stack.url}/vo/scs?")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the old UCDs that the standard demands
        found = service.search(pos=(RA, DEC), radius=0.05)
    assert len(found) > 5
    table = found.to_table()
    assert {"ra", "dec", "V", "V_err", "r"} <= set(table.colnames)
    assert table["ra"].unit == "deg"
    assert found[0].id.startswith("APASS J")
    assert abs(found[0].pos.dec.deg - DEC) < 0.05


def test_a_cone_without_size_has_fields_only(stack: Stack, observer: Visitor) -> None:
    service = SCSService(f"{stack.url}/vo/scs?")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert len(service.search(pos=(RA, DEC), radius=0.0)) == 0


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("RA=x&DEC=1&SR=1", "RA must be decimal degrees."),
        ("RA=1&DEC=1", "SR must be decimal degrees."),
        ("RA=1&DEC=95&SR=1", "DEC within -90 and 90"),
        ("RA=1&DEC=1&SR=20", "SR must be at most"),
        ("RA=1&DEC=1&SR=0.1&MAXREC=-5", "MAXREC must be the most rows"),
        ("RA=1&DEC=1&SR=0.1&SURVEY=a%20b", "survey must be the name"),
    ],
)
async def test_a_wrong_cone_is_answered_by_an_error_document(
    stack: Stack, query: str, told: str
) -> None:
    async with (
        ClientSession() as session,
        session.get(f"{stack.url}/vo/scs?{query}") as answer,
    ):
        assert answer.status == 200
        assert answer.content_type == "application/x-votable+xml"
        text = await answer.text()
    assert '<INFO ID="Error" name="Error"' in text
    assert told in text


def test_pyvo_understands_the_error(stack: Stack, observer: Visitor) -> None:
    service = SCSService(f"{stack.url}/vo/scs?")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(DALQueryError, match="SR must be"):
            service.search(pos=(RA, DEC), radius=20.0)


@pytest.mark.parametrize("layout", ["csv", "ecsv"])
def test_astropy_reads_a_cone_from_its_address(
    stack: Stack, observer: Visitor, layout: str
) -> None:
    query = f"survey=APASS&ra={RA}&dec={DEC}&radius=0.05&format={layout}"
    address = f"{stack.url}/reference_stars?{query}"
    table = Table.read(address, format=f"ascii.{layout}", cache=False)
    assert len(table) > 5
    assert {"ra", "dec", "V", "V_err"} <= set(table.colnames)


async def test_a_target_s_page_shows_surveys_and_a_finder_chart(
    stack: Stack, observer: Visitor
) -> None:
    number = (await observer.get(f"api/v1/targets/{TARGET.replace(' ', '%20')}"))["id"]

    async def surveyed() -> bool:
        async with session.get(f"{stack.url}/light_curve?alert_id={number}") as answer:
            return "Within 15 arcmin" in await answer.text()

    async with ClientSession() as session:
        await eventually(surveyed)
        async with session.get(f"{stack.url}/finder/{number}.svg") as answer:
            assert answer.content_type == "image/svg+xml"
            drawn = await answer.text()
    assert drawn.count("<circle") > 10
    assert "TT Tri, APASS" in drawn
