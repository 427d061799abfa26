"""What a release has of open answers: codes, and why there are none; never words."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import update

from analysis.responses import read_release, responses_of
from app.panel.states import CaseStatus
from app.services.publication.exports import WITHHELD
from app.storage import models
from tests.integration.services.conftest import ANALYST, FRAME, OpenAnswerDesk

WORDS = "Amina wil meer les"
CODES = ("les", "geld", "anders", "niets", "kan_niet")


def rows_of(folder: Path, file: str = "responses.csv") -> dict[UUID, dict[str, str]]:
    with (folder / file).open(encoding="utf-8", newline="") as handle:
        return {UUID(row["case_id"]): row for row in csv.DictReader(handle)}


def coding_of(row: dict[str, str]) -> tuple[str, list[str]]:
    return row["k_wens_coding"], [row[f"k_wens__{code}"] for code in CODES]


def entries_of(folder: Path) -> dict[str, dict[str, object]]:
    book = json.loads((folder / "codebook.json").read_text(encoding="utf-8"))
    return {one["name"]: one for one in book["variables"]}


def test_a_coded_answer_is_a_column_for_each_code(desk: OpenAnswerDesk, tmp_path: Path) -> None:
    disputed = desk.write("geld of les")
    desk.redact("original")
    desk.code("geld")
    desk.code("les", ANALYST, second=True)
    coded = desk.write(WORDS)
    desk.redact("own", redacted="[naam] wil meer les")
    desk.code("les anders")
    unusable = desk.write("asdf", ended=CaseStatus.COMPLETE)
    desk.redact("unusable")
    waiting = desk.write("nog niet gelezen")
    skipped = desk.write("skip")
    stopped = desk.write(None)

    rows = rows_of(desk.release(tmp_path / "release"))

    assert coding_of(rows[coded]) == ("coded", ["1", "0", "1", "0", "0"])
    assert coding_of(rows[unusable]) == ("coded", ["0", "0", "0", "0", "1"])
    assert coding_of(rows[waiting]) == ("waiting", [""] * 5)
    assert coding_of(rows[disputed]) == ("waiting", [""] * 5)
    assert coding_of(rows[skipped]) == ("skip", ["skip"] * 5)
    assert coding_of(rows[stopped]) == ("break_off", ["break_off"] * 5)


def test_the_codebook_says_what_was_coded_with_which_frame(
    small_desk: OpenAnswerDesk, tmp_path: Path
) -> None:
    small_desk.write(WORDS)
    small_desk.redact("original")
    small_desk.code("les")
    folder = small_desk.release(tmp_path / "release")

    entries = entries_of(folder)
    assert entries["k_wens"]["kind"] == "multiple"
    assert entries["k_wens"]["columns"] == [f"k_wens__{code}" for code in CODES]
    assert "code frame version 1, draft" in str(entries["k_wens"]["note"])
    assert [one["code"] for one in entries["k_wens_coding"]["codes"]] == ["coded", "waiting"]
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["code_frames"] == [{"variable": "k_wens", "version": 1, "status": "draft"}]


def test_an_analyst_reads_shares_of_what_was_coded(
    small_desk: OpenAnswerDesk, tmp_path: Path
) -> None:
    small_desk.write(WORDS)
    small_desk.write("geld")
    small_desk.redact("original")
    small_desk.code("les")
    small_desk.write("wacht nog")
    small_desk.write("dk")

    responses = responses_of(read_release(small_desk.release(tmp_path / "release")))

    assert responses.known("k_wens").sum() == 2
    assert responses.chosen("k_wens", "les").sum() == 2
    assert sorted(responses.column("k_wens_coding")) == ["coded", "coded", "dk", "waiting"]


def test_before_anything_is_coded_a_release_says_that_answers_wait(
    small_desk: OpenAnswerDesk, tmp_path: Path
) -> None:
    case = small_desk.write(WORDS)
    folder = small_desk.release(tmp_path / "release")

    assert "k_wens" not in entries_of(folder)
    assert rows_of(folder)[case]["k_wens_coding"] == "waiting"


def test_words_of_other_namely_are_released_as_codes_where_they_have_a_frame(
    small_desk: OpenAnswerDesk, tmp_path: Path
) -> None:
    frames = small_desk.ctx.study / "codeframes"
    (frames / "k_werk_other.yaml").write_text(FRAME.replace("k_wens", "k_werk_other"))
    told = small_desk.write("dk", more={"k_werk": "anders", "k_werk_other": "winkel op zee"})
    silent = small_desk.write("dk", more={"k_werk": "anders", "k_werk_other": "skip"})
    other = small_desk.write("dk", more={"k_werk": "nee"})
    small_desk.redact("original")
    small_desk.code("geld")

    rows = rows_of(small_desk.release(tmp_path / "release"))

    found = {case: row["k_werk_other_coding"] for case, row in rows.items()}
    assert found == {told: "coded", silent: "skip", other: "na_route"}
    assert rows[told]["k_werk_other__geld"] == "1"
    assert rows[silent]["k_werk_other__geld"] == "skip"


def test_codes_that_a_frame_no_longer_has_are_not_released(
    small_desk: OpenAnswerDesk, tmp_path: Path
) -> None:
    case = small_desk.write(WORDS)
    small_desk.write("geld")
    small_desk.redact("original")
    first, second = small_desk.rows("code")
    small_desk.take([{**first, "codes": "les"}, {**second, "codes": "anders"}])
    frame = small_desk.ctx.study / "codeframes" / "k_wens.yaml"
    frame.write_text(FRAME.replace('"les"', '"lessen"').replace("version: 1", "version: 2"))

    rows = rows_of(small_desk.release(tmp_path / "release"))

    assert sorted(row["k_wens_coding"] for row in rows.values()) == ["coded", "waiting"]
    assert case in rows


@pytest.mark.parametrize("with_answers", [False, True])
def test_no_file_of_a_release_has_the_words_of_a_real_person(
    desk: OpenAnswerDesk, tmp_path: Path, with_answers: bool
) -> None:
    case = desk.write(
        WORDS,
        ended=CaseStatus.COMPLETE,
        more={"k_werk": "anders", "k_werk_other": "Amina's winkel", "k_uren": "12"},
    )
    off_route = desk.write("dk", more={"k_werk": "ja", "k_werk_other": "Amina op zee"})
    with desk.ctx.databases.research.write() as connection:
        connection.execute(update(models.SurveyCase).values(synthetic=False))
    desk.redact("original")
    desk.code("les")

    folder = desk.release(tmp_path / "release", with_answers=with_answers)

    for file in folder.iterdir():
        assert b"Amina" not in file.read_bytes(), file.name
    if with_answers:
        with (folder / "answers.csv").open(encoding="utf-8", newline="") as handle:
            kept = {
                (UUID(row["case_id"]), row["variable"]): row["value"]
                for row in csv.DictReader(handle)
            }
        # Every answer has its row; what is no words, or says why there are none, is as it was.
        assert kept[case, "k_wens"] == kept[case, "k_werk_other"] == WITHHELD
        assert kept[off_route, "k_werk_other"] == WITHHELD
        assert kept[off_route, "k_wens"] == "dk"
        assert (kept[case, "k_werk"], kept[case, "k_uren"]) == ("anders", "12")


def test_invented_words_stay_readable_where_the_store_is_checked(
    small_desk: OpenAnswerDesk, tmp_path: Path
) -> None:
    case = small_desk.write(WORDS)
    folder = small_desk.release(tmp_path / "release", with_answers=True)

    with (folder / "answers.csv").open(encoding="utf-8", newline="") as handle:
        values = {row["variable"]: row["value"] for row in csv.DictReader(handle)}
    assert values["k_wens"] == WORDS
    assert WORDS.encode() not in (folder / "responses.csv").read_bytes()
    assert case in rows_of(folder)
