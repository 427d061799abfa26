"""A synthetic study in a data directory: sample, waves, answers, accounts.

Everything goes through the services that a real study goes through; only the people and the
calendar are made up, and everything says so.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from app.clock import FixedClock
from app.panel.arrivals import Arrival, Device, Door
from app.panel.dispositions import LEFT_POPULATION, REFUSAL
from app.panel.sampling import Sample, SampledUnit, allocate, draw, refresh, stratum_sizes
from app.panel.states import CaseStatus, Eligibility, Mode, WaveStatus
from app.questionnaire.compile import compile_wave
from app.questionnaire.model import Bank
from app.services.content.fielding import Override, publish_wave
from app.services.content.readiness import Finding
from app.services.content.study_calendar import WavePlan
from app.services.context import ServiceContext
from app.services.fieldwork import enrolment, waves
from app.services.fieldwork.freezing import freeze_preloads
from app.services.fieldwork.preload_approval import approve_preload
from app.services.fieldwork.preload_review import review_preload
from app.services.invented.answering import answer_interview
from app.storage import openings
from app.storage.cases import Case
from app.synthetic.population import Person, by_stratum, read_population
from app.synthetic.respondent import SyntheticRespondent
from app.synthetic.response import Outcome, Status, outcome_of

REASON = "a synthetic demonstration: nobody real is asked anything"
"""Why a demo is published although it is not ready."""
LEAST_PEOPLE = 60
LEAST_OPEN = 50
"""Open cases left in the last wave, so that there is something to answer."""
LEAST_PER_LANGUAGE = 3
LEAST_PER_STRATUM = 4
REFRESHMENT = 6
"""One in this many people joins in a later wave."""

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much."""


@dataclass
class PanelMember:
    """A synthetic person and what the study has made of it so far."""

    person: Person
    person_id: UUID | None = None
    outcome: Status | None = None
    consents: bool = False


@dataclass(frozen=True, slots=True)
class DemoCase:
    """One case with its code, as handed to whoever tries the demo."""

    case: str
    wave: int
    code: str
    url: str
    language: str
    group: str
    act: str
    status: str


@dataclass
class Demo:
    """A demo in the making: the panel, the sample so far, and the cases with a code."""

    seed: int
    url: str
    panel: dict[str, PanelMember] = field(default_factory=dict)
    sample: Sample | None = None
    cases: list[DemoCase] = field(default_factory=list)
    findings: Sequence[Finding] = ()
    """What the gate found: published all the same, on record."""


@dataclass(frozen=True, slots=True)
class _Fielded:
    """One case of a wave being fielded, and what its person is going to do."""

    case: Case
    member: PanelMember
    outcome: Outcome


def prepare_demo(
    ctx: ServiceContext,
    bank: Bank,
    plans: Sequence[WavePlan],
    *,
    people: int,
    seed: int,
    url: str,
    progress: Progress,
    findings: Sequence[Finding] = (),
) -> Demo:
    """Field the waves, the earlier ones to their end, and leave the last one open.

    ``findings`` of the gate are overridden by the demo and go into every version it publishes.
    """
    demo = Demo(seed, url, findings=findings)
    population = read_population(ctx.study, seed=seed)
    strata = by_stratum(population)
    members = {person.id: PanelMember(person) for person in population}
    frame = {stratum: [one.id for one in listed] for stratum, listed in strata.items()}
    sizes = _sizes(max(people, LEAST_PEOPLE), len(plans))
    for at, (plan, size) in enumerate(zip(plans, sizes, strict=True)):
        allocation = allocate(
            stratum_sizes(frame), size, minimum=LEAST_PER_STRATUM if at == 0 else 0
        )
        if demo.sample is None:
            demo.sample = draw(frame, allocation, seed=seed)
        else:
            demo.sample, _ = refresh(frame, demo.sample, allocation, seed=seed + at)
        demo.panel |= {unit.id: members[unit.id] for unit in demo.sample.units}
        _field(
            ctx, bank, plan, demo, [one.year for one in plans[:at]], at == len(plans) - 1, progress
        )
    return demo


