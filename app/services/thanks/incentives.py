"""Thank-yous for taking part: who earned one, what a person says about it, and taking it back.

A person says where it goes on a page outside the questionnaire, once. That goes to the contact
database under a handle that hangs on nobody, and is destroyed when it was sent; see
`incentives_destinations`. Staff see counts.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection

from app.messages.channels import Channel
from app.messages.texts import read_message_texts
from app.panel.incentive_rules import FILE, Rule, Rules, check_rules, read_rules
from app.panel.incentives import Account, IncentiveStatus, Way
from app.panel.states import CaseStatus, Entry
from app.questionnaire.document import Problem
from app.questionnaire.model import Bank, Missing
from app.services.context import ServiceContext
from app.services.interviewing.interviews import Interview
from app.services.messaging.contact_plan import ContactPlanError, load_contact_plan
from app.services.thanks import incentives_destinations as destinations
from app.services.thanks import incentives_stock as stock
from app.settings import Settings
from app.storage import incentive_cases, incentive_stock, incentives
from app.storage.incentive_stock import Move
from app.storage.incentives import Incentive

logger = logging.getLogger(__name__)

SHOWN_FOR = timedelta(hours=24)
"""How long a code that was asked for on the screen can be looked at again: phones are shared."""


class IncentiveRulesError(Exception):
    """Rules that cannot be used; the message names file and line of every problem."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = list(problems)


@dataclass(frozen=True, slots=True)
class Promise:
    """What a person has coming, as their page says it."""

    rule: Rule
    incentive: Incentive | None
    """``None`` as long as nothing is stored."""
    ways: tuple[Way, ...]
    """That can be chosen here and now."""

    @property
    def status(self) -> IncentiveStatus:
        """How far it is."""
        return IncentiveStatus.DUE if self.incentive is None else self.incentive.status


@dataclass(frozen=True, slots=True)
class Swept:
    """What a look at all cases came to."""

    due: int
    """New ones."""
    void: int
    """Taken back from people who are gone."""
    destinations: int
    """Destroyed that nothing waited for."""


class NoStockError(Exception):
    """There is no piece of that value now."""


def rules_of(ctx: ServiceContext) -> Rules:
    """Return the rules of the study; raise `IncentiveRulesError` with all problems of the file."""
    file = ctx.study / FILE
    return _rules(ctx.study, file.stat().st_mtime_ns) if file.exists() else Rules()


@lru_cache(maxsize=4)
def _rules(study: Path, _changed: int) -> Rules:
    rules, problems = read_rules(study)
    if rules is None:
        raise IncentiveRulesError(problems)
    return rules


def check_incentives(study: Path, bank: Bank) -> list[Problem]:
    """Return what is wrong with the thank-yous of a study, with file and line."""
    rules, problems = read_rules(study)
    if rules is None:
        return problems
    try:
        plan = load_contact_plan(study)
    except ContactPlanError:
        plan = None  # which says so itself
    texts, _ = read_message_texts(study, bank.languages)
    steps = [one.id for one in plan.steps if one.channel is Channel.LETTER] if plan else []
    names = texts.steps.get(Channel.LETTER, {}) if texts is not None else {}
    return check_rules(rules, bank, steps, list(names))


def any_partial(ctx: ServiceContext) -> bool:
    """Tell whether some rule rewards who stops half-way."""
    return any(one.partial is not None for one in _usable_rules(ctx).listed)


def promised(ctx: ServiceContext, interview: Interview) -> Promise | None:
    """Return what the person of an interview has earned by now; reads, and changes nothing."""
    rule = _earned_rule(ctx, interview)
    if rule is None:
        return None
    with ctx.databases.research.read() as connection:
        known = incentives.load_of_case(connection, interview.state.case_id, rule.id)
    return Promise(rule, known, tuple(way for way in rule.ways if _serves(ctx, way)))


