"""The base of a number in words: from a condition of the item bank to what a reader understands."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from analysis.codebook import Codebook, words
from app.web.respond.words import Translate
from app.web.staff.labels import code_words, variable_words

# One piece of a condition. Its grammar is that of `analysis.expression`, which has parsed the
# condition before: what is read here is well formed.
_PIECE = re.compile(
    r"\s*(?:(?P<word>(?:and|or|not|true|false)\b)"
    r"|(?P<bracket>[()])"
    r"|known\s*\(\s*(?P<known>\w+)\s*\)"
    r"|'(?P<chosen>[^']*)'\s+in\s+(?P<multiple>\w+)"
    r"|(?P<listed>\w+)\s+in\s+\((?P<codes>[^)]*)\)"
    r"|(?P<left>\w+)\s*(?P<sign>==|!=|<=|>=|<|>)\s*(?:'(?P<text>[^']*)'|(?P<plain>[\w.-]+)))"
)


@dataclass(frozen=True)
class Wording:
    """Words for variables and codes, in one language."""

    translate: Translate
    codebook: Codebook
    language: str

    def variable(self, name: str) -> str:
        """Return what a variable is called: its question, in quotes, where it is one."""
        named = variable_words(self.translate, name)
        if named is not None:
            return named
        if name not in self.codebook:
            return name
        found = self.codebook[name]
        label = words(found.label, self.language)
        return f"“{label}”" if label and found.question else label or name

    def code(self, variable: str, code: str) -> str:
        """Return the words of an answer."""
        if code in self.codebook.missing:
            return words(self.codebook.missing[code], self.language, code)
        label = code
        if variable in self.codebook:
            label = self.codebook[variable].code_label(code, self.language)
        return code_words(self.translate, variable, code) if label == code else label


def base_in_words(condition: str, wording: Wording) -> str:
    """Return a condition in words; the condition itself where it holds more than is known here."""
    _ = wording.translate
    if condition == "true":
        return _("Everybody")
    pieces: list[str] = []
    at = 0
    text = condition.strip()
    while at < len(text):
        match = _PIECE.match(text, at)
        if match is None:
            return condition
        pieces.append(_piece(match, wording))
        at = match.end()
    joined = " ".join(pieces).replace("( ", "(").replace(" )", ")")
    return joined[:1].upper() + joined[1:]


def _piece(match: re.Match[str], wording: Wording) -> str:
    _ = wording.translate
    found = match.groupdict()
    if found["word"]:
        return _operators(_)[found["word"]]
    if found["bracket"]:
        return str(found["bracket"])
    if found["known"]:
        return _("%(variable)s is known", variable=wording.variable(found["known"]))
    if found["multiple"]:
        return _is(wording, found["multiple"], [found["chosen"]])
    if found["listed"]:
        return _is(wording, found["listed"], re.findall(r"'([^']*)'", found["codes"]))
    return _comparison(wording, found)


def _comparison(wording: Wording, found: dict[str, str]) -> str:
    _ = wording.translate
    variable = found["left"]
    literal = found["text"] if found["text"] is not None else found["plain"]
    if found["sign"] == "==":
        return _is(wording, variable, [literal])
    if found["sign"] == "!=":
        return _(
            "%(variable)s: not %(answer)s",
            variable=wording.variable(variable),
            answer=wording.code(variable, literal),
        )
    return f"{wording.variable(variable)} {found['sign']} {literal}"


def _is(wording: Wording, variable: str, codes: list[str]) -> str:
    _ = wording.translate
    answers = f" {_('or')} ".join(wording.code(variable, code) for code in codes)
    return _("%(variable)s: %(answer)s", variable=wording.variable(variable), answer=answers)


def _operators(_: Callable[..., str]) -> dict[str, str]:
    return {
        "and": _("and"),
        "or": _("or"),
        "not": _("not"),
        "true": _("everybody"),
        "false": _("nobody"),
    }
