"""The databases held against the ledgers of the clients: nothing lost, nothing doubled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.panel.states import CaseStatus
from app.robots.ledger import Ledger
from app.services.context import ServiceContext
from app.storage.models import Interview, Operation
from app.storage.types import table_of
from tests.journeys.fielding import Invited
from tests.journeys.rows import contact_answers, current_answers, events_of, interview_of

_operation, _interview = table_of(Operation), table_of(Interview)


@dataclass(frozen=True)
class Outcome:
    """What one client knows about its interview."""

    ending: str | None
    ledger: Ledger


def assert_agreement(
    ctx: ServiceContext, invited: list[Invited], outcomes: Mapping[str, Outcome]
) -> None:
    """Every acknowledged answer is there, as it was last acknowledged, once, and no other is."""
    with ctx.databases.research.read() as connection:
        for one in invited:
            if one.code in outcomes:
                _assert_case(ctx, connection, one, outcomes[one.code])


def _assert_case(
    ctx: ServiceContext, connection: Connection, one: Invited, outcome: Outcome
) -> None:
    research = current_answers(connection, one.case_id)
    contacts = contact_answers(ctx, one.person_id, one.wave)
    events = events_of(connection, one.case_id)
    operations = operations_of(connection, one)
    ledger = outcome.ledger

    assert not research.keys() & contacts.keys()
    assert differences({**research, **contacts}, ledger.current) == {}
    assert {variable: value for variable, value, *_ in events} == research
    twice = Counter((op_id, variable) for variable, _, _, _, op_id in events)
    assert max(twice.values(), default=1) == 1
    # The same page with other answers gets an id of its own, behind that of the page.
    assert all(_sent(op_id, ledger) for *_, op_id in events)
    assert {save.op_id for save in ledger.saves} <= operations.keys()
    sent = [page for page in operations.values() if page == "review"]
    row = interview_of(connection, one.case_id)
    assert row["case_status"] == row["status"]
    if outcome.ending is not None:
        assert row["status"] == outcome.ending
        assert len(sent) == (outcome.ending == CaseStatus.COMPLETE)
    assert row["revision"] == len(operations)


def differences(
    stored: Mapping[str, str], acknowledged: Mapping[str, str]
) -> dict[str, tuple[str | None, str | None]]:
    """What is stored and what was acknowledged, of the variables in which the two differ."""
    return {
        variable: (stored.get(variable), acknowledged.get(variable))
        for variable in stored.keys() | acknowledged.keys()
        if stored.get(variable) != acknowledged.get(variable)
    }


def _sent(op_id: str, ledger: Ledger) -> bool:
    return any(op_id == one or op_id.startswith(f"{one}.") for one in ledger.sent)


def operations_of(connection: Connection, one: Invited) -> dict[str, str]:
    """The page of every saved operation of a case."""
    found = connection.execute(
        select(_operation.c.op_id, _operation.c.page)
        .join(_interview, _interview.c.id == _operation.c.interview_id)
        .where(_interview.c.case_id == one.case_id)
    )
    return {row.op_id: row.page for row in found}
