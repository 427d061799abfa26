"""Pictures beside options: small drawings whose every part is known to be harmless.

A picture is frozen into the published version like a text, so that a respondent is shown what was
checked. What is not on the list is refused: a script, a style, an address, another document.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from xml.parsers import expat

from app.questionnaire.document import Node
from app.questionnaire.model import Picture

FOLDER = "pictures"
MAX_BYTES = 4096
_FILE = re.compile(r"[\w-]+\.svg\Z", re.ASCII)
_SHAPES = (
    "svg g title desc defs path circle ellipse rect line polyline polygon linearGradient"
    " radialGradient stop clipPath"
)
_NAMESPACES = {"xmlns": "http://www.w3.org/2000/svg"}
_PROPERTIES = (
    "xmlns viewBox width height id d x y x1 y1 x2 y2 cx cy r rx ry points transform pathLength"
    " fill fill-rule fill-opacity stroke stroke-width stroke-linecap stroke-linejoin"
    " stroke-dasharray stroke-miterlimit stroke-opacity opacity clip-path clip-rule offset"
    " stop-color stop-opacity gradientUnits gradientTransform clipPathUnits version"
)
_ELEMENTS = frozenset(_SHAPES.split())
_ATTRIBUTES = frozenset(_PROPERTIES.split())
_WITHIN = re.compile(r"url\(#[\w-]+\)", re.ASCII)
"""The only address a drawing may name: a part of itself."""


def read_picture(node: Node, languages: tuple[str, ...], folder: Path | None) -> Picture | None:
    """Return the picture of an option, or ``None`` with what is wrong noted at its place."""
    block = node.block(("file", *languages))
    if not block.keys() >= {"file", *languages} or folder is None:
        return None
    name = block["file"].text("picture")
    alt = {code: block[code].some_text(f"what the picture shows ({code})") for code in languages}
    if not _FILE.match(name):
        block["file"].wrong("picture is not a file name such as bus.svg")
        return None
    try:
        content = (folder / FOLDER / name).read_bytes()
    except OSError as error:
        block["file"].wrong(f"picture {name} cannot be read: {error.strerror}")
        return None
    faults = picture_faults(content)
    for fault in faults:
        block["file"].wrong(f"picture {name}: {fault}")
    return None if faults else Picture(svg=content.decode(), alt=alt)


def picture_name(picture: Picture) -> str:
    """Return the name of a drawing, of its content: a changed one has another."""
    return f"{hashlib.sha256(picture.svg.encode()).hexdigest()[:16]}.svg"


def picture_faults(content: bytes) -> list[str]:
    """Return why a drawing may not be shown, each reason once; empty when it may."""
    if len(content) > MAX_BYTES:
        return [f"is {len(content)} bytes, at most {MAX_BYTES} are sent to a phone"]
    try:
        content.decode()
    except UnicodeDecodeError:
        return ["is not UTF-8"]
    found: list[str] = []
    seen: list[str] = []

    def element(name: str, attributes: Mapping[str, str]) -> None:
        if not seen:
            found.extend(_root_faults(name, attributes))
        seen.append(name)
        if name not in _ELEMENTS:
            found.append(f"has <{name}>, which is no shape")
        found.extend(_attribute_faults(attributes))

    def refuse(words: str) -> None:
        found.append(words)

    parser = expat.ParserCreate("UTF-8")
    parser.StartElementHandler = element
    # Entities are declared in a DOCTYPE: without one, none can name a file or grow.
    parser.StartDoctypeDeclHandler = lambda *_: refuse("has a DOCTYPE")
    parser.ProcessingInstructionHandler = lambda *_: refuse("has an instruction (<?…?>)")
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        return [*dict.fromkeys(found), f"is not SVG: {error}"]
    return list(dict.fromkeys(found))


def _root_faults(name: str, attributes: Mapping[str, str]) -> list[str]:
    found = []
    if name != "svg" or attributes.get("xmlns") != _NAMESPACES["xmlns"]:
        found.append("is not an <svg> in the namespace of SVG")
    if "viewBox" not in attributes:
        found.append("has no viewBox, so it cannot be scaled")
    return found


def _attribute_faults(attributes: Mapping[str, str]) -> list[str]:
    found = []
    for name, value in attributes.items():
        if name not in _ATTRIBUTES:
            found.append(f"has the attribute {name}, which is not allowed")
        elif name in _NAMESPACES and value != _NAMESPACES[name]:
            found.append("has an element of another namespace")
        elif "url(" in _WITHIN.sub("", value).lower() or "\\" in value:
            found.append(f"has an address in {name}")
    return found
