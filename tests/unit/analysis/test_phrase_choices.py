"""Which words a share bears: worked out by hand from `phrases.yaml`."""

from __future__ import annotations

import pytest

from analysis.phrase_choices import Ground, phrase_choices
from analysis.phrases import read_phrases
from app.services.bootstrap import STUDY

BOOK = read_phrases(STUDY / "phrases.yaml")


def words(share: float, low: float, high: float) -> list[str]:
    return [one.phrase.words for one in phrase_choices(BOOK, share, low, high)]


def test_narrow_interval_allows_sharp_words_and_the_rule_comes_first() -> None:
    # 72 %: two above 70, read up to halfway to 75 (72.5); three below 75, read down to 72.5.
    assert words(0.72, 0.70, 0.74) == [
        "ruim zeven op de tien",
        "zeven op de tien",
        "ongeveer zeven op de tien",
        "veel",
        "de meeste",
    ]


def test_wide_interval_allows_only_about() -> None:
    # Half a width of 6 points is more than the 3 of the study.
    assert words(0.72, 0.66, 0.78) == ["ongeveer zeven op de tien", "veel", "de meeste"]


def test_synonyms_are_as_true_as_the_house_form() -> None:
    # 21 %: one beside the anchor; halfway to 25 is 22.5, so nothing of a quarter.
    assert words(0.21, 0.19, 0.23) == [
        "ongeveer één op de vijf",
        "één op de vijf",
        "een vijfde",
        "ongeveer een vijfde",
        "ruim één op de vijf",
        "ruim een vijfde",
    ]


@pytest.mark.parametrize(("low", "there"), [(0.505, True), (0.49, False)])
def test_most_needs_the_whole_interval_above_half(low: float, there: bool) -> None:
    assert ("de meeste" in words(0.55, low, 0.60)) is there


def test_nearly_nobody_has_no_other_words() -> None:
    assert words(0.03, 0.01, 0.05) == ["bijna niemand"]


def test_verb_and_link_follow_the_words() -> None:
    found = {one.phrase.words: one for one in phrase_choices(BOOK, 0.33, 0.31, 0.35)}

    third, one_in_three = found["een derde"].phrase, found["één op de drie"].phrase
    assert third.of("mensen") == "een derde van de mensen"
    assert one_in_three.of("mensen") == "één op de drie mensen"
    assert not third.is_plural("mensen")
    two_thirds = {one.phrase.words: one for one in phrase_choices(BOOK, 0.67, 0.65, 0.69)}
    assert two_thirds["twee op de drie"].phrase.is_plural("mensen")
    assert two_thirds["veel"].ground is Ground.VAGUE
    assert two_thirds["veel"].phrase.of("mensen") == "veel mensen"
