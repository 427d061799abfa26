"""A wave with people to write to, staff who may, and a clock that is moved by hand."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import update

from app.clock import FixedClock
from app.messages.channels import Channel
from app.messages.plan import ContactPlan
from app.messages.statuses import MessageStatus, PersonEventKind, Reach
from app.panel.states import CaseStatus, Mode, Role, WaveStatus
from app.questionnaire.model import Bank
from app.services.accounts import staff
from app.services.content.fielding import publish_wave
from app.services.content.instruments import load_study
from app.services.content.study_calendar import WavePlan
from app.services.context import STUDY_ZONE, ServiceContext
from app.services.fieldwork import enrolment, waves
from app.services.fieldwork.enrolment import SampledPerson
from app.services.fieldwork.fieldwork_ticks import Ticked, tick
from app.services.messaging import mailings, rehearsals
from app.services.messaging.contact_plan import load_contact_plan
from app.services.messaging.rehearsal_samples import Samples
from app.services.messaging.rehearsals import Rehearsed
from app.storage import models, openings
from app.storage import staff as accounts
from app.storage.contacts.keys import ContactKeys
from app.storage.contacts.people import NewContact, add_contacts
from app.storage.encryption import KeyRing
from app.storage.messages import StoredMessage, list_messages
from app.storage.people import PersonEvent, ReachChange, add_person_events, set_reach
from app.storage.staff import StaffMember
from app.storage.types import table_of
from tests.builders import KINDS, WAVE, context

LETTERS = Path(__file__).parents[3] / "surveys" / "perspectief" / "letters"
OPENS = date(2024, 1, 15)  # a Monday
CLOSES = date(2024, 4, 15)
BEFORE = datetime(2024, 1, 3, 11, 0, tzinfo=UTC)
PASSWORD = "a long password of the tests"

_case = table_of(models.SurveyCase)
_interview = table_of(models.Interview)


def study_in(folder: Path) -> Path:
    """A study that writes to people: small questions, real letters, a sender that exists."""
    study = folder / "study"
    shutil.copytree(KINDS, study)
    shutil.copytree(LETTERS, study / "letters")
    (study / "letters" / "sender.yaml").write_text(
        'name: "Onderzoek"\n'
        'return_address: "Onderzoek, Postbus 90210, 2500 BA Den Haag"\n'
        'place: "Den Haag"\n'
        'phone: "0800-1234"\n'
        'email: "vragen@onderzoek.nl"\n'
        'bounces: "terug@onderzoek.nl"\n'
        'sms: "Onderzoek"\n'
        "minutes: 20\n",
        encoding="utf-8",
    )
    return study


@dataclass
class Desk:
    """The services over a wave that is being prepared or fielded."""

    ctx: ServiceContext
    bank: Bank
    year: int = WAVE
    drawn: int = 0
    rng: random.Random = field(default_factory=lambda: random.Random(1))

    @property
    def clock(self) -> FixedClock:
        assert isinstance(self.ctx.clock, FixedClock)
        return self.ctx.clock

    @property
    def plan(self) -> ContactPlan:
        plan = load_contact_plan(self.ctx.study)
        assert plan is not None
        return plan

    def draw(
        self,
        count: int,
        *,
        language: str = "nl",
        without: Iterable[str] = (),
        frame: dict[str, str] | None = None,
        year: int | None = None,
        people: list[UUID] | None = None,
    ) -> list[UUID]:
        """Draw people, with all contact details but some, and return their cases."""
        year = year or self.year
        sampled = [
            SampledPerson(
                person_id=people[at] if people else None,
                stratum="all",
                stratum_population=100_000,
                stratum_sample=1_000,
                frame=frame or {"fr_group": "asiel"},
                language=language,
            )
            for at in range(count)
        ]
        made = enrolment.enrol(self.ctx, year, sampled, assigned=(), rng=self.rng)
        lacking = set(without)
        codes: dict[UUID, str] = {}
        if "code" not in lacking:
            codes = enrolment.issue_codes(self.ctx, [one.id for one in made], rng=self.rng)
        contacts = []
        for case in made if people is None else ():
            self.drawn += 1
            fields = {
                "name": f"N. Voorbeeld {self.drawn}",
                "street": "Lange Straat",
                "house_number": str(self.drawn),
                "postcode": "2511 AB",
                "city": "Den Haag",
                "email": f"n{self.drawn}@onderzoek.nl",
                "phone": f"+3161{self.drawn:07}",
            }
            if case.id in codes:
                fields[f"code:{year}"] = codes[case.id]
            if "address" in lacking:
                lacking |= {"street", "city"}
            kept = {name: value for name, value in fields.items() if name not in lacking}
            contacts.append(NewContact(case.person_id, kept))
        with self.ctx.databases.contacts.write() as connection:
            add_contacts(connection, self.keys, contacts, at=self.ctx.clock.now())
        return [one.id for one in made]

    @property
    def keys(self) -> ContactKeys:
        settings = self.ctx.settings
        return ContactKeys(KeyRing(settings.contact_keys), settings.contact_index_key)

    def person_of(self, case_id: UUID) -> UUID:
        with self.ctx.databases.research.read() as connection:
            row = connection.execute(_case.select().where(_case.c.id == case_id)).one()
        return row.person_id

    def answer(self, case_id: UUID, status: CaseStatus) -> None:
        """Let a case have got so far just now."""
        now = self.ctx.clock.now()
        ended = status in (CaseStatus.COMPLETE, CaseStatus.REFUSED, CaseStatus.SCREENED_OUT)
        wave = waves.find_wave(self.ctx, self.year)
        assert wave is not None
        assert wave.version_id is not None
        with self.ctx.databases.research.write() as connection:
            interview = openings.find_interview(connection, case_id)
            if interview is None:
                interview = openings.open_interview(
                    connection,
                    case_id,
                    version_id=wave.version_id,
                    language="nl",
                    mode=Mode.WEB,
                    at=now,
                )
            connection.execute(
                update(_interview)
                .where(_interview.c.id == interview)
                .values(
                    status=status,
                    last_saved_at=now,
                    submitted_at=now if ended else None,
                    ended_as=status if ended else None,
                )
            )
            connection.execute(update(_case).where(_case.c.id == case_id).values(status=status))

    def lose(self, case_id: UUID, channel: Channel, status: Reach) -> None:
        change = ReachChange(
            self.person_of(case_id), channel, status, self.ctx.clock.now(), "in_a_test"
        )
        with self.ctx.databases.research.write() as connection:
            set_reach(connection, [change])

    def refuse(self, case_id: UUID) -> None:
        event = PersonEvent(
            self.person_of(case_id), PersonEventKind.REFUSED_HARD, self.ctx.clock.now(), "test"
        )
        with self.ctx.databases.research.write() as connection:
            add_person_events(connection, [event])

    def member(self, email: str, role: Role = Role.FIELDWORK) -> StaffMember:
        with self.ctx.databases.research.read() as connection:
            found = accounts.find_member(connection, email)
        if found is None:
            staff.add_member(self.ctx, email=email, password=PASSWORD, role=role)
            return self.member(email, role)
        return found

    def rehearse(self, **given: Any) -> Rehearsed:
        given.setdefault("by", "f@onderzoek.nl")
        given.setdefault("samples", Samples())
        self.clock.advance(timedelta(seconds=1))  # no two at the same moment
        return rehearsals.rehearse(self.ctx, self.year, **given)

    def move(self, *statuses: WaveStatus) -> None:
        for one in statuses:
            waves.move_wave(self.ctx, self.year, one, by="f@onderzoek.nl")

    def rehearsed(self) -> Rehearsed:
        """Take the wave to `rehearsed` by a rehearsal that nothing stands in the way of."""
        done = self.rehearse(override="a test")
        assert done.blockers == []
        self.move(WaveStatus.CHECKED, WaveStatus.REHEARSED)
        return done

    def let_go(self, *steps: str) -> None:
        """Ask for steps in one name and approve in another where that is needed."""
        asks, approves = self.member("f@onderzoek.nl"), self.member("r@onderzoek.nl")
        for step in steps:
            asked = mailings.request(self.ctx, self.year, step, asks, proven=True)
            if asked.approved_by is None:
                mailings.approve(self.ctx, self.year, step, approves, proven=True)

    def go_to(self, day: date, hour: int = 12, minute: int = 0) -> None:
        local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=STUDY_ZONE)
        assert local >= self.clock.now()
        self.clock.moment = local.astimezone(UTC)

    def tick(self) -> Ticked:
        return tick(self.ctx, moment=lambda _: self.clock.now())

    def days(self, count: int, *, hour: int = 12) -> None:
        """Let days pass, looking at the outbox once on each."""
        for _ in range(count):
            today = self.clock.now().astimezone(STUDY_ZONE).date()
            self.go_to(today + timedelta(days=1), hour)
            self.tick()

    def messages(self, step: str | None = None, year: int | None = None) -> list[StoredMessage]:
        with self.ctx.databases.research.read() as connection:
            return list_messages(connection, wave=year or self.year, step=step)

    def made(self, step: str) -> Counter[str]:
        """How many messages of a step there are, by language."""
        return Counter(one.language for one in self.messages(step))

    def statuses(self, step: str) -> Counter[MessageStatus]:
        return Counter(one.status for one in self.messages(step))

    def edit(self, name: str, old: str, new: str) -> None:
        """Change a file of the letters."""
        file = self.ctx.study / "letters" / name
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")


def prepare(
    urls: tuple[str, str],
    folder: Path,
    *,
    opens: date = OPENS,
    closes: date = CLOSES,
    at: datetime = BEFORE,
    **changes: Any,
) -> Desk:
    """A published wave, not yet checked, with nobody in it."""
    study = study_in(folder)
    given = {"synthetic": False, "public_url": "https://onderzoek.nl"} | changes
    ctx = context(urls, FixedClock(at), study, **given)
    bank = load_study(study)
    publish_wave(ctx, bank, WavePlan(WAVE, bank.languages, opens, closes, ()), by="test")
    return Desk(ctx, bank)


def with_wave(desk: Desk, year: int, opens: date, closes: date) -> Desk:
    """The same desk, looking at another wave that is published now."""
    plan = WavePlan(year, desk.bank.languages, opens, closes, ())
    publish_wave(desk.ctx, desk.bank, plan, by="test")
    return replace(desk, year=year)
