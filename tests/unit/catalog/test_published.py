"""Tables as surveys publish them: VizieR's files, columns by their own names, cuts."""

import math
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from astropy.table import Table
from hypothesis import given
from hypothesis import strategies as st

from services.catalog.domain.published import columns_in, read_tsv
from services.catalog.domain.quality import Condition
from services.catalog.domain.remote import columns_needed
from services.catalog.loading.star_columns import StarFileError
from services.catalog.loading.star_file import batches_of
from services.catalog.remote.hats import good
from services.catalog.store.definitions import read_definitions

SURVEYS = read_definitions()
APASS = """#
#   VizieR Astronomical Server
#RESOURCE=yCat_2336
#Table\tII_336_apass9:
#Column\tBmag\t(F6.3)\tJohnson B-band magnitude [ucd=phot.mag;em.opt.B]
RAJ2000\tDEJ2000\tBmag\te_Bmag\tVmag\te_Vmag\tg'mag\te_g'mag
deg\tdeg\tmag\tmag\tmag\tmag\tmag\tmag
----------\t----------\t------\t------\t------\t------\t------\t------
023.630001\t-49.070002\t16.500\t 0.040\t15.800\t 0.000\t16.100\t 0.030
023.640001\t-49.080002\t      \t      \t14.200\t 0.020\t{blank}\t{blank}

#RESOURCE=yCat_9999
RAJ2000\tDEJ2000
1\t2
#END#
""".replace("{blank}", " " * 6)


def test_a_table_of_vizier_in_tabs_is_loaded_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "asu.tsv"
    path.write_text(APASS)
    (stars,) = batches_of(path, SURVEYS["APASS"])
    np.testing.assert_array_equal(stars.ra, [23.630001, 23.640001])
    np.testing.assert_array_equal(stars.mag["B"], [16.5, np.nan])
    np.testing.assert_array_equal(stars.mag["g"], [16.1, np.nan])
    np.testing.assert_array_equal(stars.mag_err["V"], [np.nan, 0.02])
    assert set(stars.mag) == {"B", "V", "g"}


@pytest.mark.parametrize("ending", ["vot", "fits", "csv", "parquet"])
def test_a_published_table_loses_what_is_no_good_star(
    tmp_path: Path, ending: str
) -> None:
    table = Table({"RA_ICRS": [1.0, 2.0, 3.0, 4.0], "DE_ICRS": [0.0, 0.0, 0.0, 0.0]})
    table["class"], table["mode"] = [6, 3, 6, 6], [1, 1, 2, 1]
    table["clean"] = [1, 1, 1, 0]
    table["rmag"], table["e_rmag"] = [15.0] * 4, [0.01] * 4
    path = tmp_path / f"sdss.{ending}"
    if ending == "parquet":
        columns = {name: table[name].tolist() for name in table.colnames}
        pq.write_table(pa.table(columns), path)
    else:
        table.write(path, format={"vot": "votable", "csv": "ascii.csv"}.get(ending))
    *_, stars = batches_of(path, SURVEYS["SDSS"])
    np.testing.assert_array_equal(stars.ra, [1.0])
    assert set(stars.mag) == {"r"}


@pytest.mark.parametrize("ending", ["vot", "fits", "csv", "ecsv", "parquet"])
def test_words_tell_good_stars_in_every_format(tmp_path: Path, ending: str) -> None:
    table = Table({"RAJ2000": [1.0, 2.0, 3.0], "DEJ2000": [0.0, 0.0, 0.0]})
    table["Jmag"], table["e_Jmag"] = [9.0, 10.0, 11.0], [0.02] * 3
    table["Qflg"] = ["AAA", "AAU", "AAA"]
    path = tmp_path / f"twomass.{ending}"
    if ending == "parquet":
        columns = {name: table[name].tolist() for name in table.colnames}
        pq.write_table(pa.table(columns), path)
    else:
        layout = {"vot": "votable", "csv": "ascii.csv", "ecsv": "ascii.ecsv"}
        table.write(path, format=layout.get(ending))
    *_, stars = batches_of(path, SURVEYS["2MASS"])
    np.testing.assert_array_equal(stars.ra, [1.0, 3.0])


