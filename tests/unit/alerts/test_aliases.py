"""Lists of names of the Gaia alerts and of the TNS are read as published."""

from services.alerts.domain.aliases import ListedObject, listed_objects

GAIA = """\
#Name, Date, RaDeg, DecDeg, AlertMag, Class, Comment, TNSid
Gaia22cxt,2022-07-15 01:24:39,251.49401,63.50304,18.26,"QSO","a, b",AT2022owc
Gaia22cxq,2022-07-14 13:39:10,251.54516,80.52298,18.32,"SN Ia","SN",
Gaia22bad,2022-07-14 13:39:10,x,80.5,18.32,"","",
"""
TNS = """\
"2026-01-01 00:00:00"
"objid","name_prefix","name","ra","declination","type","internal_names"
"1","SN","2022ojr","265.90197","86.46940","SN Ia","Gaia22cxr, ZTF22abc"
"2","AT","2022x","17:43:36.4","-00:30:00","",""
"""


def test_gaia_s_list_is_read() -> None:
    assert list(listed_objects(GAIA.splitlines())) == [
        ListedObject(
            ("ivo://Gaia22cxt", "ivo://AT2022owc"), 251.49401, 63.50304, "QSO"
        ),
        ListedObject(("ivo://Gaia22cxq",), 251.54516, 80.52298, "SN Ia"),
    ]


def test_the_list_of_the_tns_is_read() -> None:
    one, other = listed_objects(TNS.splitlines())
    assert one.names == ("ivo://SN2022ojr", "ivo://Gaia22cxr", "ivo://ZTF22abc")
    assert (other.names, round(other.ra, 6), other.dec) == (
        ("ivo://AT2022x",),
        265.901667,
        -0.5,
    )


def test_a_file_that_is_no_list_has_no_objects() -> None:
    assert list(listed_objects(["a,b", "1,2"])) == []
