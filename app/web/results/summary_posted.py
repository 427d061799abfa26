"""What was posted about a chapter of the summary, read as an edit: only what is offered counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from app.services.publication.summary_text import Edit, EditedChapter, EditedSentence, Figures
from app.web.respond.words import Translate

LONGEST = 600
"""Characters of own words behind one sentence."""
_MOST_DIGITS = 3


def read_edit(
    _: Translate, form: Mapping[str, str], chapter: EditedChapter, edit: Edit
) -> tuple[Edit, dict[str, str]]:
    """Return an edit with what was posted about a chapter, and what is wrong with it, by field."""
    reader = _Reader(_, form, edit)
    for one in chapter.sentences():
        reader.phrases_of(one)
        reader.rest_of(one)
    return reader.edit(chapter), reader.faults


@dataclass
class _Reader:
    """Goes through the sentences of a chapter and keeps what it reads."""

    translate: Translate
    form: Mapping[str, str]
    before: Edit
    faults: dict[str, str] = field(default_factory=dict)
    phrases: dict[str, str] = field(init=False)
    after: dict[str, str] = field(init=False)
    looked: dict[str, Figures] = field(init=False)
    left_out: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self.phrases, self.after = dict(self.before.phrases), dict(self.before.after)
        self.looked, self.left_out = dict(self.before.looked), set(self.before.left_out)

    def phrases_of(self, one: EditedSentence) -> None:
        """Read the words chosen for the numbers of a sentence.

        A number may stand in two sentences and has the same words in both: the choice that was
        changed counts.
        """
        for number in one.numbers:
            words = self.form.get(f"phrase-{one.key}-{number.key}")
            allowed = [choice.phrase.words for choice in number.choices]
            if words is None or words == number.chosen or not allowed:
                continue
            if words not in allowed:
                _ = self.translate
                self.faults[f"s-{one.key}"] = _("Choose one of the words that are offered.")
            elif words == allowed[0]:
                self.phrases.pop(number.key, None)
            else:
                self.phrases[number.key] = words

    def rest_of(self, one: EditedSentence) -> None:
        """Read whether a sentence is left out, what stands behind it, and whether it was seen."""
        self.left_out.discard(one.key)
        if f"out-{one.key}" in self.form:
            self.left_out.add(one.key)
        own = " ".join(self.form.get(f"after-{one.key}", "").replace("\0", "").split())
        if len(own) > LONGEST:
            _ = self.translate
            self.faults[f"after-{one.key}"] = _("Use at most %(count)s characters.", count=LONGEST)
        self.after.pop(one.key, None)
        if own:
            self.after[one.key] = own
        if one.was is not None and f"looked-{one.key}" in self.form:
            self.looked[one.key] = dict(one.now)

    def edit(self, chapter: EditedChapter) -> Edit:
        """Return all that was read, with the order of the paragraphs."""
        keys = [one.key for one in chapter.paragraphs]
        order = self._order(keys)
        orders = dict(self.before.order)
        if order != keys:
            orders[chapter.key] = order
        return replace(
            self.before,
            phrases=self.phrases,
            after=self.after,
            looked=self.looked,
            left_out=frozenset(self.left_out),
            order=orders,
        )

    def _order(self, keys: list[str]) -> list[str]:
        """Return paragraphs by the numbers that were typed; equal ones stay as they were."""
        places = []
        for at, _key in enumerate(keys, start=1):
            typed = self.form.get(f"place-{at}", str(at)).strip()
            if not (typed.isascii() and typed.isdigit() and len(typed) <= _MOST_DIGITS):
                _ = self.translate
                self.faults[f"place-{at}"] = _(
                    "Give each paragraph a whole number: the smallest comes first."
                )
                return keys
            places.append(int(typed))
        by_place = sorted(zip(places, keys, strict=True), key=lambda pair: pair[0])
        return [key for _place, key in by_place]
