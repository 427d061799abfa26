"""Batches: handed out to those who may, taken in as a whole, once, and never over newer work."""

from __future__ import annotations

import logging
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from app.panel.open_answers import Step
from app.panel.states import CaseStatus
from app.services.open_ended.open_answers import (
    Batch,
    Cells,
    NoSuchWorkError,
    NotAllowedError,
    Stage,
    read_desk,
    reopen,
)
from app.services.open_ended.open_answers_files import (
    FileFaultError,
    guarded,
    read_batch,
    unguarded,
    write_batch,
)
from app.services.open_ended.open_answers_taking_in import BatchProblemsError, take_in
from app.storage import audit, models
from app.storage.staff import disable_member, find_member
from tests.builders import fingerprint
from tests.integration.services.conftest import (
    ADMIN,
    ANALYST,
    NOON,
    RESEARCHER,
    TRANSLATOR,
    OpenAnswerDesk,
)

PERSONAL = "Bel mij: 06-12345678, Amina"


def problems_of(desk: OpenAnswerDesk, rows: list[Cells], email: str = RESEARCHER) -> list[str]:
    """What is said of a batch that is refused; nothing may have been written."""
    before = fingerprint(desk.ctx.databases)
    with pytest.raises(BatchProblemsError) as refused:
        desk.take(rows, email)
    assert fingerprint(desk.ctx.databases) == before
    return [f"{one.line}: {one.message}" for one in refused.value.problems]


def test_an_answer_goes_from_the_original_to_codes(desk: OpenAnswerDesk) -> None:
    case = desk.write("أريد المزيد من الدروس. 06-12345678", language="nl")

    (row,) = desk.rows("redact")
    assert row["proposed"] == "أريد المزيد من الدروس. [telefoon]"
    desk.take([{**row, "decision": "proposed", "language": "ar"}])
    assert desk.state_of(case) == "redacted"
    assert desk.rows("code") == []  # not in the working language yet

    (row,) = desk.rows("translate", TRANSLATOR)
    assert row["redacted"] == "أريد المزيد من الدروس. [telefoon]"
    desk.take([{**row, "translation": "Ik wil meer lessen. [telefoon]"}], TRANSLATOR)
    assert desk.state_of(case) == "translated"

    (row,) = desk.rows("code", ANALYST)
    assert row["text"] == "Ik wil meer lessen. [telefoon]"
    desk.take([{**row, "codes": "geld, les"}], ANALYST)
    (one,) = desk.queue()
    assert one.progress.final == ("les", "geld")


def test_proposals_are_applied_only_where_a_person_says_so(desk: OpenAnswerDesk) -> None:
    case = desk.write(PERSONAL)
    rows = desk.rows("redact")

    assert desk.take(rows).left == 1
    assert desk.state_of(case) == "waiting"

    desk.take([{**row, "decision": "own", "redacted": "Bel mij: [x], [naam]"} for row in rows])
    (one,) = desk.queue()
    assert one.progress.redacted == "Bel mij: [x], [naam]"


def test_details_left_standing_are_counted_for_a_second_look(small_desk: OpenAnswerDesk) -> None:
    small_desk.write(PERSONAL)
    assert small_desk.redact("original").kept == {"phone": 1}


def test_the_same_file_again_changes_nothing(desk: OpenAnswerDesk) -> None:
    desk.write(PERSONAL)
    desk.write("asdf")
    first, second = desk.rows("redact")
    redacting = [{**first, "decision": "proposed"}, {**second, "decision": "unusable"}]
    assert sum(desk.take(redacting).steps.values()) == 2
    coding = [{**row, "codes": "les"} for row in desk.rows("code")]
    desk.take(coding)
    before = fingerprint(desk.ctx.databases)

    assert desk.take(redacting).already == 2
    assert desk.take(coding).already == 1
    assert fingerprint(desk.ctx.databases) == before


