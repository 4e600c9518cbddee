"""XML from strangers: no entities, no document types, nothing fetched."""

import re

from lxml import etree

from services.alerts.reading.fault import UnreadableError

__all__ = ["child_text", "guarded_root", "local_name", "within"]

_DECLARES = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


def guarded_root(raw: bytes) -> etree._Element:
    """Return the root of an XML document.

    Raises
    ------
    UnreadableError
        It is not well-formed, or has a document type.
    """
    if _DECLARES.search(raw.replace(b"\0", b"")):
        raise UnreadableError("The packet has a document type: that is refused.")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise UnreadableError(f"The packet is no XML: {str(fault)[:80]}.") from fault
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableError("The packet has a document type: that is refused.")
    return root


def local_name(element: etree._Element) -> str:
    """Return an element's name, whatever namespace it is in."""
    tag: object = element.tag  # a function, for comments and the like
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def within(element: etree._Element, *names: str) -> list[etree._Element]:
    """Return the elements at the end of a path of names, in any namespace."""
    found = [element]
    for name in names:
        found = [
            child
            for parent in found
            for child in parent.iterchildren()
            if local_name(child) == name
        ]
    return found


def child_text(element: etree._Element, *names: str) -> str:
    """Return the text of the first element at the end of a path; empty if none."""
    for found in within(element, *names):
        return "".join(str(text) for text in found.itertext()).strip()
    return ""
