"""Code frames of open questions: read strictly, every fault named with its line."""

from pathlib import Path

import pytest

from app.questionnaire.code_frames import CodeFrame, FrameRole, FrameStatus, load_code_frames
from app.services.bootstrap import STUDY
from tests.builders import KINDS, kinds_bank, real_bank

GOOD = """\
variable: k_wens
version: 2
status: draft
codes:
  - {code: "les", nl: "Over de les", en: "About lessons", note: "Also the teacher."}
  - {code: "geld", nl: "Over geld", en: "About money"}
  - {code: "anders", nl: "Iets anders", en: "Something else", role: other}
  - {code: "niets", nl: "Niets", en: "Nothing", exclusive: true, role: nothing_said}
  - {code: "kan_niet", nl: "Onleesbaar", en: "Unreadable", exclusive: true, role: not_codable}
"""


def read(tmp_path: Path, text: str, name: str = "k_wens") -> tuple[dict[str, CodeFrame], list[str]]:
    folder = tmp_path / "codeframes"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    frames, problems = load_code_frames(kinds_bank(), tmp_path)
    return frames, [
        f"{problem.place.line}: {problem.message}"
        for problem in problems
        if problem.place.file.endswith(f"codeframes/{name}.yaml")
    ]


@pytest.fixture
def frame(tmp_path: Path) -> CodeFrame:
    frames, problems = read(tmp_path, GOOD)
    assert problems == []
    return frames["k_wens"]


def test_a_frame_is_read_with_its_codes_in_order(frame: CodeFrame) -> None:
    assert (frame.version, frame.status) == (2, FrameStatus.DRAFT)
    assert [one.code for one in frame.codes] == ["les", "geld", "anders", "niets", "kan_niet"]
    assert frame.code_of(FrameRole.NOT_CODABLE) == "kan_niet"
    assert frame.codes[0].note == "Also the teacher."


def test_codes_of_a_coding_come_in_the_frames_order_each_once(frame: CodeFrame) -> None:
    assert frame.in_order(["geld", "les", "geld"]) == ("les", "geld")


def test_faults_of_a_coding(frame: CodeFrame) -> None:
    assert frame.faults(["les", "geld"]) == []
    assert frame.faults(["niets"]) == []
    assert frame.faults(["niets", "les"]) == ['"niets" stands alone']
    assert frame.faults(["boot", "les"]) == ['"boot" is not in the code frame']


def test_words_of_other_namely_have_a_frame_too(tmp_path: Path) -> None:
    frames, problems = read(tmp_path, GOOD.replace("k_wens", "k_werk_other"), "k_werk_other")
    assert (list(frames), problems) == (["k_werk_other"], [])


@pytest.mark.parametrize(
    ("was", "becomes", "expected"),
    [
        (
            "variable: k_wens",
            "variable: k_uren",
            '1: variable "k_uren" is not the name of its file',
        ),
        ("version: 2", "version: 0", "2: version is 0, expected 1 or more"),
        ("version: 2", 'version: "2"', "2: version is text (2), expected a whole number"),
        ("status: draft", "status: done", '3: status is "done", expected draft or final'),
        ('code: "les"', 'code: "Les"', '5: code "Les": use lower-case letters, digits and _'),
        ('code: "les"', 'code: "skip"', '5: code "skip" is kept for missing answers'),
        ('code: "les"', "code: 1", '5: code is a number (1), expected quoted text; write "1"'),
        ('code: "geld"', 'code: "les"', '6: code "les" stands twice'),
        (', en: "About money"', "", '6: key "en" is missing'),
        ("role: other", "role: rest", '7: role is "rest", expected other or'),
        (", role: other", "", "5: found 0 codes with role other, expected one"),
        ("exclusive: true, role: nothing_said", "role: nothing_said", '5: code "niets"'),
        ("note:", "remark:", '5: unknown key "remark"'),
    ],
)
def test_faults_of_a_file_are_named_with_their_line(
    tmp_path: Path, was: str, becomes: str, expected: str
) -> None:
    frames, problems = read(tmp_path, GOOD.replace(was, becomes, 1))

    assert frames == {}
    assert any(one.startswith(expected) for one in problems), problems


def test_all_faults_of_all_files_are_named_at_once(tmp_path: Path) -> None:
    read(tmp_path, GOOD.replace("version: 2", "version: 0"))
    text = GOOD.replace("k_wens", "k_uren").replace('"geld"', '"Geld"')
    read(tmp_path, text, "k_uren")

    _, problems = load_code_frames(kinds_bank(), tmp_path)

    files = {Path(problem.place.file).name for problem in problems}
    assert files == {"k_wens.yaml", "k_uren.yaml"}
    assert len(problems) == 3  # k_uren holds no words, and its code is faulty


def test_contact_details_have_no_frame(tmp_path: Path) -> None:
    _, problems = read(tmp_path, GOOD.replace("k_wens", "p_adres"), "p_adres")
    assert problems == ['1: no question keeps words of people\'s own as "p_adres"']


def test_a_study_without_frames_has_no_problem() -> None:
    assert load_code_frames(kinds_bank(), KINDS) == ({}, [])


def test_every_open_question_of_the_study_has_a_frame_that_researchers_have_to_settle() -> None:
    frames, problems = load_code_frames(real_bank(), STUDY)

    assert problems == []
    assert set(frames) == {"e_meedoen_open", "o_goed", "o_beter_open", "o_opmerking"}
    assert {one.status for one in frames.values()} == {FrameStatus.DRAFT}


def test_a_code_shared_with_the_closed_question_is_one_of_its_themes() -> None:
    frames, _ = load_code_frames(real_bank(), STUDY)
    closed = next(item for item in real_bank().items if item.var == "o_verbeter")
    listed = [option.code for option in closed.options if not option.exclusive]

    themes = [one.code for one in frames["o_beter_open"].codes]

    assert themes[: len(listed)] == listed
    assert not {option.code for option in closed.options if option.exclusive} & set(themes)
