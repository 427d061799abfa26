"""Number to words and back.

Expected phrases are those of the published summary with the synthetic percentages of our domain
notes: *From number to words, and the B1 summary*, section 2, and the findings it lists.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import RecipeError
from analysis.findings import read_findings
from analysis.phrases import Modifier, PhraseBook, capitalised, read_phrases, whole_percent

STUDY = Path("surveys/perspectief")
PUBLISHED = {
    "F02a": (0.71, "ongeveer zeven op de tien"),
    "F02b": (0.71, "ongeveer zeven op de tien"),
    "F02c": (0.71, "ongeveer zeven op de tien"),
    "F11": (0.50, "de helft"),
    "F18": (0.73, "bijna driekwart"),
    "F24": (0.48, "bijna de helft"),
    "F25": (0.667, "twee derde"),
    "F26": (0.61, "ongeveer zes op de tien"),
    "F40": (0.62, "ruim zes op de tien"),
    "F45": (0.76, "ongeveer drie op de vier"),
    "F52": (0.34, "ongeveer één op de drie"),
    "F55": (0.40, "vier op de tien"),
}
ANCHORS = (10, 20, 25, 30, 33, 40, 50, 60, 67, 70, 75, 80, 90)
TIES = {15, 45, 55, 85}
"""As far from two anchors: the rule takes the lower one and says "ruim", which is read as up to 4.9
points above it. The only percentages whose phrase does not read back to them."""


@pytest.fixture(scope="module")
def book() -> PhraseBook:
    return read_phrases(STUDY / "phrases.yaml")


def sharp(book: PhraseBook, share: float) -> str:
    return book.phrase(share, share - 0.02, share + 0.02).words


@pytest.mark.parametrize(("finding", "share", "words"), [(k, *v) for k, v in PUBLISHED.items()])
def test_fixture_share_comes_out_as_the_published_phrase(book, finding, share, words):
    written = sharp(book, share)

    # F45 is printed with the synonym of our house form, "driekwart".
    house = words.replace("drie op de vier", "driekwart")
    assert written == house
    assert book.read(words) == book.read(written)
    published = {one.id: one for one in read_findings(STUDY / "findings.csv")}[finding]
    assert published.published.casefold() == words
    assert published.published_low <= share <= published.published_high


@pytest.mark.parametrize("percent", range(6, 95))
def test_every_percentage_reads_back_to_itself(book, percent):
    phrase = book.phrase(percent / 100, percent / 100 - 0.02, percent / 100 + 0.02)

    assert book.read(phrase.words) == phrase.range
    assert (percent / 100 in phrase.range) is (percent not in TIES)


@pytest.mark.parametrize("percent", range(6, 95))
def test_modifier_follows_the_distance_to_the_nearest_anchor(book, percent):
    anchor = min(ANCHORS, key=lambda one: (abs(percent - one), one))
    phrase = book.phrase(percent / 100, percent / 100 - 0.03, percent / 100 + 0.03)

    distance = percent - anchor
    expected = (
        Modifier.NONE
        if distance == 0
        else Modifier.ABOUT
        if abs(distance) == 1
        else Modifier.ABOVE
        if distance > 0
        else Modifier.BELOW
    )
    assert phrase.modifier is expected
    assert book.nearest(percent).percent == anchor


@given(st.integers(600, 9400), st.integers(600, 9400))
def test_a_higher_share_never_has_a_lower_anchor(first, second):
    book = read_phrases(STUDY / "phrases.yaml")
    low, high = sorted((first, second))

    anchors = [book.nearest(whole_percent(share / 10000)).percent for share in (low, high)]

    assert anchors == sorted(anchors)


@pytest.mark.parametrize(
    ("half_width", "words"),
    [(0.030, "bijna driekwart"), (0.031, "ongeveer driekwart"), (0.2, "ongeveer driekwart")],
)
def test_only_a_narrow_interval_allows_more_than_ongeveer(book, half_width, words):
    assert book.phrase(0.73, 0.73 - half_width, 0.73 + half_width).words == words


def test_without_an_interval_nothing_sharp_is_written(book):
    assert book.phrase(0.5, None, None).words == "ongeveer de helft"


@pytest.mark.parametrize(
    ("share", "percent"), [(0.725, 73), (0.735, 74), (0.005, 1), (0.145, 15), (0.1449, 14)]
)
def test_halves_are_rounded_up(share, percent):
    assert whole_percent(share) == percent


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.0, "bijna niemand"),
        (0.054, "bijna niemand"),
        (0.055, "bijna één op de tien"),
        (0.944, "ruim negen op de tien"),
        (0.945, "bijna iedereen"),
        (1.0, "bijna iedereen"),
    ],
)
def test_near_nothing_and_all_no_fraction_is_written(book, share, words):
    assert sharp(book, share) == words


@pytest.mark.parametrize(
    ("share", "group", "words", "plural"),
    [
        (0.70, "mensen", "zeven op de tien mensen", True),
        (0.30, "mensen", "drie op de tien mensen", True),
        (0.33, "mensen", "één op de drie mensen", False),
        (0.50, "mensen", "de helft van de mensen", False),
        (0.75, "mensen die werken,", "driekwart van de mensen die werken,", False),
        (0.67, "hen", "twee derde van hen", False),
        (0.60, "hen", "zes op de tien van hen", True),
        (0.99, "mensen", "bijna alle mensen", True),
        (0.01, "mensen", "bijna geen mensen", True),
        (0.99, "hen", "bijna iedereen", False),
    ],
)
def test_phrase_takes_its_group_and_says_how_the_verb_stands(book, share, group, words, plural):
    phrase = book.phrase(share, share - 0.02, share + 0.02)

    assert phrase.of(group) == words
    assert phrase.is_plural(group) is plural


@pytest.mark.parametrize(
    ("words", "low", "high"),
    [
        # Bare +-2, ongeveer +-2.5, ruim to +4.9, bijna from -4.9, cut off halfway to the next.
        ("de helft", 0.48, 0.52),
        ("Ongeveer zeven op de tien", 0.685, 0.725),
        ("Bijna driekwart", 0.725, 0.75),
        ("ruim zes op de tien", 0.60, 0.635),
        ("twee op de drie", 0.65, 0.685),
        ("bijna de helft", 0.451, 0.50),
        ("een derde", 0.315, 0.35),
    ],
)
def test_published_words_are_read_as_a_range(book, words, low, high):
    found = book.read(words)

    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high))


@pytest.mark.parametrize("words", ["Veel", "soms", "meer dan de helft", ""])
def test_words_that_are_no_fraction_have_no_range(book, words):
    assert book.read(words) is None


@pytest.mark.parametrize(
    ("words", "share", "wrong"),
    [
        ("de meeste", 0.50, True),
        ("de meeste", 0.501, False),
        ("veel", 0.249, True),
        ("veel", 0.25, False),
        ("soms", 0.01, False),
    ],
)
def test_only_plain_contradictions_of_vague_words_are_found(book, words, share, wrong):
    assert book.contradicts(words, share) is wrong


@pytest.mark.parametrize(
    ("difference", "adverb"),
    [(0.02, None), (0.03, "iets"), (-0.09, "iets"), (0.1, ""), (0.19, ""), (-0.2, "veel")],
)
def test_adverb_follows_the_points_between_groups(book, difference, adverb):
    assert book.adverb(difference) == adverb


def test_sentence_begins_with_eén_without_its_first_accent():
    assert capitalised("één op de drie mensen werkt.") == "Eén op de drie mensen werkt."
    assert capitalised("de helft werkt.") == "De helft werkt."


def test_faults_in_the_table_are_named_with_their_line(tmp_path):
    text = (STUDY / "phrases.yaml").read_text(encoding="utf-8")
    path = tmp_path / "phrases.yaml"
    path.write_text(text.replace("verb: plural}", "verb: both}", 1), encoding="utf-8")

    with pytest.raises(RecipeError, match=r": \d+: 'both' is neither singular nor plural"):
        read_phrases(path)
