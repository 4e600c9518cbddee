"""The coast on the map of observatories."""

from services.gateway.domain.worldmap import land_path


def test_arcs_are_decoded_turned_and_closed() -> None:
    topology = {
        "transform": {"scale": [1.0, 1.0], "translate": [-180.0, -90.0]},
        "arcs": [[(10, 20), (5, 0)], [(10, 20), (5, 0), (0, 5)]],
        "objects": {"land": {"geometries": [{"arcs": [[[0, ~1]]]}]}},
    }
    path = land_path(topology)
    assert path == "M10.0 160.0L15.0 160.0L15.0 155.0L15.0 160.0L10.0 160.0Z"


def test_a_line_is_broken_where_the_map_ends() -> None:
    topology = {
        "transform": {"scale": [1.0, 1.0], "translate": [-180.0, -90.0]},
        "arcs": [[(1, 0), (358, 0)]],
        "objects": {"land": {"geometries": [{"arcs": [[[0]]]}]}},
    }
    assert land_path(topology) == "M1.0 180.0M359.0 180.0Z"