def ask_for(
    ctx: ServiceContext,
    interview: Interview,
    way: Way | None,
    fields: Mapping[str, str],
    *,
    language: str,
) -> Promise | None:
    """Write down how a person wants it, or (without a way) that they want none; once.

    ``language`` is that of the page, in which it will be sent. What was said before stands: the
    same page sent again changes nothing. On the screen it is sent by being shown.

    Raises
    ------
    NoStockError
        If it is to be shown and there is none left; nothing was changed.
    """
    promise = promised(ctx, interview)
    if promise is None or (way is not None and way not in promise.rule.ways):
        return promise
    now, state = ctx.clock.now(), interview.state
    fresh = _new(promise.rule, state.case_id, state.person_id, state.wave, language, now)
    with ctx.databases.research.write() as connection:
        incentives.make_due(connection, [fresh])
        one = incentives.load_of_case(connection, state.case_id, promise.rule.id, lock=True)
        if one is not None and one.status is IncentiveStatus.DUE:
            _say(ctx, connection, replace(one, language=language), way, fields, now)
        known = incentives.load_of_case(connection, state.case_id, promise.rule.id)
    return replace(promise, incentive=known)


def shown_code(ctx: ServiceContext, promise: Promise) -> str | None:
    """Return the code of who asked to see it on the screen; ``None`` for all others, and later."""
    one = promise.incentive
    if one is None or one.way is not Way.SCREEN or one.status is not IncentiveStatus.SENT:
        return None
    if one.settled_at is None or ctx.clock.now() - one.settled_at > SHOWN_FOR:
        return None
    with ctx.databases.research.read() as connection:
        piece = incentive_stock.code_of(connection, one.id)
    return None if piece is None else stock.read_code(ctx, piece)


def sweep(ctx: ServiceContext) -> Swept:
    """Write down what became due, take back what is due to people who are gone; again: nothing."""
    rules, made = rules_of(ctx), 0
    with ctx.databases.research.write() as connection:
        for rule in rules.listed:
            for wave in sorted(rule.waves) if not rule.prepaid else ():
                made += incentives.make_due(connection, _newly(connection, rules, rule, wave))
        gone = incentives.lock_of_gone(connection)
        _take_back(connection, gone, "gone", "sweep", ctx.clock.now())
        if made or gone:
            detail = {"due": made, "void": len(gone)}
            stock.log(ctx, connection, "incentives.swept", "incentives", detail)
    destinations.destroy(ctx, incentives.ids(gone))
    return Swept(made, len(gone), destinations.sweep(ctx))


def take_back(ctx: ServiceContext, incentive_id: UUID, *, reason: str, by: str) -> bool:
    """Void what was not sent, on somebody's word; tell whether there was anything to void."""
    with ctx.databases.research.write() as connection:
        one = incentives.load_incentive(connection, incentive_id, lock=True)
        if one is None or one.status not in (IncentiveStatus.DUE, IncentiveStatus.ASKED):
            return False
        _take_back(connection, [one], reason, by, ctx.clock.now())
        stock.log(ctx, connection, "incentives.void", str(one.id), {"reason": reason, "by": by})
    destinations.destroy(ctx, [incentive_id])
    return True


def forget_incentives(
    ctx: ServiceContext, connection: Connection, person_id: UUID, *, by: str = "erasure"
) -> int:
    """Take a person off all thank-yous, in the unit that forgets the person; return how many.

    What is due is void, and its piece goes back to stock; of what may have been sent the piece is
    written off; what is printed goes to the post without us knowing whose it is. The rows stay as
    counts, so that the books balance. Destinations are destroyed first, with their keys: repeated
    after a crash it does the same.
    """
    theirs = incentives.lock_of_person(connection, person_id)
    destinations.destroy(ctx, incentives.ids(theirs))
    return _forget(connection, theirs, ctx.clock.now(), by)


def forget_in(
    research: Connection, contacts: Connection, settings: Settings, person_id: UUID, *, at: datetime
) -> int:
    """Do the same in two units that are open: a backup that is being restored."""
    theirs = incentives.lock_of_person(research, person_id)
    destinations.destroy_in(contacts, settings, incentives.ids(theirs))
    return _forget(research, theirs, at, "restore")


