"""Plain words: what is remarked on, what is let through, and on which line."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.questionnaire.difficult_words import PLAINER
from app.questionnaire.model import Place
from app.questionnaire.plain_language import (
    Vocabulary,
    flesch_douma,
    remarks,
    sentences,
    study_remarks,
    syllables,
)
from app.questionnaire.source import load_bank
from app.questionnaire.text_places import text_places
from app.questionnaire.texts import BankText, texts_of

PLAIN = "Woont u in een huis? Of woont u in een kamer?"
LONG = "Wij willen graag van u weten hoe het met u gaat nu u een jaar in dit dorp woont en werkt."


def rules(text: str, language: str = "nl", terms: Vocabulary | None = None) -> list[str]:
    return [one.rule for one in remarks(text, language, terms or Vocabulary())]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (LONG, "sentence"),
        ("Hoe gaat het met de arbeidsmarktparticipatie?", "word"),
        ("Indien u werkt, wat doet u?", "difficult"),
        ("Wat kreeg u ten behoeve van uw huis?", "difficult"),
        ("U dient deze brief te lezen.", "duty"),
        ("U wordt door de gemeente gebeld.", "passive"),
        ("De brief werd vorige week naar u verstuurd.", "passive"),
        ("Ik heb nooit geen les.", "negation"),
        ("Het is niet zo dat u geen les krijgt.", "negation"),
    ],
)
def test_dutch_that_could_be_plainer_is_remarked_on(text: str, rule: str) -> None:
    assert rules(text) == [rule]


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        "",
        "{r_gemeente}",
        "Niet goed, niet slecht",
        "U wordt morgen ziek.",
        "Heeft u geen werk en ook geen stage?",
        "Belt u 0800 1234 of mailt u info@voorbeeld.nl?",
        "Op 1 januari 2022.",
        "U zorgt bijv. voor een kind.",
    ],
)
def test_plain_dutch_is_left_alone(text: str) -> None:
    assert rules(text) == []


def test_plainer_words_are_offered() -> None:
    (remark,) = remarks("Indien u werkt.", "nl")

    assert remark.message == '"indien" is a word of offices; plainer: als'


def test_word_of_the_term_base_is_let_through_with_its_endings() -> None:
    terms = Vocabulary.of(["inburgeringsplicht", "brede intake"])

    assert rules("Wat is de inburgeringsplicht?") == ["word"]
    assert rules("Wat is de inburgeringsplicht?", terms=terms) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Do you live here? " * 3, []),
        ("This is about the responsibilities of the municipality.", ["word"]),
        ("word " * 19, ["sentence"]),
        ("You must not never do that, whatsoever.", []),
    ],
)
def test_english_is_held_to_the_length_of_sentences_and_words(text: str, found: list) -> None:
    assert rules(text, "en") == found


def test_languages_without_rules_are_not_judged() -> None:
    assert rules("كلمة " * 40, "ar") == []


def test_sentences_end_at_stops_and_lines_but_not_at_abbreviations() -> None:
    text = "Bijv. een huis. Of {r_x} een kamer?\nOf anders"

    assert sentences(text) == ["Bijv een huis.", "Of naam een kamer?", "Of anders"]


@pytest.mark.parametrize(("word", "count"), [("huis", 1), ("gemeente", 3), ("verschillende", 4)])
def test_syllables_are_those_of_dutch(word: str, count: int) -> None:
    assert syllables(word) == count


def test_score_tells_easy_from_hard_and_says_nothing_of_a_few_words() -> None:
    hard = (
        "De beoordeling van maatschappelijke participatiemogelijkheden geschiedt overeenkomstig"
        " voornoemde beleidsmatige uitgangspunten en uitvoeringstechnische randvoorwaarden."
    )
    easy = flesch_douma(PLAIN * 3)

    assert flesch_douma(PLAIN) is None
    assert easy is not None
    assert easy > 90
    assert (flesch_douma(hard * 3) or 0) < 20


def test_list_of_difficult_words_offers_something_else_for_each() -> None:
    assert len(PLAINER) >= 150
    assert all(plainer and plainer != word for word, plainer in PLAINER.items())
    assert [word for word in PLAINER if word != word.lower()] == []


# --- a study --------------------------------------------------------------------------------------


def text(
    context: str, nl: str, *, kind: str = "question", file: str = "modules/a.yaml"
) -> BankText:
    return BankText(context, kind, {"nl": nl, "en": "Plain."}, file)


def test_remark_names_the_line_of_the_words() -> None:
    places = {"q": Place("surveys/x/modules/a.yaml", 12)}

    (problem,) = study_remarks([text("q", "Indien u werkt.")], places)

    assert str(problem).startswith("surveys/x/modules/a.yaml:12: q (nl): ")


def test_long_word_is_named_once_a_file() -> None:
    again = [text(f"q{at}", "Uw arbeidsmarktpositie?") for at in range(4)]

    assert len(study_remarks(again, {})) == 1


def test_file_is_measured_as_a_whole_without_its_answers() -> None:
    long = [text(f"q{at}", "een twee drie vier vijf " * 3) for at in range(3)]
    answers = [text(f"q|option {at}", "Ja", kind="answer") for at in range(60)]

    (problem,) = study_remarks([*long, *answers], {"q0": Place("surveys/x/modules/a.yaml", 9)})

    words = "sentences (nl) have 15.0 words on average, at most 12"
    assert str(problem) == f"surveys/x/modules/a.yaml:1: {words}"


def test_letters_may_be_a_little_harder_than_questions() -> None:
    told = "Wij vragen u om mee te doen aan een onderzoek naar uw lessen en uw werk. " * 3
    score = flesch_douma(told) or 0
    harder = told + "Onderzoekers bestuderen beleidsmaatregelen. " * 2

    def scored(file: str) -> list[str]:
        found = study_remarks([text("q", harder, file=file)], {})
        return [one.message for one in found if "Flesch" in one.message]

    middle = flesch_douma(harder) or 0
    assert score > middle
    assert 70 <= middle < 80
    assert scored("modules/a.yaml") == [
        f"reads as {middle:.1f} by Flesch-Douma, expected 80 or more"
    ]
    assert scored("letters/letter.yaml") == []


STUDIES = Path(__file__).parents[3] / "surveys"


def test_every_text_of_the_real_study_is_found_on_the_line_of_its_words() -> None:
    """A text that is folded over lines is found by its beginning."""
    folder = STUDIES / "perspectief"
    bank, _ = load_bank(folder)
    assert bank is not None
    texts = texts_of(bank)
    places = text_places(bank, folder, texts)

    for one in texts:
        lines = (folder / one.file).read_text("utf-8").splitlines()
        beginning = one.text["nl"][:20]
        assert beginning in lines[places[one.context].line - 1], one.context
        assert places[one.context].file == f"surveys/perspectief/{one.file}"
