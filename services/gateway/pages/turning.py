"""Turns the pages of a list, forwards and back."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

__all__ = ["Pages", "pages_around"]

_TRAIL, _BETWEEN = "trail", "~"
_LONGEST = 50


@dataclass(frozen=True)
class Pages:
    """The queries of the page before and of the one after; empty without one."""

    before: str
    after: str


def pages_around(
    fields: Mapping[str, str],
    kept: Mapping[str, object],
    key: str,
    following: object | None,
) -> Pages:
    """Return the pages beside the one that is shown.

    Parameters
    ----------
    fields
        The query of this page; its trail tells where each earlier one began.
    kept
        What every page of the list keeps of it.
    key, following
        The field that tells where a page begins, and its value for the next page;
        ``None`` if this is the last.
    """
    trail = fields[_TRAIL].split(_BETWEEN)[-_LONGEST:] if _TRAIL in fields else []
    here = fields.get(key, "")
    before = after = ""
    if trail:
        before = urlencode(_at(kept, key, trail[-1], trail[:-1]))
    if following is not None:
        after = urlencode(_at(kept, key, str(following), [*trail, here]))
    return Pages(before, after)


def _at(
    kept: Mapping[str, object], key: str, begin: str, trail: list[str]
) -> dict[str, object]:
    query = {name: it for name, it in kept.items() if name != key}
    query |= {key: begin} if begin else {}
    return query | ({_TRAIL: _BETWEEN.join(trail)} if trail else {})
