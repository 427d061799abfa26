"""Living through a simulated study, and what the program says of it against what happened."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from app.clock import FixedClock
from app.messages.statuses import MessageStatus
from app.panel.dispositions import Category
from app.services.bootstrap import STUDY, make_context
from app.services.content.study_calendar import read_wave_plan
from app.services.context import ServiceContext
from app.services.invented.simulated_study import Design, Simulated, simulate_study
from app.services.response.attrition import panel_ledger_at
from app.services.response.outcome_tables import wave_outcomes
from app.services.response.outcomes import dispositions, load_histories
from app.settings import CHEAP_ARGON2, Settings
from app.storage import case_facts, cases, messages
from app.storage.migrate import upgrade
from tests.builders import real_bank
from tests.same_ids import same_ids

WAVES = (2024, 2025, 2027)
CATEGORIES = {
    "complete": {Category.I},
    "partial": {Category.P},
    "broken_off": {Category.R},
    "refused": {Category.R},
    "left": {Category.NE},
    "screened_out": {Category.NE},
    # Nothing came: unknown, not reached or unable, as far as the post knows.
    "open": {Category.UH, Category.UO, Category.NC, Category.O},
}
"""What really happened, and the letters of AAPOR's formulas that may stand for it."""
OUT_IN_THE_WORLD = (MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.RETURNED)


@dataclass
class Lived:
    """A study that was lived through."""

    ctx: ServiceContext
    done: Simulated
    design: Design
    steps: Counter[str] = field(default_factory=Counter)
    cpu_seconds: float = 0.0

    def drawn_by_stratum(self, year: int) -> Counter[str]:
        """Cases of people who were in no earlier wave."""
        with self.ctx.databases.research.read() as connection:
            earlier = {
                case.person_id
                for before in WAVES
                if before < year
                for case in cases.list_cases(connection, before)
            }
            listed = cases.list_cases(connection, year)
        return Counter(one.stratum or "" for one in listed if one.person_id not in earlier)

    def untrue(self, year: int) -> list[tuple[str, str]]:
        """Cases of which the program says another thing than what happened; the erased left out."""
        truth = self.done.truth
        outcomes = {
            person: words
            for words, people in _by_outcome(self.done, year).items()
            for person in people
        }
        with self.ctx.databases.research.snapshot() as connection:
            histories = load_histories(self.ctx, connection, [year])
        stood = dispositions(histories, self.done.dates[-1])
        assert {one.person_id for one in histories} == set(outcomes)
        found = []
        for one in histories:
            said = stood[one.case_id].category
            if one.person_id in truth.erased:
                continue
            if said not in CATEGORIES[outcomes[one.person_id]]:
                found.append((outcomes[one.person_id], stood[one.case_id].code))
        return found

    def rr1(self, year: int) -> tuple[float | None, float]:
        """What the program says, and the truth in which who was erased is a refusal."""
        counts: Counter[str] = Counter()
        for words, people in _by_outcome(self.done, year).items():
            for person in people:
                counts["refused" if person in self.done.truth.erased else words] += 1
        inside = counts.total() - counts["left"] - counts["screened_out"]
        ctx = replace(self.ctx, clock=FixedClock(self.done.dates[-1]))
        return wave_outcomes(ctx, year).total.rates["RR1"], counts["complete"] / inside

    def ledger_problems(self) -> dict[datetime, tuple[str, ...]]:
        found = {at: panel_ledger_at(self.ctx, at).problems for at in self.done.dates}
        return {at: problems for at, problems in found.items() if problems}

    def messages_by_person(self) -> Counter[tuple[UUID, int, str]]:
        """Messages that went out, by person, wave and step."""
        return Counter((person, wave, step) for person, wave, step, _ in self._went_out())

    def written_after_the_end(self) -> int:
        """Messages that went out after the study knew of a death or a withdrawal."""
        ends: dict[UUID, datetime] = {}
        with self.ctx.databases.research.read() as connection:
            for fact in case_facts.person_facts(connection, WAVES):
                if fact.detail.get("to") in ("deceased", "withdrawn", "moved_abroad", "erased"):
                    ends[fact.person_id] = min(fact.at, ends.get(fact.person_id, fact.at))
        return sum(at > ends[person] for person, _, _, at in self._went_out() if person in ends)

    def _went_out(self) -> list[tuple[UUID, int, str, datetime]]:
        with self.ctx.databases.research.read() as connection:
            person_of = {
                case.id: case.person_id
                for year in WAVES
                for case in cases.list_cases(connection, year)
            }
            listed = messages.list_messages(connection, statuses=OUT_IN_THE_WORLD)
        return [
            (person_of[one.case_id], one.wave, one.step, one.settled_at)
            for one in listed
            if one.settled_at is not None
        ]


def _by_outcome(done: Simulated, year: int) -> dict[str, list[UUID]]:
    found: dict[str, list[UUID]] = {}
    for person_id, told in done.truth.waves[year].cases.items():
        found.setdefault(told.outcome, []).append(person_id)
    return found


@contextmanager
def live_through(
    folder: Path,
    *,
    people: int,
    every_days: int,
    seed: int = 7,
    render: bool = False,
    urls: tuple[str, str] | None = None,
) -> Iterator[Lived]:
    """Live through three waves in a folder, the same ones every time.

    A draw sorts the ids of units before it shuffles them: with new ids it would be another sample,
    and a small one in which by chance nobody dies shows nothing. The databases are SQLite files
    there unless ``urls`` name others.
    """
    data, out = folder / "data", folder / "releases"
    data.mkdir()
    out.mkdir()
    settings = replace(
        Settings.from_environment({}, data_dir=data), synthetic=True, argon2=CHEAP_ARGON2
    )
    if urls is not None:
        settings = replace(settings, database_url=urls[0], contacts_url=urls[1])
    upgrade(settings.database_url, settings.contacts_url)
    ctx = make_context(settings)
    design = Design(people, seed, out, every_days=every_days, render=render)
    plans = [read_wave_plan(STUDY, year) for year in WAVES]
    began = time.process_time()
    steps: Counter[str] = Counter()

    def progress(what: str, done: int, of: int) -> None:
        steps[what] += 1

    try:
        with same_ids(seed):
            done = simulate_study(ctx, real_bank(), plans, design, progress=progress)
        yield Lived(ctx, done, design, steps, time.process_time() - began)
    finally:
        ctx.databases.close()
