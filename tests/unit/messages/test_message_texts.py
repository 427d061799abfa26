"""The words of letters, e-mails and text messages."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.messages.channels import Channel
from app.messages.texts import read_message_texts

PROJECT = Path(__file__).parents[3]
STUDY = PROJECT / "surveys" / "perspectief"


def written(folder: Path, name: str, text: str) -> Path:
    study = folder / "study"
    (study / "letters").mkdir(parents=True, exist_ok=True)
    (study / "letters" / name).write_text(text, encoding="utf-8")
    return study


def problems_of(study: Path) -> list[str]:
    texts, problems = read_message_texts(study, ("nl", "en"))
    assert texts is None
    return [str(one) for one in problems]


def test_study_says_every_text_in_the_languages_it_is_written_in() -> None:
    texts, problems = read_message_texts(STUDY, ("nl", "en"))

    assert problems == []
    assert texts is not None
    assert all(one.text.keys() == {"nl", "en"} for one in texts.all())
    names = [one.context for one in texts.all()]
    assert len(names) == len(set(names)) > 40


def test_every_message_says_that_taking_part_is_a_choice_without_effect_on_a_permit() -> None:
    texts, _ = read_message_texts(STUDY, ("nl", "en"))
    assert texts is not None

    letter = " ".join(one.text["nl"] for one in texts.shared[Channel.LETTER].values())
    email = " ".join(one.text["nl"] for one in texts.shared[Channel.EMAIL].values())

    for words in (letter, email):
        assert "vrijwillig" in words
        assert "geen gevolgen voor uw verblijfsvergunning, uw uitkering of uw inburgering" in words


def test_what_others_may_read_on_a_phone_names_neither_civic_integration_nor_a_code() -> None:
    texts, _ = read_message_texts(STUDY, ("nl", "en"))
    assert texts is not None

    outside = [step.heading for step in texts.steps[Channel.EMAIL].values()]
    outside += [step.paragraphs[0] for step in texts.steps[Channel.SMS].values()]

    for one in outside:
        assert one is not None
        for words in one.text.values():
            assert "inburger" not in words.lower()
            assert "integration" not in words.lower()
            assert "{code}" not in words
            assert "{name}" not in words


def test_study_without_letters_has_no_messages_and_no_problem(tmp_path: Path) -> None:
    texts, problems = read_message_texts(tmp_path, ("nl",))

    assert problems == []
    assert texts is not None
    assert texts.all() == []


@pytest.mark.parametrize(
    ("name", "text", "line", "said"),
    [
        (
            "sms.yaml",
            'steps:\n  reminder: {nl: "Uw code is {code}", en: "Go to {url}"}\n',
            2,
            "inserts {code}, expected url",
        ),
        ("sms.yaml", 'steps:\n  reminder: {nl: "Ga naar {url}"}\n', 2, "no text in language en"),
        (
            "sms.yaml",
            f'steps:\n  reminder: {{nl: "{"x" * 52}", en: "Go"}}\n',
            2,
            "has 52 characters, expected 51",
        ),
        (
            "sms.yaml",
            'steps:\n  reminder: {nl: "Ga naar \u200b{url}", en: "Go to {url}"}\n',
            2,
            "holds U+200B, which is no letter",
        ),
        (
            "email.yaml",
            'steps:\n  reminder:\n    title: {nl: "Dag", en: "Hi"}\n    paragraphs: []\n',
            3,
            'unknown key "title"',
        ),
        (
            "letter.yaml",
            'steps:\n  invitation:\n    title: {nl: "Dag", en: "Hi"}\n    paragraphs:\n'
            '      - {id: a, nl: "Een", en: "One"}\n      - {id: a, nl: "Twee", en: "Two"}\n',
            6,
            '"letter invitation|a" stands twice',
        ),
    ],
)
def test_fault_is_named_with_its_file_and_line(
    tmp_path: Path, name: str, text: str, line: int, said: str
) -> None:
    study = written(tmp_path, name, text)

    assert any(
        one.startswith(f"study/letters/{name}:{line}: ") and said in one
        for one in problems_of(study)
    ), problems_of(study)