def test_all_problems_are_named_by_line_and_nothing_is_written(desk: OpenAnswerDesk) -> None:
    for number in range(7):
        desk.write(f"meer les {number}")
    rows = [{**row, "decision": "original"} for row in desk.rows("redact")]
    rows[1]["decision"] = "yes"
    rows[2]["language"] = "Nederlands"
    rows[3]["original"], rows[4]["original"] = rows[4]["original"], rows[3]["original"]
    rows[5]["entry"] = "0" * 32
    rows[6]["entry"] = rows[0]["entry"]

    found = problems_of(desk, rows)

    assert [one.partition(":")[0] for one in found] == ["3", "4", "5", "6", "7", "8"]
    assert "expected proposed, original, own or unusable" in found[0]
    assert "language is not known" in found[1]
    assert "was a column sorted by itself" in found[2]
    assert "no such entry" in found[4]
    assert "twice" in found[5]


def test_problems_repeat_nothing_that_anybody_wrote(desk: OpenAnswerDesk) -> None:
    desk.write(PERSONAL)
    desk.redact("original")
    (row,) = desk.rows("code")

    found = problems_of(desk, [{**row, "codes": PERSONAL}])
    found += problems_of(desk, [{**row, "codes": "les", "text": "Amina"}])
    found += problems_of(desk, [{**row, "codes": "boot niets les"}])

    assert not any("Amina" in one or "1234" in one for one in found)
    assert found[-1] == '2: "boot" is not in the code frame'


def test_exclusive_codes_stand_alone(small_desk: OpenAnswerDesk) -> None:
    small_desk.write("niets")
    small_desk.redact("original")
    (row,) = small_desk.rows("code")
    assert problems_of(small_desk, [{**row, "codes": "les niets"}]) == ['2: "niets" stands alone']


def test_work_that_others_overtook_is_refused(desk: OpenAnswerDesk) -> None:
    desk.write(PERSONAL)
    (mine,) = desk.rows("redact")
    (theirs,) = desk.rows("redact")
    desk.take([{**theirs, "decision": "own", "redacted": "Bel mij."}])

    assert (
        "somebody worked on this answer" in problems_of(desk, [{**mine, "decision": "proposed"}])[0]
    )


def test_coding_of_words_that_were_redacted_again_is_refused(desk: OpenAnswerDesk) -> None:
    desk.write("Amina zegt meer les")
    desk.redact("original")
    (row,) = desk.rows("code")
    (one,) = desk.queue()
    assert one.entry_id is not None
    reopen(desk.ctx, email=RESEARCHER, entries=[one.entry_id])
    desk.redact("own", redacted="[naam] zegt meer les")

    assert "the words beside this entry" in problems_of(desk, [{**row, "codes": "les"}])[0]


def test_work_on_an_answer_that_the_respondent_changed_is_refused(desk: OpenAnswerDesk) -> None:
    case = desk.write("meer les")
    (row,) = desk.rows("redact")
    desk.write("meer geld", case=case)

    assert problems_of(desk, [{**row, "decision": "original"}]) == [
        "2: void: the respondent changed or took back this answer"
    ]


def test_two_who_differ_are_settled_by_a_researcher(desk: OpenAnswerDesk) -> None:
    case = desk.write("meer les")
    desk.redact("original")
    desk.code("les", RESEARCHER)
    desk.code("geld", ANALYST, second=True)
    assert desk.state_of(case) == "disputed"

    (row,) = desk.rows("settle")
    assert (row["coding_1"], row["coding_2"]) == ("les", "geld")
    desk.take([{**row, "codes": "les"}])

    assert desk.state_of(case) == "coded"
    (one,) = desk.queue()
    assert one.progress.final == ("les",)
    assert len(one.progress.codings) == 2


def test_nobody_is_handed_an_answer_to_code_twice(small_desk: OpenAnswerDesk) -> None:
    small_desk.write("meer les")
    small_desk.redact("original")
    small_desk.code("les", RESEARCHER)

    assert small_desk.rows("code", RESEARCHER) == []
    assert small_desk.rows("code", RESEARCHER, second=True) == []
    assert len(small_desk.rows("code", ANALYST, second=True)) == 1


