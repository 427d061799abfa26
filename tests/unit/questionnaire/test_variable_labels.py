"""Labels of variables that nobody is asked: what an analyst reads over a column and in SPSS."""

from pathlib import Path

from app.questionnaire.codebook import codebook
from app.questionnaire.compile import compile_wave
from app.questionnaire.source import load_bank
from tests.unit.questionnaire.drafts import GLAD, write_draft

LABELS = """\
labels:
  - var: fr_group
    label: {en: "Group"}
    options:
      - {code: "a", en: "People of A"}
      - {code: "b", en: "People of B"}
"""


def draft(folder: Path, labels: str) -> Path:
    return write_draft(folder, items=GLAD, files={"labels.yaml": labels})


def problems(folder: Path, labels: str) -> list[tuple[str, int, str]]:
    found = load_bank(draft(folder, labels))[1]
    return [(Path(one.place.file).name, one.place.line, one.message) for one in found]


def test_codebook_says_the_label_and_the_words_of_each_code(tmp_path):
    bank, found = load_bank(draft(tmp_path, LABELS))
    assert bank is not None, found
    book = codebook(bank, [compile_wave(bank, 2024)])
    group = next(one for one in book["variables"] if one["name"] == "fr_group")

    assert group["label"] == {"en": "Group"}
    assert [code["label"] for code in group["codes"]] == [
        {"en": "People of A"},
        {"en": "People of B"},
    ]


def test_code_without_words_is_named_with_its_line(tmp_path):
    labels = LABELS.replace('      - {code: "b", en: "People of B"}\n', "")

    assert problems(tmp_path, labels) == [("labels.yaml", 2, 'code "b" of "fr_group" has no label')]


def test_words_for_a_code_that_does_not_exist_are_refused(tmp_path):
    labels = LABELS + '      - {code: "c", en: "People of C"}\n'

    assert [message for *_, message in problems(tmp_path, labels)] == ['"fr_group" has no code "c"']


def test_words_for_an_unknown_variable_are_refused(tmp_path):
    labels = LABELS + '  - {var: fr_typo, label: {en: "Typo"}}\n'

    assert problems(tmp_path, labels) == [
        ("labels.yaml", 7, '"fr_typo" is no frame, paradata, assigned or derived variable')
    ]


def test_every_code_of_the_study_has_words_of_its_own():
    bank, found = load_bank(Path("surveys/perspectief"))
    assert bank is not None, found
    book = codebook(bank, [compile_wave(bank, wave) for wave in bank.waves])
    unasked = [one for one in book["variables"] if one["kind"] in {"frame", "derived", "assigned"}]

    assert unasked
    assert {one["name"] for one in unasked if not one["label"]["nl"]} == set()
    assert {one["name"] for one in unasked if len(one["label"]["nl"]) > 80} == set()