def _sizes(people: int, waves_: int) -> list[int]:
    later = people // REFRESHMENT // max(waves_ - 1, 1) if waves_ > 1 else 0
    return [people - later * (waves_ - 1), *([later] * (waves_ - 1))]


def _field(
    ctx: ServiceContext,
    bank: Bank,
    plan: WavePlan,
    demo: Demo,
    earlier: Sequence[int],
    last: bool,
    progress: Progress,
) -> None:
    """Set one wave up, open it, let people answer, and close it unless it is the last."""
    opened = datetime.combine(plan.opens_on, time(8), tzinfo=UTC)
    ctx = replace(ctx, clock=FixedClock(opened - timedelta(days=14)))
    rng = random.Random(f"{demo.seed}:{plan.year}")
    override = None
    if demo.findings:
        override = Override("demo", ctx.clock.now(), REASON, tuple(demo.findings), synthetic=True)
    version = publish_wave(ctx, bank, plan, by="demo", override=override)
    fielded = _enrol(ctx, bank, plan, demo, rng)
    before = [year for year in earlier if year in plan.preload_from]
    if freeze_preloads(ctx, plan.year, before, by="demo").version is not None:
        review_preload(ctx, plan.year, by="demo", sample=0)
        approve_preload(ctx, plan.year, by="demo")
    asked = [one for one in fielded if one.case.disposition is None]
    codes = enrolment.issue_codes(ctx, [one.case.id for one in asked], rng=rng)
    ctx = replace(ctx, clock=FixedClock(opened))
    for status in (WaveStatus.CHECKED, WaveStatus.REHEARSED, WaveStatus.OPEN):
        waves.move_wave(ctx, plan.year, status, by="demo", note="synthetic")
    answering = _answering(asked, rng, leave_open=LEAST_OPEN if last else 0)
    for done, one in enumerate(answering, start=1):
        _answer(ctx, plan, version, one, demo.seed, rng)
        progress(f"wave {plan.year}", done, len(answering))
    answered = {one.case.id: one.outcome.status for one in answering}
    for one in fielded:
        one.member.outcome = answered.get(one.case.id, Status.OPEN)
    demo.cases += [_told(demo, plan, one, codes[one.case.id], answered) for one in asked]
    if not last:
        closed = datetime.combine(plan.closes_on, time(22), tzinfo=UTC)
        ctx = replace(ctx, clock=FixedClock(closed))
        waves.move_wave(ctx, plan.year, WaveStatus.CLOSED, by="demo", note="synthetic")


def _enrol(
    ctx: ServiceContext, bank: Bank, plan: WavePlan, demo: Demo, rng: random.Random
) -> list[_Fielded]:
    if demo.sample is None:
        raise TypeError("a wave is fielded on a sample")
    units = demo.sample.units
    members = [demo.panel[unit.id] for unit in units]
    outcomes = [
        outcome_of(
            member.person, plan.year, demo.seed, languages=plan.languages, before=member.outcome
        )
        for member in members
    ]
    outcomes = _every_language(outcomes, plan.languages)
    sampled = [
        _sampled(unit, member, outcome)
        for unit, member, outcome in zip(units, members, outcomes, strict=True)
    ]
    assigned = compile_wave(bank, plan.year).assigned
    made = enrolment.enrol(ctx, plan.year, sampled, assigned=assigned, rng=rng)
    for case, member in zip(made, members, strict=True):
        member.person_id = case.person_id
    return [
        _Fielded(case, member, outcome)
        for case, member, outcome in zip(made, members, outcomes, strict=True)
    ]


