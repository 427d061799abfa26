"""What the program says of people's news, own pages and thank-yous, held against what happened."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.messages.channels import Channel
from app.messages.statuses import Reach
from app.panel.incentives import Account, IncentiveStatus, Way
from app.services.members.contact_channels import fields_known
from app.services.members.own_details import SECOND
from app.services.thanks import incentives_stock
from app.storage import cases, messages, models, people
from app.storage.codes import living_codes
from app.storage.types import table_of
from tests.simulation.lived_through import OUT_IN_THE_WORLD, WAVES, Lived

ROUTES = ("b1", "onderwijs", "z")
_incentive = table_of(models.Incentive)
_piece = table_of(models.IncentivePiece)


def states_untold(lived: Lived) -> list[tuple[str, str]]:
    """People of whom the program thinks another thing than was told last."""
    told = lived.done.truth.states
    with lived.ctx.databases.research.read() as connection:
        stood = people.standings(connection, told)
    return [
        (str(state), str(stood[person].status))
        for person, state in told.items()
        if stood[person].status is not state
    ]


def changed(of: Mapping[tuple[UUID, int], str | None]) -> int:
    """People of whom something was one thing in one wave and another in a later one."""
    seen: dict[UUID, set[str]] = {}
    for (person, _), value in of.items():
        if value is not None:
            seen.setdefault(person, set()).add(value)
    return sum(len(one) > 1 for one in seen.values())


def acts_and_routes_untold(lived: Lived) -> list[str]:
    """Where the frame, the stratum or an answer in the release is not what was so in that wave."""
    truth, wrong = lived.done.truth, []
    with lived.ctx.databases.research.read() as connection:
        listed = [case for year in WAVES for case in cases.list_cases(connection, year)]
    first: dict[UUID, str] = {}
    for case in listed:
        if case.person_id in truth.erased:
            continue
        key = (case.person_id, case.wave)
        if case.frame["fr_act"] != truth.acts[key]:
            wrong.append(f"act in {case.wave}: {case.frame['fr_act']}, {truth.acts[key]}")
        if first.setdefault(case.person_id, case.stratum or "") != case.stratum:
            wrong.append(f"stratum in {case.wave}: {case.stratum}")
    for person, wave, answer in _routes_said(lived):
        # Who does not know the route, or says there is none yet, is not held to it.
        if answer in ROUTES and answer != truth.routes[person, wave]:
            wrong.append(f"route in {wave}: {answer}, {truth.routes[person, wave]}")
    return wrong


def _routes_said(lived: Lived) -> Iterator[tuple[UUID, int, str]]:
    with (lived.done.releases[-1] / "responses.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            yield UUID(row["person_id"]), int(row["wave"]), row["r_route"]


def own_pages_untold(lived: Lived) -> list[str]:
    """What people did behind their code and the program does not know, or knows otherwise."""
    truth, wrong = lived.done.truth, []
    for person in truth.second - truth.erased:
        if not fields_known(lived.ctx, person, SECOND):
            wrong.append("a second contact is not kept")
    for person in truth.erased:
        if fields_known(lived.ctx, person, (*SECOND, "street", "email", "phone")):
            wrong.append("contact details of somebody who was forgotten")
    codes: dict[UUID, UUID] = {}
    with lived.ctx.databases.research.read() as connection:
        reach = people.reach_of(connection, list(truth.no_texts))
        for year in WAVES:
            codes |= living_codes(connection, year)
    stopped = (truth.withdrawn | truth.erased) & set(codes)
    wrong += ["a code of somebody who stopped opens"] * len(stopped)
    for person in set(truth.no_texts) - truth.erased:
        if reach[person].get(Channel.SMS) is not Reach.OPTED_OUT:
            wrong.append("text messages were closed by the person and are open")
    return wrong + _texts_unwanted(lived)


def _texts_unwanted(lived: Lived) -> list[str]:
    since = lived.done.truth.no_texts
    with lived.ctx.databases.research.read() as connection:
        person_of = {
            case.id: case.person_id for year in WAVES for case in cases.list_cases(connection, year)
        }
        sent = messages.list_messages(connection, statuses=OUT_IN_THE_WORLD)
    texts = [
        (since.get(person_of[one.case_id]), one.settled_at)
        for one in sent
        if one.channel is Channel.SMS
    ]
    unwanted = [1 for ended, at in texts if ended is not None and at is not None and at > ended]
    return ["a text message to somebody who wanted none"] * len(unwanted)


def thanked_wrongly(lived: Lived) -> list[str]:
    """Where thank-yous are not what people chose, went twice, or the books are off."""
    truth = lived.done.truth
    with lived.ctx.databases.research.read() as connection:
        rows = connection.execute(select(_incentive)).all()
        pieces = connection.execute(select(_piece)).all()
    wrong = _books_off(lived, rows, pieces)
    known = {(row.person_id, row.wave): row for row in rows if row.person_id is not None}
    if len(known) != sum(row.person_id is not None for row in rows):
        wrong.append("somebody has two in one wave")
    stopped = {*truth.withdrawn, *truth.dead}
    for (person, wave), way in truth.thanked.items():
        row = known.get((person, wave))
        if person in truth.erased:
            wrong += ["one of somebody who was forgotten"] * (row is not None)
        elif not _as_chosen(row, way, stopped=person in stopped):
            wrong.append(f"asked for {way}, is {row and row.status} {row and row.way}")
    sent = {key for key, row in known.items() if row.status is IncentiveStatus.SENT}
    unasked = sent - {*truth.thanked} - truth.cards
    return wrong + ["sent to somebody who did not ask"] * len(unasked)


def _as_chosen(row: Any, way: Way | None, *, stopped: bool) -> bool:
    if row is None:
        return False
    if way is None:
        return bool(row.status is IncentiveStatus.DECLINED)
    if row.status is IncentiveStatus.SENT:
        return bool(row.way is way)
    return stopped


def _books_off(lived: Lived, rows: Any, pieces: Any) -> list[str]:
    """Every piece is in one place, none is set apart any more, one went for each that was sent."""
    wrong = []
    for books in incentives_stock.books(lived.ctx):
        wrong += [str(one) for one in books.imbalances]
        if books.accounts.get(Account.RESERVED, 0):
            wrong.append(f"{books.batch.name}: pieces are still set apart")
    went = Counter(one.incentive_id for one in pieces if one.account is Account.SENT)
    if set(went) != {one.id for one in rows if one.status is IncentiveStatus.SENT}:
        wrong.append("not one piece for each that was sent")
    return wrong
