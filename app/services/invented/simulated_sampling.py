"""Registers of a simulated study, and the draws from them: the first sample and newcomers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from uuid import UUID

from app.panel.sample_file_columns import SampleMapping
from app.panel.sample_limits import Limits
from app.panel.sampling import allocate
from app.questionnaire.model import Bank
from app.services.content.study_calendar import WavePlan
from app.services.context import ServiceContext
from app.services.fieldwork import draws, frame
from app.services.invented.simulated_field import Member
from app.services.invented.simulated_register import write_register
from app.synthetic.biography import biography_of
from app.synthetic.life import life_at
from app.synthetic.panel_life import Shares
from app.synthetic.population import Person

PER_PERSON = 3
"""Units of the first register for each person drawn; at most three quarters of the population."""
NEWCOMERS_PER_PERSON = 2
LEAST_PER_STRATUM = 2
"""A variance needs two."""


class Registers:
    """Takes registers of synthetic people in, one after the other, and draws from them.

    The population is in no meaningful order: the first register is its beginning, newcomers are
    the people after it under Wi2021 who have not left by then.
    """

    def __init__(
        self,
        bank: Bank,
        people: Sequence[Person],
        *,
        seed: int,
        shares: Shares,
        folder: Path,
        by: str,
    ) -> None:
        self._bank, self._people = bank, people
        self._seed, self._shares = seed, shares
        self._folder, self._by = folder, by
        self.first = 0
        """People in the first register: the population that the first wave is drawn from."""
        self._passed = 0

    def draw_first(
        self, ctx: ServiceContext, plan: WavePlan, size: int, *, of: int
    ) -> dict[str, int]:
        """Take the first register in, for so many people in all, and draw; units by stratum."""
        self.first = self._passed = min(PER_PERSON * of, len(self._people) * 3 // 4)
        return self._draw(ctx, plan, "register", range(self.first), size, "")

    def draw_newcomers(self, ctx: ServiceContext, plan: WavePlan, size: int) -> dict[str, int]:
        """Take a register of newcomers in and draw from it; units by stratum."""
        found: list[int] = []
        while len(found) < NEWCOMERS_PER_PERSON * size and self._passed < len(self._people):
            person = self._people[self._passed]
            if person.act == "wi2021":
                life = life_at(person, biography_of(person), plan.year)
                if life.gone is None and life.status not in ("klaar", "ontheven"):
                    found.append(self._passed)
            self._passed += 1
        return self._draw(ctx, plan, f"newcomers {plan.year}", found, size, str(plan.year))

    def read_again(
        self, ctx: ServiceContext, plan: WavePlan, members: Iterable[Member]
    ) -> dict[UUID, dict[str, str]]:
        """Read a register of those of the panel who came under another act than the frame has."""
        changed = {
            one.number: life.act
            for one in members
            if (life := life_at(one.person, one.past, plan.year)).act != one.person.act
        }
        if not changed:
            return {}
        today = list(self._people)
        for number, act in changed.items():
            today[number] = today[number]._replace(act=act)
        file = self._folder / f"register-again-{plan.year}.csv"
        write_register(file, today, sorted(changed), self._seed, self._shares)
        try:
            again = frame.read_again(ctx, self._bank, file, SampleMapping(), limits=Limits())
        finally:
            file.unlink()
        return again.frames

    def _draw(
        self,
        ctx: ServiceContext,
        plan: WavePlan,
        name: str,
        numbers: Sequence[int],
        size: int,
        cohort: str,
    ) -> dict[str, int]:
        file = self._folder / f"{name.replace(' ', '-')}.csv"
        write_register(file, self._people, numbers, self._seed, self._shares)
        try:
            staged = frame.stage(
                ctx, self._bank, file, SampleMapping(), limits=Limits(), cohort=cohort
            )
            if staged.checked.faults:
                raise ValueError(f"the register has faults, first: {staged.checked.faults[0]}")
            frame.take_in(ctx, staged, name=name, by=self._by)
        finally:
            # Else who is forgotten later would still be found in it.
            file.unlink()
        suffix = f"_{cohort}" if cohort else ""
        sizes = Counter(f"{self._people[one].stratum}{suffix}" for one in numbers)
        given = allocate(dict(sorted(sizes.items())), size, minimum=LEAST_PER_STRATUM)
        draw = draws.refresh_sample if cohort else draws.draw_sample
        draw(
            ctx,
            self._bank,
            plan,
            names=[name],
            allocation=draws.Allocation(given=given),
            seed=self._seed + plan.year,
            by=self._by,
        )
        return given