def _forget(connection: Connection, theirs: Sequence[Incentive], now: datetime, by: str) -> int:
    open_ones = (IncentiveStatus.DUE, IncentiveStatus.ASKED)
    due = [one for one in theirs if one.status in open_ones]
    _take_back(connection, due, "forgotten", by, now)
    perhaps = [one.id for one in theirs if one.status is IncentiveStatus.UNKNOWN]
    move = Move(Account.RESERVED, Account.VOID, "forgotten", by, now)
    incentive_stock.move_pieces_of(connection, perhaps, move)
    incentives.set_status(
        connection, perhaps, IncentiveStatus.VOID, now, {"by": by}, reason="forgotten"
    )
    incentives.unlink(connection, incentives.ids(theirs))
    return len(theirs)


def _earned_rule(ctx: ServiceContext, interview: Interview) -> Rule | None:
    state = interview.state
    if state.entry is not Entry.PERSONAL:
        return None
    rule = _usable_rules(ctx).after_questions(state.wave, state.assignments)
    if rule is None:
        return None
    if interview.submitted:
        return rule
    if state.ended_as is not None or rule.partial is None:
        return None
    given = sum(value is not Missing.SKIP for value in interview.answers.values())
    return rule if state.status is CaseStatus.PARTIAL and given >= rule.partial else None


def _usable_rules(ctx: ServiceContext) -> Rules:
    """The rules; none while the file is broken, which is no reason to lose somebody's last page."""
    try:
        return rules_of(ctx)
    except IncentiveRulesError as error:
        logger.error("thank-yous are not offered: %s", error)  # noqa: TRY400 - file and line say it
        return Rules()


def _serves(ctx: ServiceContext, way: Way) -> bool:
    """Whether this installation can send so."""
    settings = ctx.settings
    match way:
        case Way.EMAIL:
            return settings.smtp is not None or settings.synthetic
        case Way.SMS:
            return settings.sms is not None or settings.synthetic
        case _:
            return True


def _new(
    rule: Rule, case_id: UUID, person_id: UUID, wave: int, language: str, at: datetime
) -> Incentive:
    return Incentive(
        case_id=case_id,
        person_id=person_id,
        wave=wave,
        rule=rule.id,
        kind=rule.kind,
        currency=rule.currency,
        value_cents=rule.value_cents,
        language=language,
        due_at=at,
    )


def _newly(connection: Connection, rules: Rules, rule: Rule, wave: int) -> list[Incentive]:
    """What cases of a wave have earned by a rule and is not written down yet."""
    cases = incentive_cases.earned(connection, wave, rule.id, enough=rule.partial)
    arms = incentive_cases.assignments_of(
        connection, [one.person_id for one in cases], rules.variables
    )
    return [
        _new(rule, one.case_id, one.person_id, wave, one.language, one.at)
        for one in cases
        if rule.holds_for(wave, arms.get(one.person_id, {}))
    ]


def _say(
    ctx: ServiceContext,
    connection: Connection,
    one: Incentive,
    way: Way | None,
    fields: Mapping[str, str],
    now: datetime,
) -> None:
    said = {"language": one.language, "reason": None}
    if way is None:
        incentives.set_status(connection, [one.id], IncentiveStatus.DECLINED, now, {}, **said)
    elif way is Way.SCREEN:
        piece = incentive_stock.take_piece(connection, one.id, one.worth, by="site", at=now)
        if piece is None:
            raise NoStockError
        move = Move(Account.RESERVED, Account.SENT, "shown", "site", now)
        incentive_stock.move_pieces_of(connection, [one.id], move)
        incentives.set_status(connection, [one.id], IncentiveStatus.SENT, now, {}, way=way, **said)
    else:
        # Contacts first: what is asked for has a destination, also after a crash in between.
        destinations.keep(ctx, one.id, fields, at=now)
        incentives.set_status(connection, [one.id], IncentiveStatus.ASKED, now, {}, way=way, **said)


def _take_back(
    connection: Connection, ones: Sequence[Incentive], reason: str, by: str, now: datetime
) -> None:
    all_ids = incentives.ids(ones)
    move = Move(Account.RESERVED, Account.STOCK, reason, by, now)
    incentive_stock.move_pieces_of(connection, all_ids, move)
    incentives.set_status(connection, all_ids, IncentiveStatus.VOID, now, {"by": by}, reason=reason)
