"""Where steps leave an open answer, and which later steps undo earlier ones."""

from collections.abc import Iterator
from itertools import count
from uuid import UUID

import pytest

from app.panel.open_answers import MAY, Done, Progress, Stage, State, Step, progress
from app.panel.states import Role

ANNE, BOB = UUID(int=1), UUID(int=2)


def steps(*given: Done) -> Progress:
    numbers: Iterator[int] = count(1)
    return progress(
        Done(next(numbers), one.step, one.staff_id, one.text, one.language, one.codes, 1)
        for one in given
    )


def redacted(text: str = "woorden", language: str = "nl") -> Done:
    return Done(0, Step.REDACTED, ANNE, text, language)


def coded(*codes: str, by: UUID = ANNE, step: Step = Step.CODED) -> Done:
    return Done(0, step, by, codes=codes)


TRANSLATED = Done(0, Step.TRANSLATED, ANNE, "vertaald")
UNUSABLE = Done(0, Step.NOTHING_TO_CODE, ANNE)
REOPENED = Done(0, Step.REOPENED, ANNE)
SEEN = Done(0, Step.SEEN, BOB)


@pytest.mark.parametrize(
    ("done", "state", "waits_for"),
    [
        ([], State.WAITING, {Stage.REDACT}),
        ([SEEN], State.WAITING, {Stage.REDACT}),
        ([redacted()], State.REDACTED, {Stage.CODE}),
        ([redacted(language="ar")], State.REDACTED, {Stage.TRANSLATE}),
        ([redacted(language="ar"), TRANSLATED], State.TRANSLATED, {Stage.CODE}),
        ([redacted(), coded("a")], State.CODED, {Stage.CODE}),
        ([redacted(), coded("a"), coded("a", by=BOB)], State.CODED, {Stage.CODE}),
        (
            [redacted(), coded("a"), coded("b", by=BOB)],
            State.DISPUTED,
            {Stage.CODE, Stage.SETTLE},
        ),
        (
            [redacted(), coded("a"), coded("b", by=BOB), coded("b", step=Step.SETTLED)],
            State.CODED,
            set(),
        ),
        ([UNUSABLE], State.NOTHING_TO_CODE, set()),
        ([redacted(), coded("a"), UNUSABLE], State.NOTHING_TO_CODE, set()),
        ([UNUSABLE, REOPENED], State.WAITING, {Stage.REDACT}),
        ([redacted(), coded("a"), REOPENED], State.WAITING, {Stage.REDACT}),
        ([UNUSABLE, redacted()], State.REDACTED, {Stage.CODE}),
    ],
)
def test_state_follows_from_what_was_done(
    done: list[Done], state: State, waits_for: set[Stage]
) -> None:
    now = steps(*done)

    assert now.state is state
    assert {stage for stage in Stage if now.waits_for(stage, "nl")} == waits_for


def test_other_words_make_the_coding_void() -> None:
    now = steps(redacted(), coded("a"), redacted("andere woorden"))

    assert now.state is State.REDACTED
    assert now.final is None
    assert now.words("nl") == "andere woorden"


def test_codes_that_count_are_those_of_all_coders_or_of_who_settled() -> None:
    both = [redacted(), coded("a"), coded("b", by=BOB)]

    assert steps(*both).final is None
    assert steps(*both, coded("a", by=BOB)).final == ("a",)
    assert steps(*both, coded("c", step=Step.SETTLED)).final == ("c",)


def test_a_coder_reads_the_translation_and_never_the_other_language() -> None:
    assert steps(redacted("كلمات", "ar")).words("nl") is None
    assert steps(redacted("كلمات", "ar"), TRANSLATED).words("nl") == "vertaald"


def test_reading_and_coding_leave_the_basis_of_other_work_alone() -> None:
    before = steps(redacted())
    assert steps(redacted(), SEEN, coded("a")).basis == before.basis == 1
    assert steps(redacted(), REOPENED).basis == 2


def test_administrators_and_fieldwork_read_no_answers() -> None:
    assert all(MAY.values())
    assert not {Role.ADMIN, Role.FIELDWORK, Role.INTERVIEWER} & {
        role for roles in MAY.values() for role in roles
    }
