"""What a TAP service is asked for: the stars of a circle, in ADQL 2.0."""

from services.catalog.domain.quality import quoted
from services.catalog.domain.remote import RemoteTable, columns_of

__all__ = ["ALIAS", "adql"]

ALIAS = "c{}"
"""The names of the columns of an answer, by their place.

Names that differ by case only, or hold quotes, would not survive.
"""


def adql(
    table: RemoteTable, ra: float, dec: float, radius: float, cut: float | None = None
) -> str:
    """Return the query for a circle [deg]; ``cut`` leaves out fainter stars [mag]."""
    columns = ", ".join(
        f"{quoted(name)} AS {ALIAS.format(place)}"
        for place, name in enumerate(columns_of(table))
    )
    star = f"POINT('ICRS', {quoted(table.ra)}, {quoted(table.dec)})"
    circle = f"CIRCLE('ICRS', {ra:.6f}, {dec:.6f}, {radius:.6f})"
    conditions = [f"1=CONTAINS({star}, {circle})"]
    conditions += [condition.adql() for condition in table.where]
    if cut is not None and table.cut_by:
        conditions.append(f"{quoted(table.bands[table.cut_by].mag)} < {cut:g}")
    where = " AND ".join(conditions)
    return " ".join(("SELECT", columns, "FROM", quoted(table.table), "WHERE", where))