def _every_language(outcomes: list[Outcome], languages: Iterable[str]) -> list[Outcome]:
    """See to it that some of those who will not answer could be addressed in each language."""
    found = list(outcomes)
    open_ = [at for at, one in enumerate(found) if one.status is Status.OPEN and not one.gone]
    of = Counter(found[at].language for at in open_)
    for language in languages:
        for at in open_:
            spare = of[found[at].language] > LEAST_PER_LANGUAGE
            if spare and found[at].language != language and of[language] < LEAST_PER_LANGUAGE:
                of.subtract([found[at].language])
                of.update([language])
                found[at] = replace(found[at], language=language)
    return found


def _sampled(unit: SampledUnit, member: PanelMember, outcome: Outcome) -> enrolment.SampledPerson:
    refused = member.outcome is Status.REFUSED
    frame = {
        **member.person.frame(),
        "fr_entry": "personal",
        "fr_panel": "yes" if member.consents else "no",
        "fr_stratum": unit.stratum,
    }
    return enrolment.SampledPerson(
        person_id=member.person_id,
        stratum=unit.stratum,
        stratum_population=unit.stratum_size,
        stratum_sample=unit.stratum_sample,
        frame=frame,
        language=outcome.language,
        # Who said no is not asked again, and stays in the sample as a refusal.
        eligible=Eligibility.NO if outcome.gone else Eligibility.UNKNOWN,
        disposition=LEFT_POPULATION if outcome.gone else REFUSAL if refused else None,
    )


def _answering(asked: Sequence[_Fielded], rng: random.Random, *, leave_open: int) -> list[_Fielded]:
    will = [one for one in asked if one.outcome.status is not Status.OPEN]
    rng.shuffle(will)
    return will[: max(len(asked) - leave_open, 0)]


def _answer(
    ctx: ServiceContext,
    plan: WavePlan,
    version: str,
    one: _Fielded,
    seed: int,
    rng: random.Random,
) -> None:
    days = (plan.closes_on - plan.opens_on).days
    # Most answers come in the first weeks; the last days stay free for the long interviews.
    day = plan.opens_on + timedelta(days=int((days - 2) * rng.random() ** 2))
    started = datetime.combine(day, time(9), tzinfo=UTC) + timedelta(minutes=rng.randrange(700))
    respondent = SyntheticRespondent(
        one.member.person, plan.year, seed, language=one.outcome.language, will=one.outcome.will
    )
    with ctx.databases.research.write() as connection:
        interview_id = openings.open_interview(
            connection,
            one.case.id,
            version_id=version,
            language=one.outcome.language,
            mode=Mode.WEB,
            at=started,
            arrival=_arrival(f"{seed}:{plan.year}:{one.member.person.id}"),
        )
        answered = answer_interview(
            ctx,
            connection,
            interview_id,
            respondent,
            language=one.outcome.language,
            started_at=started,
            stop_after=one.outcome.pages,
        )
    if answered.status is CaseStatus.COMPLETE:
        consent = answered.route.values.get("p_toestemming")
        one.member.consents = one.member.consents or consent == "ja"


def _arrival(seed: str) -> Arrival:
    """How an invented person comes in: an assumption, of phones and codes of letters mostly."""
    luck = random.Random(f"arrival:{seed}")
    (device,) = luck.choices([Device.PHONE, Device.COMPUTER, Device.TABLET], [78, 17, 5])
    scans = luck.random() < (0.75 if device is not Device.COMPUTER else 0.05)
    return Arrival(Door.QR if scans else Door.TYPED, device)


def _told(
    demo: Demo, plan: WavePlan, one: _Fielded, code: str, answered: dict[UUID, Status]
) -> DemoCase:
    return DemoCase(
        case=one.case.id.hex,
        wave=plan.year,
        code=code,
        url=f"{demo.url}/c/{code}",
        language=one.case.language,
        group=one.case.frame["fr_group"],
        act=one.case.frame["fr_act"],
        status=str(answered.get(one.case.id, Status.OPEN)),
    )
