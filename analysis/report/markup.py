"""HTML elements; text is escaped when the page is written."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

Element = etree._Element
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
Child = Element | str | None


def element(name: str, attributes: Mapping[str, str] | None = None, /, *children: Child) -> Element:
    """Give an element; None among the children is left out."""
    made = etree.Element(name, dict(attributes or {}))
    last: Element | None = None
    for child in children:
        if child is None:
            continue
        if isinstance(child, str):
            text = printable(child)
            if last is None:
                made.text = (made.text or "") + text
            else:
                last.tail = (last.tail or "") + text
        else:
            made.append(child)
            last = child
    return made


def printable(text: str) -> str:
    """Leave out characters that no HTML page may hold."""
    return _CONTROL.sub("", text)
