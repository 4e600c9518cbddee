"""What a TAP service is asked for: the stars of a circle, in ADQL 2.0."""

from services.catalog.domain.cone import Cone
from services.catalog.domain.quality import quoted
from services.catalog.domain.remote import RemoteTable, columns_of

__all__ = ["ALIAS", "adql"]

ALIAS = "c{}"
"""The names of the columns of an answer, by their place.

Names that differ by case only, or hold quotes, would not survive.
"""


def adql(table: RemoteTable, cone: Cone, cut: float | None = None) -> str:
    """Return the query for a cone; ``cut`` leaves out fainter stars [mag]."""
    columns = ", ".join(
        f"{quoted(name)} AS {ALIAS.format(place)}"
        for place, name in enumerate(columns_of(table))
    )
    star = f"POINT('ICRS', {quoted(table.ra)}, {quoted(table.dec)})"
    circle = f"CIRCLE('ICRS', {cone.ra:.6f}, {cone.dec:.6f}, {cone.radius:.6f})"
    conditions = [f"1=CONTAINS({star}, {circle})"]
    conditions += [condition.adql() for condition in table.where]
    if cut is not None and table.cut_by:
        conditions.append(f"{quoted(table.bands[table.cut_by].mag)} < {cut:g}")
    where = " AND ".join(conditions)
    return " ".join(("SELECT", columns, "FROM", quoted(table.table), "WHERE", where))
