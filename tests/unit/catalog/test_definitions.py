"""A survey's definition: written from its documentation alone, its slips told."""

from pathlib import Path

import pytest

from services.catalog.store.definitions import read_definitions
from shared.settings import SettingsError

GOOD = """
name = "DES"
title = "Dark Energy Survey, data release 2"

[bands]
g = { system = "AB", colour = ["g", "r"] }
r = { system = "AB", colour = ["g", "r"] }

[remote]
table = "II/371/des_dr2"
ra = "RA_ICRS"
dec = "DE_ICRS"
where = [{ column = "S/Gg", above = 0.5 }]

[remote.bands]
g = { mag = "gmag", err = "e_gmag" }
r = { mag = "rmag", err = "e_rmag" }
"""


def test_a_survey_is_added_by_one_file(tmp_path: Path) -> None:
    (tmp_path / "des.toml").write_text(GOOD)
    survey = read_definitions(tmp_path)["DES"]
    assert survey.band("g").colour == ("g", "r")
    assert survey.remote is not None
    assert survey.remote.cut_by == "g"
    assert survey.remote.where[0].adql() == '"S/Gg" > 0.5'


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        ("title", "titel", r"des.toml: title: Field required\."),
        ('err = "e_gmag"', 'error = "e_gmag"', "des.toml: remote.bands.g.error: "),
        ("above = 0.5", 'above = "high"', "des.toml: remote.where.0.above: "),
        ('table = "II/371/des_dr2"', "", "either table or hats says where"),
        ('dec = "DE_ICRS"', 'dec = "DE_ICRS"\ncut_by = "V"', "there is no band V"),
        ("[bands]", "[bands", "des.toml: "),
    ],
)
def test_a_slip_is_told_with_its_place(
    tmp_path: Path, right: str, wrong: str, sentence: str
) -> None:
    (tmp_path / "des.toml").write_text(GOOD.replace(right, wrong, 1))
    with pytest.raises(SettingsError, match=sentence):
        read_definitions(tmp_path)
