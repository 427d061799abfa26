"""A page as a plain client sees it: an id, a form, its inputs and buttons; nothing of a study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

Answers = Mapping[str, Sequence[str]]
"""What is put into a form, by input name."""

DATE_PARTS = (".year", ".month", ".day")
"""What follows the name of a variable where a date is asked in parts."""
_BOXES = frozenset({"text", "email", "tel", "number", "search"})


@dataclass(frozen=True, slots=True)
class Control:
    """One input that a person can use; ``kind`` is radio, checkbox, text or textarea."""

    name: str
    kind: str
    value: str = ""
    checked: bool = False
    numeric: bool = False
    """Whether the keyboard of a phone shows digits."""
    size: int | None = None
    """Characters that the box is wide, where the page says so."""

    @property
    def picked(self) -> bool:
        """True for a box to tick or a dot to choose, false for a box to write in."""
        return self.kind in ("radio", "checkbox")


@dataclass(frozen=True, slots=True)
class Button:
    """A submit button; one that ``leaves`` does not check what is on the page."""

    name: str
    value: str
    leaves: bool


@dataclass(frozen=True, slots=True)
class Form:
    """The one form of a page."""

    action: str
    hidden: tuple[tuple[str, str], ...]
    controls: tuple[Control, ...]
    buttons: tuple[Button, ...]

    @property
    def go_on(self) -> Button:
        """The first submit button that checks the page.

        Raises
        ------
        LookupError
            If there is none.
        """
        for button in self.buttons:
            if not button.leaves:
                return button
        raise LookupError("no button of this page goes on")

    def button(self, name: str, value: str | None = None) -> Button:
        """Return a button by its name, and by its value where several bear that name.

        Raises
        ------
        LookupError
            If there is none.
        """
        for button in self.buttons:
            if button.name == name and value in (None, button.value):
                return button
        raise LookupError(f"no button {name!r} on this page")

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the inputs, each once, in order."""
        return tuple(dict.fromkeys(one.name for one in self.controls))

    @property
    def variables(self) -> tuple[str, ...]:
        """What the inputs ask for, each once, in order: the parts of a date are one variable."""
        return tuple(dict.fromkeys(_variable(name) for name in self.names))

    def hidden_value(self, name: str) -> str:
        """Return the value of a hidden input, or an empty text."""
        return next((value for key, value in self.hidden if key == name), "")

    def as_shown(self) -> dict[str, list[str]]:
        """Return what a browser would post if nobody touched the page."""
        shown: dict[str, list[str]] = {}
        for one in self.controls:
            if one.checked or (not one.picked and one.value):
                shown.setdefault(one.name, []).append(one.value)
        return shown


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of the server: where it stands, what it says and what can be filled in."""

    path: str
    status: int
    id: str
    ending: str | None
    """``complete``, ``refused``, ``screened_out`` or ``partial`` on a page that ends."""
    language: str
    words: str
    """All text inside ``main``, in one line."""
    links: tuple[str, ...]
    """Addresses that ``main`` links to."""
    form: Form | None
    assets: tuple[str, ...] = ()
    """Addresses of the style sheets and scripts that a browser fetches for it."""
    size: int = 0
    """Bytes of its body on the wire."""


def read_page(path: str, status: int, html: str, *, size: int = 0) -> Page:
    """Return the page of an HTML text; ``id`` is empty when it is not one of ours."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    form = None
    if reader.action is not None:
        form = Form(
            reader.action, tuple(reader.hidden), tuple(reader.controls), tuple(reader.buttons)
        )
    words = " ".join("".join(reader.words).split())
    return Page(
        path=path,
        status=status,
        id=reader.id,
        ending=reader.ending,
        language=reader.language,
        words=words,
        links=tuple(reader.links),
        form=form,
        assets=tuple(reader.assets),
        size=size,
    )


def _variable(name: str) -> str:
    return next((name.removesuffix(part) for part in DATE_PARTS if name.endswith(part)), name)


_Attributes = list[tuple[str, str | None]]


class _Reader(HTMLParser):
    """Collects what `Page` holds; inputs outside a form count for nothing."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.id = ""
        self.ending: str | None = None
        self.language = ""
        self.action: str | None = None
        self.hidden: list[tuple[str, str]] = []
        self.controls: list[Control] = []
        self.buttons: list[Button] = []
        self.words: list[str] = []
        self.links: list[str] = []
        self.assets: list[str] = []
        self._in_main = False
        self._textarea: str | None = None
        self._typed: list[str] = []

    def handle_starttag(self, tag: str, attrs: _Attributes) -> None:
        given = {name: value or "" for name, value in attrs}
        match tag:
            case "html":
                self.language = given.get("lang", "")
            case "main":
                self._in_main = True
                self.id = given.get("data-page", "")
                self.ending = given.get("data-status") or None
            case "link" if given.get("rel") == "stylesheet":
                self.assets.append(given["href"])
            case "script" if "src" in given:
                self.assets.append(given["src"])
            case "form":
                self.action = given.get("action", "")
            case "input" if self.action is not None:
                self._input(given)
            case "textarea" if self.action is not None:
                self._textarea = given.get("name", "")
                self._typed = []
            case "button" if given.get("type", "submit") == "submit":
                leaves = "formnovalidate" in given
                self.buttons.append(Button(given.get("name", ""), given.get("value", ""), leaves))
            case "a" if self._in_main and "href" in given:
                self.links.append(given["href"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self._in_main = False
        elif tag == "textarea" and self._textarea is not None:
            # A parser drops the line break that directly follows the opening tag.
            value = "".join(self._typed).removeprefix("\n")
            self.controls.append(Control(self._textarea, "textarea", value))
            self._textarea = None

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self._typed.append(data)
        if self._in_main:
            self.words.append(data)

    def _input(self, given: Mapping[str, str]) -> None:
        kind, name = given.get("type", "text"), given.get("name", "")
        if kind == "hidden":
            self.hidden.append((name, given.get("value", "")))
        elif kind in ("radio", "checkbox"):
            value = given.get("value", "on")
            self.controls.append(Control(name, kind, value, checked="checked" in given))
        elif kind in _BOXES:
            numeric = given.get("inputmode") == "numeric" or kind == "number"
            size = int(given["size"]) if given.get("size", "").isdecimal() else None
            value = given.get("value", "")
            self.controls.append(Control(name, "text", value, numeric=numeric, size=size))
