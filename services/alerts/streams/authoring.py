"""Our own VOEvents (IVOA Recommendation VOEvent 2.0, 2011): targets and points."""

from collections.abc import Sequence
from datetime import UTC, datetime

from lxml import etree

from shared.contracts.alerts import Alert, ObservationDeleted, ObservationRecorded
from shared.kernel.epochs import time_of

__all__ = ["of_deletion", "of_observation", "of_target"]

_NAMESPACE = "http://www.ivoa.net/xml/VOEvent/v2.0"
_SCHEMA = "http://www.ivoa.net/xml/VOEvent/VOEvent-v2.0.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_ARCSEC = 3600.0
_UNKNOWN = "NaN"
"""The schema wants an error, and this is the number that is none."""
_TITLE = "Photometric calibration server"


def of_target(alert: Alert, ours: str) -> bytes:
    """Return the VOEvent of a target; ``ours`` is our IVORN, as ``ivo://org.cpcs``."""
    root, what = _packet(f"{ours}/targets#{alert.id}-{alert.revision}", ours)
    _description(what, f"Target {alert.ivorn} for photometric follow-up")
    _param(what, "name", alert.ivorn, "meta.id")
    if alert.classification:
        _param(what, "classification", alert.classification, "src.class")
    if alert.url:
        etree.SubElement(what, "Reference", uri=_plain(alert.url))
    _where(root, alert.ra, alert.dec, alert.position_err, alert.published)
    own = f"{ours}/targets#{alert.id}-{alert.revision - 1}"
    ends = "supersedes" if alert.status == "active" else "retraction"
    before = [(own, ends)] if alert.revision > 1 else []
    _cite(root, [*before, *((ivorn, "followup") for ivorn in alert.events)])
    return _written(root)


def of_observation(point: ObservationRecorded, alert: Alert, ours: str) -> bytes:
    """Return the VOEvent of a calibrated point: a followup of its target."""
    number = f"{ours}/observations#{point.observation_id}-{point.revision}"
    root, what = _packet(number, ours)
    _description(what, f"Photometry of {alert.ivorn}")
    magnitude, fit = point.magnitude, point.zero_point
    _param(what, "name", alert.ivorn, "meta.id")
    limit = magnitude.is_limit
    name = "upper limit" if limit else "magnitude"
    _param(what, name, f"{magnitude.headline:.4f}", "phot.mag", "mag")
    if not limit:
        error = f"{magnitude.total_err:.4f}"
        _param(what, "magnitude error", error, "stat.error;phot.mag", "mag")
    _param(what, "filter", f"{fit.survey}/{fit.band}", "meta.id;instr.filter")
    _param(what, "photometric system", fit.system, "meta.note")
    _param(what, "observatory", point.frame.observer.name, "instr.obsty")
    when = time_of(point.frame.mjd)
    _where(root, alert.ra, alert.dec, alert.position_err, when)
    cited = alert.events or (f"{ours}/targets#{alert.id}-1",)
    _cite(root, [(ivorn, "followup") for ivorn in cited])
    return _written(root)


def of_deletion(gone: ObservationDeleted, ours: str) -> bytes:
    """Return the VOEvent that takes a calibrated point back."""
    stem = f"{ours}/observations#{gone.observation_id}"
    root, what = _packet(f"{stem}-{gone.revision}", ours)
    _description(what, f"Observation {gone.observation_id} was deleted")
    _cite(root, [(f"{stem}-{gone.revision - 1}", "retraction")])
    return _written(root)


def _packet(ivorn: str, ours: str) -> tuple[etree._Element, etree._Element]:
    """Return a packet with its author, and its What."""
    root = etree.Element(
        f"{{{_NAMESPACE}}}VOEvent", nsmap={"voe": _NAMESPACE, "xsi": _XSI}
    )
    root.set("ivorn", ivorn)
    root.set("role", "observation")
    root.set("version", "2.0")
    root.set(f"{{{_XSI}}}schemaLocation", f"{_NAMESPACE} {_SCHEMA}")
    who = etree.SubElement(root, "Who")
    etree.SubElement(who, "AuthorIVORN").text = ours
    etree.SubElement(who, "Date").text = _iso(datetime.now(UTC))
    author = etree.SubElement(who, "Author")
    etree.SubElement(author, "title").text = _TITLE
    return root, etree.SubElement(root, "What")


def _description(parent: etree._Element, text: str) -> None:
    etree.SubElement(parent, "Description").text = _plain(text)


def _param(
    parent: etree._Element, name: str, value: str, ucd: str, unit: str = ""
) -> None:
    param = etree.SubElement(parent, "Param", name=name, value=_plain(value), ucd=ucd)
    if unit:
        param.set("unit", unit)


def _where(
    root: etree._Element, ra: float, dec: float, error: float | None, when: datetime
) -> None:
    where = etree.SubElement(root, "WhereWhen")
    data = etree.SubElement(where, "ObsDataLocation")
    etree.SubElement(data, "ObservatoryLocation", id="GEOSURFACE")
    location = etree.SubElement(data, "ObservationLocation")
    etree.SubElement(location, "AstroCoordSystem", id="UTC-ICRS-GEO")
    coords = etree.SubElement(location, "AstroCoords", coord_system_id="UTC-ICRS-GEO")
    time = etree.SubElement(coords, "Time", unit="s")
    instant = etree.SubElement(time, "TimeInstant")
    etree.SubElement(instant, "ISOTime").text = _iso(when)
    place = etree.SubElement(coords, "Position2D", unit="deg")
    etree.SubElement(place, "Name1").text = "RA"
    etree.SubElement(place, "Name2").text = "Dec"
    value = etree.SubElement(place, "Value2")
    etree.SubElement(value, "C1").text = f"{ra:.7f}"
    etree.SubElement(value, "C2").text = f"{dec:.7f}"
    told = _UNKNOWN if error is None else f"{error / _ARCSEC:.7f}"
    etree.SubElement(place, "Error2Radius").text = told


def _cite(root: etree._Element, cited: Sequence[tuple[str, str]]) -> None:
    if not cited:
        return
    citations = etree.SubElement(root, "Citations")
    for ivorn, kind in cited:
        etree.SubElement(citations, "EventIVORN", cite=kind).text = _plain(ivorn)


def _iso(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _plain(text: str) -> str:
    """Return a text without what XML cannot carry."""
    return "".join(c for c in text if c.isprintable())


def _written(root: etree._Element) -> bytes:
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return content
