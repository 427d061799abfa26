"""XLIFF 1.2, the format of translation tools: one unit a string, one unit a plural form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from lxml import etree

from app.i18n.entries import Entry
from app.i18n.exchange import MAX_BYTES, ExchangeError, Row, Sheet
from app.i18n.remarks import DRAFT, Standing

_NAMESPACE = "urn:oasis:names:tc:xliff:document:1.2"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_PLURALS = "x-gettext-plurals"
_STATES = {
    Standing.MISSING: "needs-translation",
    Standing.STALE: "needs-adaptation",
    Standing.DRAFT: "needs-review-translation",
    Standing.REVIEWED: "signed-off",
}
"""For the tool to show; what comes back is read from the note "state", which names the person."""


def _name(tag: str) -> str:
    return f"{{{_NAMESPACE}}}{tag}"


def write_xliff(
    entries: Sequence[Entry],
    path: Path,
    *,
    catalog: str,
    source: str,
    target: str,
    longest: dict[str, int],
) -> None:
    """Write the strings of a catalog; ``longest`` gives characters by context."""
    names: dict[str | None, str] = {None: _NAMESPACE}  # lxml's stubs know no default namespace
    root = etree.Element(_name("xliff"), nsmap=names, version="1.2")  # type: ignore[arg-type]
    file = etree.SubElement(
        root,
        _name("file"),
        {
            "original": catalog,
            "datatype": "plaintext",
            "source-language": source,
            "target-language": target,
        },
    )
    body = etree.SubElement(file, _name("body"))
    for number, entry in enumerate(entries, start=1):
        _write_entry(body, entry, str(number), longest.get(entry.context))
    tree = etree.ElementTree(root)
    tree.write(str(path), xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _write_entry(body: etree._Element, entry: Entry, number: str, longest: int | None) -> None:
    parent = body
    if len(entry.sources) > 1:
        marks = {"id": number, "restype": _PLURALS, "resname": entry.context}
        parent = etree.SubElement(body, _name("group"), marks)
    for form, translation in enumerate(entry.translations):
        unit = etree.SubElement(
            parent,
            _name("trans-unit"),
            {
                "id": number if parent is body else f"{number}[{form}]",
                "resname": entry.context,
                _XML_SPACE: "preserve",
            },
        )
        if longest is not None:
            unit.set("maxwidth", str(longest))
            unit.set("size-unit", "char")
        source = entry.sources[min(form, len(entry.sources) - 1)]
        etree.SubElement(unit, _name("source")).text = source
        target = etree.SubElement(unit, _name("target"), state=_STATES[entry.standing])
        target.text = translation
        for words in entry.comments:
            etree.SubElement(unit, _name("note"), {"from": "developer"}).text = words
        _write_remarks(unit, entry)


def _write_remarks(unit: etree._Element, entry: Entry) -> None:
    remarks = entry.remarks
    notes = [("plural", entry.sources[1])] if len(entry.sources) > 1 else []
    notes += [("state", str(remarks.review or DRAFT))] if any(entry.translations) else []
    notes += [("was", remarks.was)] if remarks.was else []
    notes += [("doubt", words) for words in remarks.doubts]
    notes += [("translator", words) for words in remarks.notes]
    for sender, words in notes:
        etree.SubElement(unit, _name("note"), {"from": sender}).text = words


def read_xliff(path: Path, *, catalog: str) -> Sheet:
    """Return the rows of a file that `write_xliff` made and a translator filled in.

    Markup that a tool put around placeholders is let go, its words are kept. Raises
    `ExchangeError` for a file that is no XLIFF 1.2 or of another catalog.
    """
    if path.stat().st_size > MAX_BYTES:
        raise ExchangeError(f"larger than {MAX_BYTES} bytes")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.parse(str(path), parser).getroot()
    except etree.XMLSyntaxError as error:
        raise ExchangeError(f"is not XML: {error}") from error
    file = root.find(_name("file"))
    if root.tag != _name("xliff") or file is None:
        raise ExchangeError("is not XLIFF 1.2")
    if file.get("original") != catalog:
        raise ExchangeError(f'is of "{file.get("original")}", expected "{catalog}"')
    language = (file.get("target-language") or "").replace("-", "_")
    if not language:
        raise ExchangeError("names no target language")
    return Sheet(language, tuple(_rows(file)))


def _rows(file: etree._Element) -> Iterator[Row]:
    for group in file.iter(_name("group"), _name("trans-unit")):
        if group.tag == _name("group"):
            units = group.findall(_name("trans-unit"))
            if group.get("restype") == _PLURALS and units:
                yield _row(units)
        elif (parent := group.getparent()) is None or parent.get("restype") != _PLURALS:
            yield _row([group])


def _row(units: Sequence[etree._Element]) -> Row:
    notes = [(note.get("from"), note.text or "") for note in units[0].findall(_name("note"))]
    return Row(
        at=f"line {units[0].sourceline}",
        context=units[0].get("resname") or "",
        sources=(
            _words(units[0].find(_name("source"))),
            # Not the source of the second form: some languages have one form only.
            *(words for sender, words in notes if sender == "plural"),
        ),
        translations=tuple(_words(unit.find(_name("target"))) for unit in units),
        state=next((words for sender, words in notes if sender == "state"), ""),
        doubts=tuple(words for sender, words in notes if sender == "doubt"),
        notes=tuple(words for sender, words in notes if sender == "translator"),
    )


def _words(element: etree._Element | None) -> str:
    return "" if element is None else "".join(map(str, element.itertext()))
