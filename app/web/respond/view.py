"""What a respondent template gets: ready words, ids and links; no logic is left for the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

Words = str | Markup
"""Escaped by the template; `Markup` only where isolates (`<bdi>`) stand inside a sentence, or where
the same text stands below it in a second language."""


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    """One button of the language menu, named in its own language."""

    code: str
    name: str
    dir: str
    current: bool


@dataclass(frozen=True, slots=True)
class PictureView:
    """A drawing beside the words of a choice."""

    url: str
    alt: str


@dataclass(frozen=True, slots=True)
class Clip:
    """A text that can be heard."""

    of: str
    """CSS selector of the element that holds the text; for a choice, of its input."""
    words: Words
    url: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A radio or check box: posts ``value`` under the field's name."""

    id: str
    value: str
    label: Words
    checked: bool = False
    exclusive: bool = False
    specify_name: str | None = None
    """Name of the text box "other, namely" that belongs to this choice."""
    specify_value: str = ""
    specify_error: str | None = None
    picture: PictureView | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """A text box: a number, year, month part, code list, text, or (multiline) an open answer."""

    id: str
    name: str
    label: Words | None
    """``None`` when the page heading itself is the label."""
    value: str = ""
    multiline: bool = False
    inputmode: str | None = None
    """``numeric``, ``email`` … or ``None``."""
    autocomplete: str = "off"
    dir: str | None = None
    """``auto`` for free text, ``ltr`` for codes, phone numbers and addresses."""
    width: int | None = None
    """In characters."""
    unit: Words | None = None
    list_url: str | None = None
    """Where the script may fetch a code list for a datalist; the page works without."""


@dataclass(frozen=True, slots=True)
class Field:
    """One variable on the page: a question, or one statement of a battery."""

    name: str
    id: str
    legend: Words | None
    """``None`` when the page heading is the legend (every page but a battery)."""
    type: str
    """``radio``, ``checkbox`` or ``boxes``."""
    choices: Sequence[Choice] = ()
    """The bank's options, then (where offered) dk and ref, which have ``missing=True`` below."""
    missing_choices: Sequence[Choice] = ()
    """dk and ref: radios beside radios, check boxes beside check boxes and text boxes."""
    boxes: Sequence[Box] = ()
    error: Words | None = None


@dataclass(frozen=True, slots=True)
class ErrorLink:
    """One line of the error summary, linked to the first faulty input."""

    href: str
    message: Words