def test_a_published_table_that_lacks_what_tells_good_stars_is_refused(
    tmp_path: Path,
) -> None:
    path = tmp_path / "sdss.csv"
    path.write_text("RA_ICRS,DE_ICRS,class,mode,rmag,e_rmag\n1,2,6,1,15,0.01\n")
    with pytest.raises(StarFileError, match="it lacks clean of the published SDSS"):
        list(batches_of(path, SURVEYS["SDSS"]))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"# nothing\n", "no table"), (b"a\tb\n1\n", "not as many values")],
)
def test_tabs_that_are_no_table_are_told_so(content: bytes, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read_tsv(content)


def test_a_table_without_rows_keeps_its_columns() -> None:
    assert read_tsv(b"RAJ2000\tVmag\n").colnames == ["RAJ2000", "Vmag"]


def test_what_a_service_is_asked_says_what_the_rows_must_be() -> None:
    asked = [condition.adql() for condition in SURVEYS["GaiaDR3"].remote.where]  # type: ignore[union-attr]
    assert asked == [
        '"RUWE" < 1.4',
        """("VarFlag" IS NULL OR "VarFlag" <> 'VARIABLE')""",
    ]
    words = Condition('a"b', minus="c", among=("it's", 2.5))
    assert words.adql() == """"a""b" - "c" IN ('it''s', 2.5)"""


@given(st.lists(st.floats(0, 3) | st.just(float("nan")), min_size=1, max_size=20))
def test_limits_are_exclusive_and_no_value_is_no_good(ruwe: list[float]) -> None:
    condition = Condition("RUWE", above=0.5, below=1.4)
    good = condition.holds({"RUWE": np.array(ruwe)})
    assert good.tolist() == [0.5 < one < 1.4 for one in ruwe]


def test_words_are_compared_and_none_is_unlike_any() -> None:
    table = Table(
        {"VarFlag": ["VARIABLE", "NOT_AVAILABLE", ""], "Qflg": ["AAA", "AAU", ""]}
    )
    table = Table({**table, "RUWE": [1.0, 1.0, 1.0]})
    answer = columns_in(table, ["VarFlag", "Qflg"])
    assert Condition("VarFlag", unlike="VARIABLE").holds(answer).tolist() == [
        False, True, True,
    ]  # fmt: skip
    assert Condition("Qflg", among=("AAA",)).holds(answer).tolist() == [
        True, False, False,
    ]  # fmt: skip


@given(
    st.lists(st.floats(-3, 3) | st.none(), min_size=1, max_size=20),
    st.builds(
        Condition,
        st.just("a"),
        minus=st.sampled_from(["", "b"]),
        among=st.sampled_from([(), (0.0, 1.0)]),
        unlike=st.sampled_from([None, 0.0]),
        above=st.sampled_from([-math.inf, 0.1234567]),
        below=st.sampled_from([math.inf, 2.0]),
    ),
)
def test_a_file_an_archive_and_a_service_mean_the_same(
    values: list[float | None], condition: Condition
) -> None:
    other = [1.0] * len(values)
    columns = {"a": np.array(values, dtype=np.float64), "b": np.array(other)}
    by_numpy = condition.holds(columns)
    table = pa.table({"a": pa.array(values, pa.float64()), "b": other})
    rows = table.append_column("row", pa.array(range(len(values))))
    by_arrow = rows.filter(good(condition))["row"].to_pylist()
    assert by_arrow == np.flatnonzero(by_numpy).tolist()
    assert "0.12345 " not in condition.adql()


def test_words_in_an_archive_are_compared_as_in_a_file() -> None:
    words = ["STAR", None, "GALAXY"]
    table = pa.table({"class": pa.array(words).dictionary_encode(), "row": [0, 1, 2]})
    for condition in (
        Condition("class", among=("STAR",)),
        Condition("class", unlike="GALAXY"),
    ):
        wanted = condition.holds({"class": np.array(words, dtype=object)})
        found = table.filter(good(condition))["row"].to_pylist()
        assert found == np.flatnonzero(wanted).tolist()
    empty = {"class": np.empty(0)}
    assert Condition("class", among=("STAR",)).holds(empty).tolist() == []


def test_every_survey_tells_its_bands_and_needs_known_columns() -> None:
    for survey in SURVEYS.values():
        assert survey.remote is not None
        assert len(columns_needed(survey.remote)) >= 2 + len(survey.remote.bands)
