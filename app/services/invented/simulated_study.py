"""A whole study of invented people under a fake clock: October 2023 to 2028, three waves.

Everything the program does in a real study is done by the services that do it there: register
files, draws, preloads, rehearsals, approval by two people, post, news, answers, closing, freezing,
thank-yous, people's own pages, withdrawals, erasures, releases. Made up are the people
(`app.synthetic`), the calendar, what is promised (`simulated_thanks`), and that the printer and
gateways take everything (`simulated_messages`). SQLite does not wait for the disk. The truth about
the people is kept beside the databases (`simulated_truth`), to hold the program against.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from time import monotonic
from uuid import UUID

from sqlalchemy import event

from app.clock import FixedClock
from app.panel.states import CaseStatus, Role, WaveStatus
from app.questionnaire.model import Bank
from app.services.accounts import staff
from app.services.content.fielding import Override, publish_wave
from app.services.content.readiness import Finding
from app.services.content.study_calendar import WavePlan
from app.services.context import ServiceContext
from app.services.fieldwork import carrying
from app.services.fieldwork.code_issuing import issue_wave_codes
from app.services.fieldwork.freezing import freeze_preloads
from app.services.fieldwork.preload_approval import approve_preload
from app.services.fieldwork.preload_review import review_preload
from app.services.fieldwork.waves import move_wave
from app.services.invented.simulated_field import Asked, Fieldwork, Member, Panel, asked_in
from app.services.invented.simulated_messages import PostRoom
from app.services.invented.simulated_own import OwnPages
from app.services.invented.simulated_register import numbers_of
from app.services.invented.simulated_sampling import Registers
from app.services.invented.simulated_stopping import stop_some
from app.services.invented.simulated_thanks import Thanks, study_with_thanks
from app.services.invented.simulated_truth import Told, Truth, WaveTruth
from app.services.messaging import mailings
from app.services.messaging.contact_plan import load_contact_plan
from app.services.messaging.rehearsal_samples import Samples, make_samples
from app.services.messaging.rehearsals import rehearse
from app.services.open_ended.open_answers import member_who
from app.services.publication.exports import export_release
from app.storage import cases
from app.storage.unit_of_work import Database
from app.synthetic.biography import biography_of
from app.synthetic.life import life_at
from app.synthetic.panel_life import SHARES, Shares, reach_of
from app.synthetic.population import Person, read_population
from app.synthetic.response import Status, outcome_of

ASKS, APPROVES = "fieldwork@example.org", "researcher@example.org"
REASON = "a simulated study: nobody real is asked anything"
LEAST_PEOPLE = 120
REFRESHMENT = 8
"""One in so many joins in each later wave, of newcomers."""
PREPARED = timedelta(days=28)
"""Before a wave opens it is published, drawn, reviewed and rehearsed."""
BETWEEN = (range(90, 111), range(270, 291))
"""Days after a wave on which news and the question whether addresses still hold are sent."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Design:
    """What is simulated."""

    people: int
    """Drawn in all waves together."""
    seed: int
    out: Path
    """Releases go here, outside the data directory: they are not taken back from who has them, and
    an erasure looks through the data directory."""
    every_days: int = 3
    """Days between two looks at the field: post goes out and answers come in on those."""
    shares: Shares = SHARES
    render: bool = True
    """Render the letters and previews of each rehearsal."""
    erasures: int = 2
    """After each wave, of people who answered."""
    thanked: int = 60
    """People who use the form for a thank-you after a wave, at most: each is a page and a half."""


@dataclass
class Simulated:
    """What came of it."""

    truth: Truth
    releases: list[Path] = field(default_factory=list)
    dates: list[datetime] = field(default_factory=list)
    """Moments at which the ledger can be asked: in, after and between the waves."""
    synthetic: dict[UUID, Person] = field(default_factory=dict)
    """Who each person is, for whoever knows the whole population."""
    seconds: dict[int, float] = field(default_factory=dict)
    """How long each wave took, with what came between it and the next."""


def simulate_study(
    ctx: ServiceContext,
    bank: Bank,
    plans: Sequence[WavePlan],
    design: Design,
    *,
    progress: Progress,
    findings: Sequence[Finding] = (),
) -> Simulated:
    """Live through all waves and leave the databases as they are in the January after the last.

    The databases are new and empty. The same design gives the same people, draws and answers; ids
    are the program's own, and differ.

    Raises
    ------
    ValueError
        If people are not said to be synthetic, or there are too few for the strata.
    """
    if not ctx.settings.synthetic:
        raise ValueError("a simulated study is made of synthetic data only")
    if design.people < LEAST_PEOPLE:
        raise ValueError(f"found {design.people} people, expected at least {LEAST_PEOPLE}")
    return _Study(ctx, bank, plans, design, progress, findings).run()


