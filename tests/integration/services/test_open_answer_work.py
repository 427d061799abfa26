"""Open answers one at a time, on each engine: whose turn it is, what is kept, what waits."""

from __future__ import annotations

import pytest

from app.panel.open_answers import Stage, State
from app.panel.states import CaseStatus, Role
from app.services.accounts.staff import SignInStage, Visit
from app.services.open_ended import open_answer_work
from app.services.open_ended.open_answer_work import OvertakenError, Task, Wanted
from app.services.open_ended.open_answers import NoSuchWorkError, NotAllowedError
from app.storage import staff as accounts
from app.storage.audit import verify_chain
from tests.builders import WAVE
from tests.integration.services.conftest import (
    ANALYST,
    RESEARCHER,
    TRANSLATOR,
    OpenAnswerDesk,
)

ANY = Wanted()


def visit(desk: OpenAnswerDesk, email: str) -> Visit:
    with desk.ctx.databases.research.read() as connection:
        member = accounts.find_member(connection, email)
    assert member is not None
    return Visit(member.id, email, Role(member.role), SignInStage.FULL, "key")


def given(desk: OpenAnswerDesk, email: str, stage: Stage, wanted: Wanted = ANY) -> Task | None:
    who, work = visit(desk, email), open_answer_work.desk_of(desk.ctx)
    entry = open_answer_work.next_answer(desk.ctx, work, who, stage, wanted)
    if entry is None:
        return None
    return open_answer_work.read_task(desk.ctx, work, who, stage, entry)


def keep(desk: OpenAnswerDesk, email: str, task: Task | None, **filled: str) -> None:
    assert task is not None
    work = open_answer_work.desk_of(desk.ctx)
    open_answer_work.keep_work(desk.ctx, work, visit(desk, email), task, filled, basis=task.basis)


def test_queue_counts_what_waits_for_whom(desk: OpenAnswerDesk) -> None:
    for words in ("Een les.", "Nog een les.", "Geld."):
        desk.write(words, ended=CaseStatus.COMPLETE)
    desk.write("Les in het Turks.", ended=CaseStatus.COMPLETE, language="tr")
    for number in range(4):
        task = given(desk, RESEARCHER, Stage.REDACT)
        assert task is not None
        keep(desk, RESEARCHER, task, decision="original", language=task.language)
        assert number < 4
    keep(desk, ANALYST, given(desk, ANALYST, Stage.CODE), codes="les")

    work = open_answer_work.desk_of(desk.ctx)
    (line,) = open_answer_work.queue_lines(desk.ctx, work, visit(desk, RESEARCHER))

    assert (line.wave, line.variable) == (WAVE, "k_wens")
    assert dict(line.states) == {State.REDACTED: 3, State.CODED: 1}
    assert dict(line.waiting) == {
        Stage.REDACT: 0, Stage.TRANSLATE: 1, Stage.CODE: 2, Stage.SETTLE: 0
    }  # fmt: skip
    assert line.second == 1
    (own,) = open_answer_work.queue_lines(desk.ctx, work, visit(desk, ANALYST))
    assert own.second == 0
    with desk.ctx.databases.research.snapshot() as connection:
        assert verify_chain(connection) is None


def test_answer_of_an_interview_that_does_not_count_never_comes(desk: OpenAnswerDesk) -> None:
    desk.write("Ik doe niet mee.", more={"c_mee": "nee"}, ended=CaseStatus.REFUSED)
    assert given(desk, RESEARCHER, Stage.REDACT) is None


def test_work_from_an_older_page_is_refused(desk: OpenAnswerDesk) -> None:
    desk.write("Een les.", ended=CaseStatus.COMPLETE)
    task = given(desk, RESEARCHER, Stage.REDACT)
    keep(desk, RESEARCHER, task, decision="original", language="nl")
    coding = given(desk, ANALYST, Stage.CODE)
    assert task is not None
    assert coding is not None
    work = open_answer_work.desk_of(desk.ctx)

    with pytest.raises(OvertakenError):
        open_answer_work.keep_work(
            desk.ctx, work, visit(desk, ANALYST), coding, {"codes": "les"}, basis="0"
        )
    with pytest.raises(OvertakenError):
        open_answer_work.read_task(
            desk.ctx, work, visit(desk, RESEARCHER), Stage.REDACT, task.entry
        )
    with pytest.raises(NoSuchWorkError):
        given(desk, RESEARCHER, Stage.REDACT, Wanted(year=1999))
    with pytest.raises(NotAllowedError):
        given(desk, TRANSLATOR, Stage.CODE)
