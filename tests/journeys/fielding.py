"""Waves in the field with invented people in them, made by the services that a real wave uses."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from uuid import UUID

from app.clock import FixedClock
from app.panel.states import CaseStatus, Mode, WaveStatus
from app.questionnaire.compile import compile_wave
from app.questionnaire.model import Bank
from app.services.bootstrap import STUDY
from app.services.content.fielding import publish_wave
from app.services.content.instruments import load_study
from app.services.content.study_calendar import read_wave_plan
from app.services.context import ServiceContext
from app.services.fieldwork import enrolment, waves
from app.services.fieldwork.freezing import freeze_preloads
from app.services.fieldwork.preload_approval import approve_preload
from app.services.fieldwork.preload_review import review_preload
from app.services.invented.answering import Answered, answer_interview
from app.settings import CHEAP_ARGON2, Settings
from app.storage import openings
from app.storage.waves import load_wave
from app.synthetic.population import Person, by_stratum, read_population
from app.synthetic.respondent import SyntheticRespondent, Will

SEED = 7
LANGUAGES = ("nl", "en", "ar", "tr", "ti", "fa")


@cache
def bank() -> Bank:
    return load_study(STUDY)


@cache
def people_by_group() -> dict[str, list[Person]]:
    """Invented people by their group and act, six of them, such as ``asiel_wi2021``."""
    return by_stratum(read_population(STUDY, seed=SEED))


def some_of_each_group(number: int, *, after: int = 0) -> list[Person]:
    """The same ``number`` of people of each of the six groups; ``after`` skips as many."""
    return [one for listed in people_by_group().values() for one in listed[after : after + number]]


@dataclass(frozen=True)
class Invited:
    """A person with a case in a wave and the code that opens it."""

    person: Person
    person_id: UUID
    case_id: UUID
    code: str
    wave: int
    language: str
    panel: bool = False
    """Whether an earlier wave knows this person."""

    def told(self) -> dict[str, object]:
        """The line of ``demo.json`` about this case."""
        return {
            "case": self.case_id.hex,
            "wave": self.wave,
            "code": self.code,
            "language": self.language,
            "group": self.person.group,
            "act": self.person.act,
            "status": "open",
        }


def settings_of(folder: Path, urls: tuple[str, str] | None = None) -> Settings:
    """Settings of a data directory; codes are cheap to hash, as in a demo."""
    research, contacts = urls or (None, None)
    found = Settings.from_environment(
        {}, data_dir=folder, database_url=research, contacts_url=contacts
    )
    return replace(found, synthetic=True, argon2=CHEAP_ARGON2)


def open_wave(
    ctx: ServiceContext,
    year: int,
    people: Sequence[Person],
    *,
    before: Iterable[Invited] = (),
    languages: Sequence[str] = LANGUAGES,
    unknown: Sequence[str] = (),
) -> list[Invited]:
    """Publish a wave, enrol people in it with a code each, and open it.

    Earlier waves have to be closed. Who is in ``before`` is the same panel member as then.
    Languages take turns. ``unknown`` are frame variables that the register lacks.
    """
    plan = read_wave_plan(ctx.study, year)
    ctx = replace(ctx, clock=FixedClock(datetime.combine(plan.opens_on, time(8), tzinfo=UTC)))
    publish_wave(ctx, bank(), plan, by="test")
    known = {one.person.id: one.person_id for one in before}
    sampled = [
        _sampled(one, known.get(one.id), languages[at % len(languages)], unknown)
        for at, one in enumerate(people)
    ]
    assigned = compile_wave(bank(), year).assigned
    cases = enrolment.enrol(ctx, year, sampled, assigned=assigned, rng=random.Random(SEED))
    if freeze_preloads(ctx, year, plan.preload_from if known else (), by="test").version:
        review_preload(ctx, year, by="test")
        approve_preload(ctx, year, by="test")
    codes = enrolment.issue_codes(ctx, [one.id for one in cases], rng=random.Random(year))
    for status in (WaveStatus.CHECKED, WaveStatus.REHEARSED, WaveStatus.OPEN):
        waves.move_wave(ctx, year, status, by="test")
    return [
        Invited(
            person, case.person_id, case.id, codes[case.id], year, case.language, person.id in known
        )
        for person, case in zip(people, cases, strict=True)
    ]


def close_wave(ctx: ServiceContext, year: int) -> None:
    waves.move_wave(ctx, year, WaveStatus.CLOSED, by="test")


def respondent_of(invited: Invited, will: Will = Will.TAKE_PART) -> SyntheticRespondent:
    return SyntheticRespondent(
        invited.person, invited.wave, SEED, language=invited.language, will=will
    )


def answer_in_process(
    ctx: ServiceContext,
    invited: Invited,
    respondent: SyntheticRespondent | None = None,
    *,
    at: datetime | None = None,
    stop_after: int | None = None,
) -> Answered:
    """Let a person answer an interview through the services, as the demo does."""
    opens_on = read_wave_plan(ctx.study, invited.wave).opens_on
    at = at or datetime.combine(opens_on, time(12), tzinfo=UTC)
    with ctx.databases.research.write() as connection:
        wave = load_wave(connection, invited.wave)
        assert wave is not None
        assert wave.version_id is not None
        interview_id = openings.open_interview(
            connection,
            invited.case_id,
            version_id=wave.version_id,
            language=invited.language,
            mode=Mode.WEB,
            at=at,
        )
        return answer_interview(
            ctx,
            connection,
            interview_id,
            respondent or respondent_of(invited),
            language=invited.language,
            started_at=at,
            stop_after=stop_after,
        )


def field_panel(
    ctx: ServiceContext,
    last: int,
    *,
    each: int,
    languages: Sequence[str] = LANGUAGES,
    unknown: Sequence[str] = (),
) -> list[Invited]:
    """Field all waves up to ``last`` and leave that one open.

    In each wave as many people of every group join as ``each`` says; those of earlier waves have
    answered all of them and are asked again.
    """
    joined: dict[str, Invited] = {}
    people: list[Person] = []
    for at, year in enumerate(one for one in (2024, 2025, 2027) if one <= last):
        people += some_of_each_group(each, after=at * each)
        invited = open_wave(
            ctx, year, people, before=joined.values(), languages=languages, unknown=unknown
        )
        joined = {one.person.id: one for one in invited}
        if year == last:
            return invited
        for one in invited:
            assert answer_in_process(ctx, one).status is CaseStatus.COMPLETE
        close_wave(ctx, year)
    raise AssertionError(f"no wave of {last}")


def write_codes(folder: Path, invited: Iterable[Invited]) -> Path:
    """Write the codes as the demo writes them: what `simulate` reads."""
    file = folder / "demo.json"
    file.write_text(json.dumps({"codes": [one.told() for one in invited]}), encoding="utf-8")
    return file


def _sampled(
    person: Person, person_id: UUID | None, language: str, unknown: Sequence[str]
) -> enrolment.SampledPerson:
    frame = {
        **person.frame(),
        "fr_entry": "personal",
        "fr_panel": "yes" if person_id else "no",
        "fr_stratum": person.stratum,
    }
    return enrolment.SampledPerson(
        person_id=person_id,
        stratum=person.stratum,
        stratum_population=len(people_by_group()[person.stratum]),
        stratum_sample=30,
        frame={name: value for name, value in frame.items() if name not in unknown},
        language=language,
    )