@pytest.mark.parametrize(
    ("stage", "email"),
    [("redact", ANALYST), ("redact", TRANSLATOR), ("redact", ADMIN), ("translate", ANALYST),
     ("code", TRANSLATOR), ("code", ADMIN), ("settle", ANALYST), ("redact", "x@example.org")],
)  # fmt: skip
def test_work_is_only_for_its_roles(small_desk: OpenAnswerDesk, stage: str, email: str) -> None:
    small_desk.write("meer les")
    before = fingerprint(small_desk.ctx.databases)

    with pytest.raises(NotAllowedError):
        small_desk.rows(stage, email)
    with pytest.raises(NotAllowedError):
        small_desk.take([{"entry": "0" * 32, "stage": stage}], email)

    assert fingerprint(small_desk.ctx.databases) == before


def test_a_closed_account_gets_nothing(small_desk: OpenAnswerDesk) -> None:
    research = small_desk.ctx.databases.research
    with research.write() as connection:
        member = find_member(connection, RESEARCHER)
        assert member is not None
        disable_member(connection, member.id, at=NOON)

    with pytest.raises(NotAllowedError, match="closed"):
        small_desk.rows("redact")


def test_a_variable_that_nobody_was_asked_is_refused(small_desk: OpenAnswerDesk) -> None:
    small_desk.write("meer les")
    with pytest.raises(NoSuchWorkError, match="k_uren"):
        small_desk.rows("redact", variable="k_uren")


def test_who_saw_an_original_is_on_record_without_its_words(
    desk: OpenAnswerDesk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    desk.write(PERSONAL)
    desk.redact("own", redacted="Bel mij: [telefoon], [naam]")
    desk.code("les", ANALYST)

    event = models.OpenAnswerEvent
    with desk.ctx.databases.research.snapshot() as connection:
        steps = list(connection.execute(select(event.step, event.text).order_by(event.id)))
        log = [repr(tuple(row)) for row in connection.execute(select(models.AuditEvent))]
        assert audit.verify_chain(connection) is None
    assert [step for step, _ in steps] == [Step.SEEN, Step.REDACTED, Step.CODED]
    assert sum("open_answers.handed_out" in one for one in log) == 2
    assert sum("open_answers.taken_in" in one for one in log) == 2
    for text in (*log, caplog.text, *(str(text) for _, text in steps)):
        assert "Amina" not in text
        assert "12345678" not in text


def test_a_batch_names_no_case_person_or_wave(small_desk: OpenAnswerDesk) -> None:
    case = small_desk.write("meer les", ended=CaseStatus.COMPLETE)
    (row,) = small_desk.rows("redact")

    assert set(row) == {
        "entry", "stage", "variable", "basis", "language", "original", "found", "proposed",
        "decision", "redacted",
    }  # fmt: skip
    assert case.hex not in repr(row)
    assert UUID(row["entry"]) != case


def test_a_limit_leaves_the_rest_for_later(small_desk: OpenAnswerDesk) -> None:
    for number in range(5):
        small_desk.write(f"meer les {number}")
    assert len(small_desk.rows("redact", limit=2)) == 2


# --- files ----------------------------------------------------------------------------------------

HOSTILE = [
    "=1+1",
    "+31 6 12",
    "-2",
    "@SUM(A1)",
    "'t gaat goed",
    "'=1",
    "''=1",
    "\tx",
    "=cmd|' /C calc'!A0",
    'regel een\nregel twee; "met", tekens',
    "؟ سؤال",
    "ጽቡቕ",
]


@pytest.mark.parametrize("suffix", ["csv", "json"])
def test_whatever_people_wrote_comes_back_from_a_file_as_it_was(
    small_desk: OpenAnswerDesk, tmp_path: Path, suffix: str
) -> None:
    for words in HOSTILE:
        small_desk.write(words.strip())
    path = tmp_path / f"batch.{suffix}"
    write_batch(path, Batch(Stage.REDACT, "words", tuple(small_desk.rows("redact"))), "kinds")

    lines = read_batch(path)
    assert {line.cells["original"] for line in lines} == {words.strip() for words in HOSTILE}
    rows = [{**line.cells, "decision": "original"} for line in lines]
    assert sum(small_desk.take(rows).steps.values()) == len(HOSTILE)


def test_no_cell_of_a_file_begins_like_a_formula(small_desk: OpenAnswerDesk) -> None:
    for text in (*HOSTILE, "\uff1d1", "\r=1"):
        assert guarded(text)[0] not in "=+-@\t\r\n\uff1d"
        assert unguarded(guarded(text)) == text


def test_a_file_is_for_its_owner_and_never_overwrites(
    small_desk: OpenAnswerDesk, tmp_path: Path
) -> None:
    batch = Batch(Stage.REDACT, "words", ({"entry": "1", "stage": "redact"},))
    path = tmp_path / "batch.csv"
    write_batch(path, batch, "kinds")

    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileFaultError, match="already"):
        write_batch(path, batch, "kinds")
    with pytest.raises(FileFaultError, match=r"\.csv or \.json"):
        write_batch(tmp_path / "batch.txt", batch, "kinds")