@dataclass(frozen=True, slots=True)
class QuestionView:
    """One question page.

    ``kind`` is single, multiple, number, year, month, date, text, open, code_list, battery, info,
    consent or confirm. Buttons: the first submit button goes on; `language` (one per language,
    value = code), ``back`` and ``stop`` are submit buttons with ``formnovalidate``.
    """

    page_id: str
    kind: str
    action: str
    heading: Words
    help: Words | None
    module_title: Words
    module_lead: Words | None
    position: Words | None
    """Honest words, for example "Question 12 of about 40"."""
    fields: Sequence[Field]
    errors: Sequence[ErrorLink]
    prompt: Words | None
    """The one friendly prompt after an empty answer; the next empty post skips."""
    notice: Words | None
    """Told once at the top: another window answered first, nothing saved while paused …"""
    saved: bool
    """The page before this one has just been saved."""
    hidden: Sequence[tuple[str, str]]
    """op, rev, csrf_token, and where needed prompted and from."""
    submit_label: Words
    can_go_back: bool
    beside: Sequence[LanguageChoice] = ()
    """Languages this page can be read in too, below its own; empty where there is no other."""
    sound: Sequence[Clip] = ()
    """What can be heard of the page, in the order in which it is read."""
    test_voice: bool = False
    """Some of it is spoken by a program, for a rehearsal."""


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One answer in words, with the link that changes it."""

    question: Words
    answer: Words
    change_url: str


@dataclass(frozen=True, slots=True)
class ReviewSection:
    """The answers of one module."""

    title: str
    rows: Sequence[ReviewRow]


@dataclass(frozen=True, slots=True)
class ReviewPart:
    """A link to one part of the answers; a long list is heavy to load and to read."""

    number: int
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class ReviewView:
    """The answers before sending; ``page_id`` is ``review``. Every part can send them all."""

    action: str
    sections: Sequence[ReviewSection]
    hidden: Sequence[tuple[str, str]]
    notice: str | None = None
    parts: Sequence[ReviewPart] = ()
    """Empty when everything stands on one page."""
    next_url: str | None = None
    """The part after this one."""


@dataclass(frozen=True, slots=True)
class EntryView:
    """The code page ``/`` and the page behind a QR code ``/c/<code>`` (``code`` is then hidden).

    The one text box is named ``code``. ``kept`` holds what was typed on a question page whose
    session had ended; it is posted along so that nothing is lost.
    """

    action: str
    hidden: Sequence[tuple[str, str]]
    code: str = ""
    from_letter: bool = False
    error: str | None = None
    notice: str | None = None
    kept: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class OpenLinkView:
    """The page behind an open link (``open``), and once the code it gave (``your-code``)."""

    page_id: str
    action: str
    hidden: Sequence[tuple[str, str]]
    heading: str
    lead: Words
    paragraphs: Sequence[Words]
    submit_label: str
    notice: str | None = None
    other_url: str | None = None
    """Where who has a code goes."""
    other_text: str | None = None


@dataclass(frozen=True, slots=True)
class HelperView:
    """The entrance of a person and who sits beside them: the code, and who that is."""

    action: str
    hidden: Sequence[tuple[str, str]]
    heading: str
    paragraphs: Sequence[str]
    code: Field
    helper: Field
    code_help: Words
    errors: Sequence[ErrorLink] = ()
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class HelpAt:
    """Somebody to talk to, on the last page."""

    name: str
    words: str
    phone: str | None = None
    dialled: str = ""
    url: str | None = None


@dataclass(frozen=True, slots=True)
class DoneView:
    """Every ending: ``status`` is complete, refused, screened_out, partial (stopped for now)."""

    status: str
    heading: str
    text: str
    change_url: str | None = None
    """Where a person who pressed "no" by mistake goes back to."""
    action: str = ""
    """Where the language menu posts to; empty leaves the menu out, as on `PlainView`."""
    hidden: Sequence[tuple[str, str]] = ()
    more: tuple[str, str] | None = None
    """Address and words of a link to something outside the questionnaire."""
    help: Sequence[HelpAt] = ()


@dataclass(frozen=True, slots=True)
class PlainView:
    """Help, privacy, closed, and every error page: a heading and paragraphs."""

    page_id: str
    heading: str
    paragraphs: Sequence[Words]
    kept: Sequence[tuple[str, str]] = field(default=())
    """What was typed, shown again so that it can be copied."""
    link_url: str | None = None
    link_text: str | None = None
    action: str = ""
    hidden: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A way to another page, with a line that says more."""

    url: str
    words: Words
    more: Words | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A variable of a page of one's own details, and what helps to fill it in."""

    field: Field
    help: Words | None = None


@dataclass(frozen=True, slots=True)
class MyView:
    """A page of one's own details (``my-…``): words, links, variables, a button."""

    page_id: str
    heading: str
    paragraphs: Sequence[Words] = ()
    parts: Sequence[Part] = ()
    menu: Sequence[Link] = ()
    links: Sequence[Link] = ()
    """Below everything: back, mostly."""
    submit_label: str | None = None
    action: str = ""
    hidden: Sequence[tuple[str, str]] = ()
    errors: Sequence[ErrorLink] = ()
    notice: Words | None = None
    kept: Sequence[tuple[str, str]] = ()
    """What was typed before the visit ended, on its way past the code."""
    languages_open: bool = False
