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

FORMULA = """
[transformed.g]
system = "AB"
base = "r"
colour = ["g", "r"]
coefficients = [0.0]
valid = [0.0, 1.0]
scatter = 0.01
source = "nobody"

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
        ('name = "DES"', 'name = "DES DR2"', "des.toml: name: "),
        ('name = "DES"', 'name = "any"', "any means the richest survey"),
        (", above = 0.5", "", "say among, unlike, above or below"),
        ("above = 0.5", "above = nan", "say among, unlike, above or below"),
        ('err = "e_gmag"', 'flux = "Fg"', "flux and flux_err go together"),
        ('err = "e_gmag"', "least_snr = 30", "least_snr needs flux"),
        ('dec = "DE_ICRS"', 'dec = "DE_ICRS"\ndeclinations = [30, -90]', "southern"),
        ('system = "AB"', 'system = "ab"', "bands.g.system: Input should be 'Vega'"),
        ("[remote.bands]", '[remote.bands]\nz = { mag = "z" }', "the system of z is"),
        ("[remote]", FORMULA + "[remote]", "g is measured or transformed, not both"),
    ],
)
def test_a_slip_is_told_with_its_place(
    tmp_path: Path, right: str, wrong: str, sentence: str
) -> None:
    (tmp_path / "des.toml").write_text(GOOD.replace(right, wrong, 1))
    with pytest.raises(SettingsError, match=sentence):
        read_definitions(tmp_path)


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is no folder"):
        read_definitions(tmp_path / "nothing")


def test_a_list_of_variables_needs_no_bands(tmp_path: Path) -> None:
    (tmp_path / "gcvs.toml").write_text(
        'name = "GCVS"\ntitle = "General Catalogue"\nlists_variables = true\n'
        '[remote]\ntable = "B/gcvs/gcvs_cat"\nra = "RAJ2000"\ndec = "DEJ2000"\n'
    )
    assert read_definitions(tmp_path)["GCVS"].lists_variables
