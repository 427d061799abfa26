"""The words of one page: in its language and, where a person asked for it, in a second below it.

Each text remembers what its sound is bound to: itself in the first language, insertions unfilled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from app.i18n.locales import language as language_named
from app.questionnaire.model import Text
from app.web.respond.view import Words
from app.web.respond.words import Translate, isolated, with_isolates

_BOTH = Markup('{} <span class="also" lang="{}" dir="{}">{}</span>')
"""Not two elements: a label, legend or heading holds both, so an answer still has one name."""


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language of a page: its code, and ``gettext`` in it."""

    code: str
    translate: Translate


class Reading:
    """Says each text in the one or two languages of a page."""

    def __init__(self, first: Tongue, second: Tongue | None = None) -> None:
        self.first = first
        self.second = second
        self._template_of: dict[Words, str] = {}
        self._first_of: dict[Words, Words] = {}

    @property
    def language(self) -> str:
        """The language of the page, in which names of a code list are typed."""
        return self.first.code

    def text(self, text: Text) -> Words:
        """Return a text of the questionnaire that has no insertions."""
        return self.say(lambda tongue: with_isolates(text[tongue.code]), text[self.language])

    def name(self, text: Text) -> Words:
        """Return a name of a code list, which may be of another script than the page."""
        return self.say(lambda tongue: isolated(text[tongue.code]))

    def words(self, build: Callable[[Translate], str]) -> Words:
        """Return words of the interface: what ``build`` returns for the ``gettext`` it is given."""
        template_of: dict[str, str] = {}

        def noting(message: str, **values: object) -> str:
            said = self.first.translate(message, **values)
            template_of[said] = self.first.translate(message)
            return said

        words = build(noting)
        second = build(self.second.translate) if self.second else None
        # Words made of several messages are none of them, and are not read aloud.
        return self._both(words, second, template_of.get(words, ""))

    def message(self, message: str) -> Words:
        """Return a message of the interface that has no insertions."""
        return self.words(lambda translate: translate(message))

    def say(self, build: Callable[[Tongue], str], template: str = "") -> Words:
        """Return what ``build`` returns for each language, the second below the first.

        ``template`` is the text without what was filled in; nothing is read aloud without one.
        """
        second = build(self.second) if self.second else None
        return self._both(build(self.first), second, template)

    def _both(self, first: Words, second: Words | None, template: str) -> Words:
        words = first
        if self.second is not None and second not in (None, first):
            named = language_named(self.second.code)
            words = _BOTH.format(first, named.tag, named.dir, second)
            self._first_of[words] = first
        if template:
            self._template_of[words] = template
        return words

    def alone(self, words: Words) -> Words:
        """Return words in the language of the page only, as its title."""
        return self._first_of.get(words, words)

    def template(self, words: Words | None) -> str | None:
        """Return the text that the sound of these words is bound to, if they may be read aloud."""
        return self._template_of.get(words) if words else None
