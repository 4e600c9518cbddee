"""Where else a target may be known."""

from urllib.parse import quote, urlencode

from services.gateway.domain.writing import bare

__all__ = ["elsewhere"]

_SIMBAD = "https://simbad.cds.unistra.fr/simbad/sim-coo"
_VIZIER = "https://vizier.cds.unistra.fr/viz-bin/VizieR"
_TNS = "https://www.wis-tns.org/search"
_ALADIN = "https://aladin.cds.unistra.fr/AladinLite/"
_GAIA = "http://gsaweb.ast.cam.ac.uk/alerts/alert/"


def elsewhere(ivorn: str, ra: float, dec: float) -> dict[str, str]:
    """Return addresses by the names of the sites; position (ICRS) [deg]."""
    place = f"{ra:.6f} {dec:+.6f}"
    near = {"Coord": place, "Radius": 10, "Radius.unit": "arcsec"}
    cone = {"ra": f"{ra:.6f}", "decl": f"{dec:.6f}", "radius": 5}
    found = {
        "Simbad": f"{_SIMBAD}?{urlencode(near)}",
        "VizieR": f"{_VIZIER}?{urlencode({'-c': place, '-c.rs': 10})}",
        "TNS": f"{_TNS}?{urlencode(cone | {'coords_unit': 'arcsec'})}",
        "Aladin": f"{_ALADIN}?{urlencode({'target': place, 'fov': 0.2})}",
    }
    name = bare(ivorn)
    if name.startswith("Gaia"):
        found["Gaia Alerts"] = f"{_GAIA}{quote(name)}/"
    return found
