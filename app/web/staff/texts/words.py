"""Words for states, kinds and faults of texts, which the rest of the program says in English."""

from __future__ import annotations

import re
from collections.abc import Callable

from app.i18n.edits import What
from app.i18n.remarks import Standing
from app.services.content.site_texts import Part, SiteText
from app.web.respond.words import Translate

BADGES = {
    Standing.MISSING: "bad",
    Standing.STALE: "bad",
    Standing.DRAFT: "draft",
    Standing.REVIEWED: "open",
}


def standing_words(_: Translate, standing: Standing) -> str:
    """Return how far a text is."""
    return {
        Standing.MISSING: _("Not translated"),
        Standing.STALE: _("Stale"),
        Standing.DRAFT: _("Draft"),
        Standing.REVIEWED: _("Reviewed"),
    }[standing]


def what_words(_: Translate, what: What) -> str:
    """Return what somebody did to a text."""
    return {
        What.CHANGED: _("Words changed"),
        What.IMPORTED: _("Taken in from a file"),
        What.REVIEWED: _("Reviewed"),
        What.DOUBTED: _("Question or note changed"),
        What.SIGNED_OFF: _("Signed off"),
    }[what]


def part_words(_: Translate, part: Part, language: str) -> str:
    """Return what a part is called on a page in a language."""
    if part.title:
        return part.title_beside.get("English", part.title) if language == "en" else part.title
    return {
        "study": _("Title and general answers"),
        "scales": _("Answer scales"),
        "letters-letter": _("Letters"),
        "letters-email": _("E-mails"),
        "letters-sms": _("Text messages"),
        "interface": _("Buttons and messages on the pages"),
    }.get(part.id, part.id)


def kind_words(_: Translate, text: SiteText) -> str:
    """Return what a text is."""
    if text.is_interface:
        return _("Button or message")
    return {
        "answer": _("Answer"),
        "help below a question": _("Help below a question"),
        "last words, when the interview ends here": _("Last words, when the interview ends here"),
        "page to read": _("Page to read"),
        "paragraph": _("Paragraph of a letter or e-mail"),
        "question": _("Question"),
        "question about an earlier answer": _("Question about an earlier answer"),
        "question above statements": _("Question above statements"),
        "question of consent": _("Question of consent"),
        "stands above its first question": _("Stands above its first question"),
        "stands in every message": _("Stands in every message"),
        "statement": _("Statement"),
        "subject of a message": _("Subject of a message"),
        "text message": _("Text message (SMS)"),
        "title of a chapter": _("Title of a chapter"),
        "title of a letter": _("Title of a letter"),
        "title of the study": _("Title of the study"),
        "why there is no answer": _("Why there is no answer"),
    }.get(text.kind, text.kind)


Say = Callable[[Translate, "re.Match[str]"], str]

_FAULTS: tuple[tuple[re.Pattern[str], Say], ...] = tuple(
    (re.compile(pattern, re.DOTALL), say)
    for pattern, say in (
        (
            r'placeholder "(.+)" is missing',
            lambda _, m: _(
                "%(name)s is missing. The site fills it in; put it where it belongs.", name=m[1]
            ),
        ),
        (
            r'placeholder "(.+)" is not in the source',
            lambda _, m: _("%(name)s is not in the source. Take it out.", name=m[1]),
        ),
        (
            r"a brace stands alone",
            lambda _, m: _("A brace { or } stands alone. Write placeholders as in the source."),
        ),
        (r"holds no words", lambda _, m: _("There are no words in it.")),
        (r"is not translated", lambda _, m: _("Write a translation.")),
        (
            r"is not translated: it says the source text itself",
            lambda _, m: _("It says the source text itself."),
        ),
        (
            r"holds no letter of the script of .+",
            lambda _, m: _("There is no letter of this language's script in it."),
        ),
        (
            r'holds "(.+)" as the source says it',
            lambda _, m: _("“%(words)s” is not translated.", words=m[1]),
        ),
        (
            r"digits: found (.+), expected (.+) in the digits 0 to 9",
            lambda _, m: _(
                "Write numbers with the digits 0 to 9: %(number)s instead of %(found)s.",
                number=m[2],
                found=m[1],
            ),
        ),
        (
            r"number (\d+) is missing",
            lambda _, m: _("The number %(number)s is missing.", number=m[1]),
        ),
        (
            r"number (\d+) is not in the source",
            lambda _, m: _("The number %(number)s is not in the source.", number=m[1]),
        ),
        (
            r"not between isolates: (.+)",
            lambda _, m: _(
                "These stand bare and can turn the sentence round: %(words)s. Press “Put marks "
                "around numbers and Latin words”.",
                words=m[1],
            ),
        ),
        (
            r"isolates are not in pairs.*",
            lambda _, m: _(
                "A direction mark lacks its other half. Take them out and put them anew."
            ),
        ),
        (
            r"holds an embedding or override.*",
            lambda _, m: _("It holds a hidden direction sign that is not allowed."),
        ),
        (
            r"is (\d+) characters, at most (\d+)",
            lambda _, m: _(
                "It is %(length)s characters long; at most %(most)s fit.", length=m[1], most=m[2]
            ),
        ),
        (
            r"has \d+ plural forms, expected (\d+)|lacks plural form (.+)",
            lambda _, m: _("Fill in every form of the plural."),
        ),
        (
            r'says the same as "(.+)"',
            lambda _, m: _(
                "Another answer of the same list says the same: %(name)s. People could not tell "
                "them apart.",
                name=m[1],
            ),
        ),
        (
            r"holds < or >.*",
            lambda _, m: _("It holds %(signs)s. Texts have no markup.", signs="< >"),
        ),
        (
            r"holds (U\+[0-9A-F]+), which is no letter",
            lambda _, m: _("It holds a hidden sign: %(sign)s.", sign=m[1]),
        ),
        (
            r"is not in normal form C.*",
            lambda _, m: _("Letters and their marks are apart (not in normal form C)."),
        ),
        (
            r"begins or ends with a space",
            lambda _, m: _("It begins or ends with a space."),
        ),
    )
)
_FORM = re.compile(r"form (\d+): (.+)", re.DOTALL)


def fault_words(_: Translate, reason: str) -> str:
    """Return what is wrong with a translation in the reader's words; else the reason itself."""
    form = _FORM.fullmatch(reason)
    if form is not None:
        return _(
            "Form %(number)s: %(fault)s",
            number=int(form[1]) + 1,
            fault=fault_words(_, form[2]),
        )
    for pattern, say in _FAULTS:
        found = pattern.fullmatch(reason)
        if found is not None:
            return say(_, found)
    return reason
