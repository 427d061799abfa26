"""Conditions and answers of a questionnaire in words that a researcher reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.questionnaire.answers import confirm_variable, other_variable
from app.questionnaire.explain import Join, Reason, Truth
from app.questionnaire.expression_tree import (
    Chosen,
    Compared,
    Constant,
    Known,
    Leaf,
    Literal,
    OneOf,
    Operand,
    Variable,
)
from app.questionnaire.model import Instrument, Item, Missing, Option, Value
from app.questionnaire.wording import in_words
from app.web.respond.words import Translate
from app.web.staff.labels import code_words

SHORT = 70
"""Characters of a question where it only has to be recognised."""


@dataclass(frozen=True, slots=True)
class ValueView:
    """A variable that a condition reads: what it is, and what it is now."""

    var: str
    question: str
    value: str
    known: bool


@dataclass(frozen=True, slots=True)
class ReasonView:
    """A part of a condition as its page shows it; with parts, ``words`` says how they join."""

    truth: str
    truth_words: str
    words: str
    source: str
    values: Sequence[ValueView]
    parts: Sequence[ReasonView]


class Speaker:
    """Says conditions and answers of one questionnaire in one language."""

    def __init__(self, _: Translate, instrument: Instrument, language: str) -> None:
        self.say = _
        self.instrument = instrument
        self.language = language
        self._notes: Mapping[str, str] = {
            **{one.var: one.note for one in instrument.frame},
            **{one.var: one.note for one in instrument.assigned},
            **{one.var: one.note for one in instrument.derived},
        }
        self._followers: dict[str, Item] = {}
        for item in instrument.items:
            for name in (item.var, *(one.var for one in item.statements)):
                self._followers[confirm_variable(name)] = item
                self._followers[other_variable(name)] = item

    def question(self, var: str, most: int = SHORT) -> str:
        """Return what a variable is about: its question, or what the study notes of it."""
        _ = self.say
        item = self.instrument.item_of.get(var)
        if item is not None:
            own = next((one.text for one in item.statements if one.var == var), item.text)
            return shortened(own[self.language], most)
        follower = self._followers.get(var)
        if follower is not None:
            about = shortened(follower.text[self.language], most)
            if var == confirm_variable(follower.var):
                return _("Is it still true: %(question)s", question=about)
            return _("Own words at: %(question)s", question=about)
        return shortened(self._notes.get(var, ""), most)

    def value(self, var: str, value: Value | None) -> str:
        """Return an answer in words; for none, that there is none."""
        _ = self.say
        if value is None:
            return _("no answer")
        if isinstance(value, Missing):
            return self.instrument.missing[value][self.language]
        item = self.instrument.item_of.get(var)
        if item is None and var not in self._followers:
            return code_words(self.say, var, str(value)) if isinstance(value, str) else str(value)
        try:
            return in_words(self.instrument, item, var, value, self.language)
        except (ValueError, KeyError):  # a worked respondent may say what nobody can
            return str(value)

    def reason(self, reason: Reason) -> ReasonView:
        """Return why a condition holds or not, for its page."""
        return ReasonView(
            truth=str(reason.truth),
            truth_words=self.truth(reason.truth),
            words=self._joining(reason),
            source=reason.source,
            values=[
                ValueView(
                    one.var,
                    self.question(one.var),
                    self.value(one.var, one.value),
                    one.value is not None,
                )
                for one in reason.reads
            ],
            parts=[self.reason(one) for one in reason.parts],
        )

    def truth(self, truth: Truth) -> str:
        """Return whether something holds, in a word or two."""
        _ = self.say
        return {
            Truth.YES: _("holds"),
            Truth.NO: _("does not hold"),
            Truth.OPEN: _("not decided yet"),
        }[truth]

    def _joining(self, reason: Reason) -> str:
        _ = self.say
        match reason.join:
            case Join.ALL:
                return _("All of these:")
            case Join.ANY:
                return _("At least one of these:")
            case Join.NOT:
                return _("The opposite of this:")
            case Join.LEAF:
                return self.leaf(reason.leaf) if reason.leaf is not None else reason.source

    def leaf(self, leaf: Leaf) -> str:
        """Return one comparison in words."""
        _ = self.say
        match leaf:
            case Constant(value):
                return _("Always.") if value else _("Never.")
            case Known(name):
                return _("%(variable)s has an answer", variable=name)
            case OneOf(name, literals):
                codes = ", ".join(self._literal(name, one) for one in literals)
                return _("%(variable)s is one of: %(codes)s", variable=name, codes=codes)
            case Chosen(literal, name):
                code = self._literal(name, literal)
                return _("%(code)s is chosen at %(variable)s", code=code, variable=name)
            case Compared(left, sign, right):
                return self._compared(left, sign, right)

    def _compared(self, left: Operand, sign: str, right: Operand) -> str:
        _ = self.say
        names = [one.name for one in (left, right) if isinstance(one, Variable)]
        of = names[0] if names else ""
        first, second = self._operand(of, left), self._operand(of, right)
        given = {"first": first, "second": second}
        return {
            "==": _("%(first)s is %(second)s", **given),
            "!=": _("%(first)s is not %(second)s", **given),
            "<": _("%(first)s is less than %(second)s", **given),
            "<=": _("%(first)s is at most %(second)s", **given),
            ">": _("%(first)s is more than %(second)s", **given),
            ">=": _("%(first)s is at least %(second)s", **given),
        }[sign]

    def _operand(self, of: str, operand: Operand) -> str:
        return operand.name if isinstance(operand, Variable) else self._literal(of, operand)

    def _literal(self, var: str, literal: Literal) -> str:
        """A code with its words, as an author and a respondent know it."""
        code = str(literal)
        if code in set(Missing):
            return f"“{self.instrument.missing[Missing(code)][self.language]}” ({code})"
        words = next(
            (one.text[self.language] for one in self._options(var) if one.code == code), ""
        )
        if not words and var not in self.instrument.item_of and var not in self._followers:
            words = code_words(self.say, var, code)
        return f"“{words}” ({code})" if words and words != code else code

    def _options(self, var: str) -> Sequence[Option]:
        item = self.instrument.item_of.get(var)
        if item is not None:
            return item.options
        follower = self._followers.get(var)
        asks = follower is not None and var == confirm_variable(follower.var)
        return self.instrument.confirm if asks else ()


def shortened(words: str, most: int = SHORT) -> str:
    """Return the beginning of a text, cut at a word."""
    plain = " ".join(words.split())
    if len(plain) <= most:
        return plain
    return f"{plain[:most].rsplit(' ', 1)[0]} …"