class _Study:
    def __init__(
        self,
        ctx: ServiceContext,
        bank: Bank,
        plans: Sequence[WavePlan],
        design: Design,
        progress: Progress,
        findings: Sequence[Finding],
    ) -> None:
        begins = plans[0].opens_on - PREPARED
        self.clock = FixedClock(datetime.combine(begins, time(8), tzinfo=UTC))
        study = study_with_thanks(ctx.study, design.out)
        self.ctx = replace(ctx, clock=self.clock, study=study)
        self.bank, self.plans, self.design = bank, plans, design
        self.progress, self.findings = progress, findings
        self.people = read_population(ctx.study, seed=design.seed)
        self.panel = Panel(design.seed, design.shares, Truth())
        self.done = Simulated(self.panel.truth)
        self.own = OwnPages(self.ctx, self.panel.truth)
        self.thanks = Thanks(
            self.ctx, self.panel.truth, seed=design.seed, most=design.thanked, by=ASKS
        )
        plan = load_contact_plan(ctx.study)
        if plan is None:
            raise ValueError("the study has no contact plan")
        self.contact = plan
        self.post = PostRoom(plan, by=ASKS, no_such_number=self._no_such_number)
        self.registers = Registers(
            bank,
            self.people,
            seed=design.seed,
            shares=design.shares,
            folder=design.out,
            by=APPROVES,
        )

    def run(self) -> Simulated:
        for database in (self.ctx.databases.research, self.ctx.databases.contacts):
            _need_not_last(database)
        self._add_staff()
        fieldwork: Fieldwork | None = None
        for at, plan in enumerate(self.plans):
            began = monotonic()
            self.at(plan.opens_on - PREPARED, 9)
            if fieldwork is not None:
                fieldwork.registers(plan.opens_on - PREPARED, settles=False)
            version = self._publish(plan)
            self._sample(plan, at)
            self._remember(plan, [one.year for one in self.plans[:at]])
            fieldwork = Fieldwork(
                self.ctx,
                self.clock,
                self.panel,
                self.post,
                self.own,
                self.thanks,
                year=plan.year,
                version=version,
                asked=self._asked(plan),
            )
            self._let_go(plan)
            self._field(plan, fieldwork)
            self._after(plan, at)
            following = self.plans[at + 1].opens_on if at + 1 < len(self.plans) else date.max
            self._between(plan, fieldwork, following)
            self.done.seconds[plan.year] = monotonic() - began
        self.at(date(self.plans[-1].closes_on.year + 1, 1, 15), 9)
        self.done.dates.append(self.clock.now())
        return self.done

    def at(self, day: date, hour: int) -> None:
        """Move the clock; time never goes back."""
        self.clock.moment = max(datetime.combine(day, time(hour), tzinfo=UTC), self.clock.moment)

    def _add_staff(self) -> None:
        for email, role in ((ASKS, Role.FIELDWORK), (APPROVES, Role.RESEARCHER)):
            staff.add_member(self.ctx, email=email, password=secrets.token_urlsafe(15), role=role)

    def _publish(self, plan: WavePlan) -> str:
        override = None
        if self.findings:
            override = Override(
                APPROVES, self.clock.now(), REASON, tuple(self.findings), synthetic=True
            )
        return publish_wave(self.ctx, self.bank, plan, by=APPROVES, override=override)

    # --- the sample ------------------------------------------------------------------------------

    def _sample(self, plan: WavePlan, at: int) -> None:
        later = self.design.people // REFRESHMENT
        if at == 0:
            size = self.design.people - later * (len(self.plans) - 1)
            given = self.registers.draw_first(self.ctx, plan, size, of=self.design.people)
        else:
            today = self.registers.read_again(self.ctx, plan, self.panel.members.values())
            carrying.carry(self.ctx, plan, by=APPROVES, today=today)
            given = self.registers.draw_newcomers(self.ctx, plan, later)
        self.panel.truth.waves[plan.year] = WaveTruth(given)
        issue_wave_codes(self.ctx, plan.year, rng=Random(f"{self.design.seed}:{plan.year}"))
        self.own.codes_given(plan.year)

    def _remember(self, plan: WavePlan, earlier: Sequence[int]) -> None:
        """Freeze what earlier waves said, look at it and approve it."""
        before = [year for year in earlier if year in plan.preload_from]
        if freeze_preloads(self.ctx, plan.year, before, by=ASKS).version is not None:
            review_preload(self.ctx, plan.year, by=APPROVES, sample=5)
            approve_preload(self.ctx, plan.year, by=APPROVES)

    def _asked(self, plan: WavePlan) -> list[Asked]:
        """Everybody with a case in the wave, with what each is going to do."""
        with self.ctx.databases.research.read() as connection:
            listed = cases.list_cases(connection, plan.year)
        fresh = [one.person_id for one in listed if one.person_id not in self.panel.members]
        for person_id, number in numbers_of(self.ctx, fresh, plan.year).items():
            person = self.people[number]
            self.panel.members[person_id] = Member(
                number,
                person,
                biography_of(person),
                reach_of(person, self.design.seed, self.design.shares),
                person_id,
            )
            self.done.synthetic[person_id] = person
        asked = []
        for case in listed:
            member = self.panel.members[case.person_id]
            outcome = outcome_of(
                member.person,
                plan.year,
                self.design.seed,
                languages=plan.languages,
                before=member.last,
            )
            member.last = Status.OPEN
            life = life_at(member.person, member.past, plan.year)
            self.panel.truth.acts[case.person_id, plan.year] = life.act
            self.panel.truth.routes[case.person_id, plan.year] = life.route
            self.panel.truth.waves[plan.year].cases[case.person_id] = Told()
            asked.append(asked_in(member, case.id, outcome, plan.year, self.design.seed))
        return asked

    def _no_such_number(self, person_id: UUID) -> bool:
        return self.panel.members[person_id].reach.bad_phone

    # --- the field -------------------------------------------------------------------------------

    def _let_go(self, plan: WavePlan) -> None:
        """Rehearse, and let every step of the plan go on the word of two people."""
        year = plan.year
        self.thanks.buy(year, len(self.panel.truth.waves[year].cases))
        self.at(plan.opens_on - timedelta(days=14), 9)
        samples = make_samples(self.ctx, year) if self.design.render else Samples()
        found = rehearse(self.ctx, year, by=ASKS, samples=samples, override=REASON)
        if found.blockers:
            raise ValueError(f"wave {year} cannot be rehearsed: {found.blockers[0]}")
        for status in (WaveStatus.CHECKED, WaveStatus.REHEARSED):
            move_wave(self.ctx, year, status, by=ASKS, note=REASON)
        asks = member_who(self.ctx, ASKS, mailings.MAY_SEND)
        approves = member_who(self.ctx, APPROVES, mailings.MAY_SEND)
        wanted = [one.step.id for one in found.steps if sum(one.at_most.values())]
        for step in wanted:
            mailings.request(self.ctx, year, step, asks, proven=True)
        mailings.approve_all(self.ctx, year, wanted, approves, proven=True)
        self.progress(f"wave {year}: rehearsed, steps let go", len(wanted), len(wanted))

    def _field(self, plan: WavePlan, fieldwork: Fieldwork) -> None:
        every = range(0, (plan.closes_on - plan.opens_on).days + 1, self.design.every_days)
        days = sorted(
            {self._working(plan.opens_on + timedelta(days=at), plan.closes_on) for at in every}
        )
        for at, day in enumerate(days):
            fieldwork.day(day, open_=True)
            if at % 4 == 0:
                self.thanks.day()
            self.progress(f"wave {plan.year}: days in the field", at + 1, len(days))
            if at in (1, len(days) // 2):
                self.done.dates.append(self.clock.now())
        fieldwork.day(plan.closes_on + timedelta(days=1), open_=False)

    def _working(self, day: date, last: date) -> date:
        """The day itself or the first after it that is not quiet, in the wave."""
        while self.contact.quiet.quiet_day(day) and day < last:
            day += timedelta(days=1)
        return day

    def _after(self, plan: WavePlan, at: int) -> None:
        """Freeze the wave, let some people stop and be forgotten, and make a release."""
        self.at(plan.closes_on + timedelta(days=5), 9)
        self.done.dates.append(self.clock.now())
        move_wave(self.ctx, plan.year, WaveStatus.FROZEN, by=APPROVES, note=REASON)
        answered = [
            self.panel.members[person_id]
            for person_id, told in self.panel.truth.waves[plan.year].cases.items()
            if told.status is CaseStatus.COMPLETE
        ]
        self.thanks.list_post()
        stop_some(
            self.ctx,
            self.panel,
            plan.year,
            answered,
            erasures=self.design.erasures,
            thanks_waiting=self.thanks.waiting,
            by=APPROVES,
        )
        self.thanks.wind_up(plan.year)
        years = [one.year for one in self.plans[: at + 1]]
        out = self.design.out / f"release-{'-'.join(map(str, years))}"
        self.done.releases.append(export_release(self.ctx, years, out))
        self.progress(f"wave {plan.year}: release", 1, 1)
        self.done.dates.append(self.clock.now())

    def _between(self, plan: WavePlan, fieldwork: Fieldwork, until: date) -> None:
        """The news and the question about addresses that go out between waves."""
        for days in BETWEEN:
            for number in days[:: self.design.every_days]:
                day = plan.closes_on + timedelta(days=number)
                if day >= until - PREPARED:
                    return
                if not self.contact.quiet.quiet_day(day):
                    fieldwork.day(day, open_=False)
            self.done.dates.append(self.clock.now())


def _need_not_last(database: Database) -> None:
    """Let SQLite not wait for the disk: what a crash takes of invented people is made again."""
    if database.engine.dialect.name == "sqlite":

        @event.listens_for(database.engine, "connect")
        def _hurry(connection: object, _entry: object) -> None:
            connection.execute("PRAGMA synchronous = OFF")  # type: ignore[attr-defined]

        database.engine.dispose()
