"""A synthetic respondent: answers any page of the instrument, the same one whenever asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from app.questionnaire.answers import SEEN
from app.questionnaire.model import Item, Kind, Missing, Statement, Value
from app.synthetic.answers.anything import anything
from app.synthetic.answers.choices import CHOICES
from app.synthetic.answers.facts import FACTS, LASTING
from app.synthetic.answers.missing import silence
from app.synthetic.answers.opinions import OPINIONS
from app.synthetic.answers.ratings import answerer
from app.synthetic.answers.selections import SELECTIONS
from app.synthetic.answers.subject import Answerer, Said, Subject
from app.synthetic.answers.words import CONTACT, LASTING_CONTACT, invented, sentence
from app.synthetic.life import Life
from app.synthetic.months import WAVES
from app.synthetic.population import Person


class Will(StrEnum):
    """What a respondent intends with the questionnaire; `response` draws it."""

    TAKE_PART = "take_part"
    REFUSE = "refuse"
    NEVER_OBLIGED = "never_obliged"
    """Says that the duty never applied, and is screened out."""


class Confirm(StrEnum):
    """Replies to "last time you said …, is that still true?"."""

    STILL_TRUE = "still_true"
    CHANGED = "changed"
    NEVER_TRUE = "never_true"


ANSWERERS: Mapping[str, Answerer] = {
    **{var: answerer(var, rating) for var, rating in OPINIONS.items()},
    **CHOICES,
    **SELECTIONS,
    **FACTS,
    **CONTACT,
}
LASTING_FACTS: Mapping[str, Callable[[Subject], Value]] = {**LASTING, **LASTING_CONTACT}


class SyntheticRespondent:
    """One person answering in one wave.

    The answer to a question depends on the person, the wave, the seed and what was said before,
    not on the order or number of calls. The same seed has to be used in every wave.
    """

    __slots__ = ("_subject", "language", "will")

    def __init__(
        self,
        person: Person,
        wave: int,
        seed: int,
        *,
        language: str = "nl",
        will: Will = Will.TAKE_PART,
    ) -> None:
        self._subject = Subject(person, wave, seed)
        self.language = language
        self.will = will

    def answer(self, item: Item, statement: Statement | None, values: Said) -> Value | None:
        """Return the answer to an item, or to one statement of a battery.

        Parameters
        ----------
        values
            What is known on the route so far, answers of this page included or not.

        Returns
        -------
        Value or None
            In the form the answer store keeps: ``None`` means leave it empty. `Missing.DK` and
            `Missing.REF` come only where the item offers them, perhaps only after an empty try.
        """
        var = statement.var if statement else item.var
        if item.kind is Kind.INFO:
            return SEEN
        if var == "c_meedoen":
            return "nee" if self.will is Will.REFUSE else "ja"
        if var == "r_status" and self.will is Will.NEVER_OBLIGED:
            return "nooit"
        sensitive = item.sensitive or (statement is not None and statement.sensitive)
        reason = silence(self._subject, item, var, sensitive=sensitive)
        if reason is not None:
            return None if reason is Missing.SKIP else reason
        return self._substance(item, var, values)

    def confirm(self, var: str, earlier: Value | None = None) -> Confirm:
        """Tell whether an earlier answer still holds.

        ``earlier`` is what the page shows; without it, and for contact details, which pages show
        masked, what was true for this person in the wave before counts.
        """
        fact = LASTING_FACTS.get(var)
        if fact is None:
            return Confirm.STILL_TRUE
        subject = self._subject
        now = fact(subject)
        before = [fact(subject.in_wave(wave)) for wave in WAVES if wave < subject.wave]
        if earlier is None or var in LASTING_CONTACT:
            earlier = before[-1] if before else now
        if earlier == now:
            return Confirm.STILL_TRUE
        return Confirm.CHANGED if earlier in before else Confirm.NEVER_TRUE

    def other_words(self, var: str) -> str:
        """The words behind "other, namely": an invented text that says so."""
        return invented(self._subject, f"{var}_other", self.language)

    def life_at(self, wave: int) -> Life:
        """The person's situation in a wave, of which the answers tell."""
        return (
            self._subject.life if wave == self._subject.wave else self._subject.in_wave(wave).life
        )

    def _substance(self, item: Item, var: str, values: Said) -> Value | None:
        answer = ANSWERERS.get(var)
        if answer is not None:
            return answer(self._subject, item, values)
        if item.kind in {Kind.OPEN, Kind.TEXT}:
            return sentence(self._subject, var, self.language)
        return anything(self._subject, item, var)