def test_a_file_from_a_spreadsheet_with_semicolons_is_read(
    small_desk: OpenAnswerDesk, tmp_path: Path
) -> None:
    small_desk.write("meer les; en geld")
    (row,) = small_desk.rows("redact")
    cells = {**row, "decision": "original"}
    path = tmp_path / "saved.csv"
    quoted = [[f'"{cell}"' for cell in line] for line in (cells.keys(), cells.values())]
    path.write_text("\r\n".join(";".join(line) for line in quoted) + "\r\n", encoding="utf-8-sig")

    done = take_in(
        small_desk.ctx, read_desk(small_desk.ctx), email=RESEARCHER, lines=read_batch(path)
    )

    assert done.steps == {Step.REDACTED: 1}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b""),
        ("a.csv", b"naam,Amina\n1,2\n"),
        ("a.csv", b"entry,stage\nAmina\n"),
        ("a.csv", b'entry,stage\n"Amina,redact\n'),
        ("a.csv", b"entry,stage\n1,Amina\xff\n"),
        ("a.json", b'["Amina"]'),
        ("a.json", b"{"),
        ("a.json", b'{"format": "perspectief-open-answers/1", "rows": [{"entry": {"a": 1}}]}'),
    ],
)
def test_what_is_no_batch_is_refused_without_quoting_it(
    tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(FileFaultError) as refused:
        read_batch(path)
    assert "Amina" not in str(refused.value)


def test_a_reopened_answer_begins_again_with_everything_on_record(desk: OpenAnswerDesk) -> None:
    case = desk.write("meer les")
    desk.redact("unusable")
    assert desk.state_of(case) == "nothing_to_code"
    (one,) = desk.queue()
    assert one.entry_id is not None

    with pytest.raises(NotAllowedError):
        reopen(desk.ctx, email=ANALYST, entries=[one.entry_id])
    assert reopen(desk.ctx, email=RESEARCHER, entries=[one.entry_id]) == 1
    assert reopen(desk.ctx, email=RESEARCHER, entries=[one.entry_id]) == 0
    with pytest.raises(NoSuchWorkError):
        reopen(desk.ctx, email=RESEARCHER, entries=[UUID(int=1)])

    assert desk.state_of(case) == "waiting"
    event = models.OpenAnswerEvent
    with desk.ctx.databases.research.read() as connection:
        steps = list(connection.execute(select(event.step).order_by(event.id)).scalars())
    assert steps == [Step.SEEN, Step.NOTHING_TO_CODE, Step.REOPENED]
    assert desk.rows("redact", variable="k_wens")
