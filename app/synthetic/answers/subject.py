"""The person in front of one questionnaire: a life, and luck that belongs to each question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import sqrt

from app.questionnaire.model import Item, Value
from app.synthetic.biography import Biography, biography_of
from app.synthetic.chance import Chance, mix
from app.synthetic.life import life_at
from app.synthetic.population import Person

STEADY = 0.75
"""Weight of what is lasting in the luck of an opinion; the rest is of the wave."""
OF_THE_WAVE = sqrt(1 - STEADY**2)


class Subject:
    """One person in one wave.

    ``always`` is luck that stays over the waves, ``now`` that of this wave. Both depend on the
    seed; the life behind them does not.
    """

    __slots__ = ("_moods", "always", "life", "now", "past", "person", "seed", "wave")

    def __init__(self, person: Person, wave: int, seed: int, past: Biography | None = None) -> None:
        self.person = person
        self.wave = wave
        self.seed = seed
        self.past = past or biography_of(person)
        self.life = life_at(person, self.past, wave)
        self.always = Chance(mix(person.key ^ mix(seed)))
        self.now = self.always.of(wave)
        self._moods: dict[str, float] = {}

    def in_wave(self, wave: int) -> Subject:
        """The same person at another wave."""
        return Subject(self.person, wave, self.seed, self.past)

    def score(self, label: str) -> float:
        """A standard normal number about a question, much the same in the next wave."""
        return STEADY * self.always.normal(label) + OF_THE_WAVE * self.now.normal(label)

    def mood(self, label: str) -> float:
        """As `score`, shared by the questions of one battery."""
        found = self._moods.get(label)
        if found is None:
            found = self._moods[label] = self.score(label)
        return found

    def steady(self, label: str) -> Chance:
        """Luck that for three quarters of all people stays as it was in earlier waves."""
        return self.always if self.always.happens(f"steady {label}", STEADY) else self.now


Said = Mapping[str, Value]
"""What is known on the route so far: frame, assigned, derived and answered variables."""

Answerer = Callable[[Subject, Item, Said], Value | None]
"""Gives an answer that the item accepts, or ``None`` to leave it empty."""


def chose(said: Said, var: str, code: str) -> bool:
    """Tell whether a code was chosen in a multiple-answer variable."""
    codes = said.get(var)
    return isinstance(codes, tuple) and code in codes
