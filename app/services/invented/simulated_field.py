"""The days of one wave of a simulated study: post goes out, people answer, refuse, move and die."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import Connection

from app.clock import FixedClock
from app.messages.channels import Channel
from app.messages.providers import Claimed
from app.panel.arrivals import Arrival, Device, Door
from app.panel.dispositions import PARTIAL_FROM
from app.panel.states import CaseStatus, Mode, PersonStatus
from app.services.context import ServiceContext
from app.services.invented.answering import answer_interview
from app.services.invented.simulated_messages import Post, PostRoom, come_back
from app.services.invented.simulated_own import OwnPages
from app.services.invented.simulated_register import address_of
from app.services.invented.simulated_thanks import CARDS_IN, CARDS_WITH, Thanks
from app.services.invented.simulated_truth import Told, Truth
from app.services.lettering import letters, returned_letters
from app.services.members import people_news
from app.services.members.people_news import News, What
from app.storage import openings
from app.synthetic.biography import Biography
from app.synthetic.months import month
from app.synthetic.panel_life import (
    Happening,
    Reach,
    Shares,
    befalls,
    happenings,
    needed_messages,
)
from app.synthetic.population import Person
from app.synthetic.respondent import SyntheticRespondent
from app.synthetic.response import Outcome, Status

BY = "simulation"
_AT_A_TIME = 100
"""Interviews in one unit of work: nobody waits for it."""
_LEAVING = {
    Happening.DECEASED: What.DECEASED,
    Happening.MOVED_ABROAD: What.MOVED_ABROAD,
    Happening.DISPENSED: What.DISPENSED,
    Happening.FINISHED: What.FINISHED,
}
_OUT = (What.DECEASED, What.MOVED_ABROAD, What.DISPENSED)
"""Who finished belonged to the population when the sample was drawn."""


@dataclass
class Member:
    """A person of the panel, and what the simulation alone knows."""

    number: int
    person: Person
    past: Biography
    reach: Reach
    person_id: UUID
    to_come: list[tuple[int, Happening]] = field(default_factory=list)
    moves: int = 0
    stale: bool = False
    """The study has an old address."""
    gone: bool = False
    silent: bool = False
    """Refused, withdrew or was erased: answers no more."""
    last: Status | None = None
    """How the case of the wave before ended."""

    def __post_init__(self) -> None:
        self.to_come = happenings(self.past)


@dataclass
class Asked:
    """A member in one wave."""

    member: Member
    case_id: UUID
    outcome: Outcome
    needs: int
    waits: int
    heard: int = 0
    ready: date | None = None
    """The first day on which a willing person begins."""
    begun: bool = False


@dataclass
class Panel:
    """Everybody who was ever asked, and the truth about them."""

    seed: int
    shares: Shares
    truth: Truth
    members: dict[UUID, Member] = field(default_factory=dict)


class Fieldwork:
    """One wave in the field, or the time after one."""

    def __init__(
        self,
        ctx: ServiceContext,
        clock: FixedClock,
        panel: Panel,
        post: PostRoom,
        own: OwnPages,
        thanks: Thanks,
        *,
        year: int,
        version: str,
        asked: Iterable[Asked],
    ) -> None:
        self._ctx, self._clock, self._panel, self._post = ctx, clock, panel, post
        self._own, self._thanks = own, thanks
        self._year, self._version = year, version
        self.asked = {one.member.person_id: one for one in asked}
        self._truth = panel.truth.waves[year].cases

    def day(self, day: date, *, open_: bool) -> None:
        """Let one day go by: news of registers, post, what comes of it, and answers."""
        self._clock.moment = datetime.combine(day, time(10), tzinfo=UTC)
        if open_:
            self.registers(day, settles=True)
        post = self._post.day(self._ctx)
        if not open_:
            # The calendar closed the wave an hour or long ago: news is of no wave any more.
            self._clock.moment = datetime.combine(day, time(11), tzinfo=UTC)
            self.registers(day, settles=False)
        self._clock.moment = datetime.combine(day, time(12), tzinfo=UTC)
        self._hear(post, day)
        self._mishaps(post)
        if open_:
            self._answers(day)
            self._refusals(day)

    def registers(self, day: date, *, settles: bool) -> None:
        """Tell the study what registers know by a day of everybody of the panel."""
        now = month(day.year, day.month)
        news = [
            one
            for member in self._panel.members.values()
            for one in self._happened(member, now, settles=settles)
        ]
        self._record(news)

    def _happened(self, member: Member, now: int, *, settles: bool) -> Iterable[News]:
        while member.to_come and member.to_come[0][0] <= now:
            _, what = member.to_come.pop(0)
            if member.person_id in self._panel.truth.erased:
                continue
            if what is Happening.MOVED:
                yield from self._moved(member)
                continue
            told = _LEAVING[what]
            # Registers go on after a withdrawal; the study asks them nothing any more.
            if member.person_id in self._panel.truth.withdrawn:
                continue
            if told in _OUT:
                member.gone = True
                if told is What.DECEASED:
                    self._panel.truth.dead.add(member.person_id)
                case = self._truth.get(member.person_id)
                unanswered = (CaseStatus.OPEN, CaseStatus.REFUSED)
                if settles and case is not None and case.status in unanswered:
                    case.left = True
            self._panel.truth.states[member.person_id] = PersonStatus(told.value)
            if self._online(member) and self._own.said(member.person_id, told):
                self._panel.truth.told_online += 1
            else:
                yield News(member.person_id, told, told_by="register")

    def _moved(self, member: Member) -> Iterable[News]:
        member.moves += 1
        if not member.reach.told_move:
            member.stale = True
            return
        address = address_of(member.number, member.moves)
        if self._online(member) and self._own.moved(member.person_id, address):
            self._panel.truth.told_online += 1
        else:
            yield self._new_address(member, What.ADDRESS_CHANGED)

    def _online(self, member: Member) -> bool:
        seed, share = self._panel.seed, self._panel.shares.tells_online
        return befalls(member.person, self._year, seed, "tells online", share)

    def _new_address(self, member: Member, what: What) -> News:
        fields = address_of(member.number, member.moves)
        return News(member.person_id, what, fields=fields, told_by="register")

    def _hear(self, post: Post, day: date) -> None:
        for one in post.letters:
            if (one.wave, one.step) == (CARDS_IN, CARDS_WITH):
                self._panel.truth.cards.add((one.person_id, one.wave))
        for one in post.all:
            asked = self.asked.get(one.person_id)
            if asked is None or one.wave != self._year:
                continue
            unread = one.channel is Channel.LETTER and asked.member.stale
            bounced = one.channel is Channel.EMAIL and asked.member.reach.bad_email
            if unread or bounced:
                continue
            asked.heard += 1
            if asked.heard == asked.needs:
                asked.ready = day + timedelta(days=asked.waits)

    def _mishaps(self, post: Post) -> None:
        members = self._panel.members
        bounced = [one for one in post.emails if members[one.person_id].reach.bad_email]
        come_back(self._ctx, {one.id: "5.1.1" for one in bounced})
        news = [News(one.person_id, What.MAIL_BOUNCED, told_by="post") for one in bounced]
        news += [
            News(one.person_id, What.OPTED_OUT, channel=Channel.EMAIL, told_by="person")
            for one in post.emails
            if not members[one.person_id].reach.bad_email
            and befalls(
                members[one.person_id].person,
                one.wave,
                self._panel.seed,
                f"opts out {one.step}",
                self._panel.shares.opts_out,
            )
        ]
        self._record(news)
        self._returned([one for one in post.letters if members[one.person_id].stale])

    def _returned(self, back: Sequence[Claimed]) -> None:
        """Letters to an old address come back; some of these people are found."""
        if not back:
            return
        references = [letters.reference_of(one.id) for one in back]
        returned_letters.returned(self._ctx, references, by=BY, moment=lambda _: self._clock.now())
        news = []
        for one in back:
            member = self._panel.members[one.person_id]
            if member.reach.traced:
                member.stale = False
                news.append(self._new_address(member, What.TRACED))
            else:
                news.append(News(one.person_id, What.UNTRACEABLE, told_by="post"))
        self._record(news)

    def _answers(self, day: date) -> None:
        ready = [
            one
            for one in self.asked.values()
            if one.ready is not None
            and one.ready <= day
            and not one.begun
            and one.outcome.status is not Status.OPEN
            and not (one.member.gone or one.member.silent)
        ]
        for start in range(0, len(ready), _AT_A_TIME):
            some = ready[start : start + _AT_A_TIME]
            with self._ctx.databases.research.write() as connection:
                done = [(one.member, self._answer(connection, one, day)) for one in some]
            for member, interview_id in done:
                self._afterwards(member, interview_id)
        self._clock.moment = datetime.combine(day, time(21), tzinfo=UTC)

    def _afterwards(self, member: Member, interview_id: UUID) -> None:
        """The last page of who came to the end leads to a thank-you and to their own details."""
        if member.last is not Status.COMPLETE:
            return
        year, seed, shares = self._year, self._panel.seed, self._panel.shares
        self._thanks.finished(year, member.person_id, member.number, interview_id)
        self._own.stays_in_touch(
            member.person_id,
            member.number,
            second=befalls(member.person, year, seed, "second contact", shares.second_contact),
            no_texts=befalls(member.person, year, seed, "no texts", shares.no_texts),
        )

    def _answer(self, connection: Connection, one: Asked, day: date) -> UUID:
        """Let somebody answer, and return the interview."""
        member, seed = one.member, self._panel.seed
        one.begun = True
        luck = random.Random(f"{seed}:{self._year}:{member.number}")
        started = datetime.combine(day, time(13), tzinfo=UTC) + timedelta(
            minutes=luck.randrange(360)
        )
        device = luck.choices([Device.PHONE, Device.COMPUTER, Device.TABLET], [78, 17, 5])[0]
        interview_id = openings.open_interview(
            connection,
            one.case_id,
            version_id=self._version,
            language=one.outcome.language,
            mode=Mode.WEB,
            at=started,
            arrival=Arrival(Door.QR if device is not Device.COMPUTER else Door.TYPED, device),
        )
        answered = answer_interview(
            self._ctx,
            connection,
            interview_id,
            SyntheticRespondent(
                member.person,
                self._year,
                seed,
                language=one.outcome.language,
                will=one.outcome.will,
            ),
            language=one.outcome.language,
            started_at=started,
            stop_after=one.outcome.pages,
        )
        pages = answered.route.pages
        share = len(answered.route.answered) / len(pages) if pages else 0.0
        self._truth[member.person_id] = Told(answered.status, half=share >= PARTIAL_FROM)
        member.last = Status(answered.status)
        return interview_id

    def _refusals(self, day: date) -> None:
        """People who will not answer call or write, some days after the first letter."""
        shares, seed = self._panel.shares, self._panel.seed
        news = []
        for one in self.asked.values():
            member = one.member
            if one.heard == 0 or one.begun or member.gone or member.silent:
                continue
            if one.outcome.status is not Status.OPEN:
                continue
            hard = befalls(member.person, self._year, seed, "no", shares.refuses_hard)
            soft = befalls(member.person, self._year, seed, "not now", shares.refuses_soft)
            if not (hard or soft):
                continue
            one.begun = True
            member.silent = hard
            member.last = Status.REFUSED
            told = self._truth[member.person_id]
            told.status = CaseStatus.REFUSED
            what = What.REFUSED_HARD if hard else What.REFUSED_SOFT
            news.append(News(member.person_id, what, told_by="person"))
        self._record(news)

    def _record(self, news: Sequence[News]) -> None:
        if news:
            people_news.record(self._ctx, news, by=BY)


def asked_in(member: Member, case_id: UUID, outcome: Outcome, year: int, seed: int) -> Asked:
    """Return a member as asked in a wave, who begins after so many messages."""
    needs, waits = needed_messages(member.person, year, seed)
    return Asked(member, case_id, outcome, needs, waits)
