"""An answer is written as text and read back as itself, whatever a person typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.questionnaire.answers import clean_text, decode, decode_all, encode
from app.questionnaire.model import Kind, Missing
from tests.unit.questionnaire.visits import instrument_of

ITEMS = {
    "text": instrument_of("texts").item_by_var["street"],
    "open": instrument_of("texts").item_by_var["story"],
    "single": instrument_of("other_namely").item_by_var["job"],
    "multiple": instrument_of("exclusive_options").item_by_var["activities"],
    "number": instrument_of("numbers").item_by_var["hours"],
    "month": instrument_of("partial_dates").item_by_var["arrived"],
    "date": instrument_of("partial_dates").item_by_var["exam"],
    "code_list": instrument_of("code_lists").item_by_var["town"],
    "battery": instrument_of("batteries").item_by_var["lessons"],
    "info": instrument_of("info").item_by_var["welcome"],
}
LOOKALIKES = [
    word
    for code in Missing
    for word in (code.value, f"\\{code}", f"\\\\{code}", f"{code} ", f" {code}", code.upper())
]


def back(item, var: str, value):
    return decode(item, var, encode(value))


@pytest.mark.parametrize("code", list(Missing))
@pytest.mark.parametrize("kind", ITEMS)
def test_missing_code_reads_back_as_missing_of_every_kind(kind, code):
    item = ITEMS[kind]

    assert back(item, item.var, code) is code


@pytest.mark.parametrize("word", LOOKALIKES)
def test_typed_word_that_looks_like_a_missing_code_stays_a_word(word):
    item = ITEMS["open"]

    found = back(item, item.var, word)

    assert found == word
    assert not isinstance(found, Missing)
    assert encode(word) not in {code.value for code in Missing}


@given(st.text())
def test_any_text_reads_back_as_itself(words):
    found = back(ITEMS["open"], "story", words)

    assert found == words
    assert type(found) is str


@given(st.sets(st.sampled_from(["work", "school", "sport", "none"]), min_size=1))
def test_any_choice_of_codes_reads_back_in_bank_order(codes):
    item = ITEMS["multiple"]
    chosen = tuple(option.code for option in item.options if option.code in codes)

    assert back(item, item.var, chosen) == chosen


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("single", "baker"),
        ("number", "7"),
        ("month", "2019"),
        ("month", "2019-03"),
        ("date", "2024-02-29"),
        ("code_list", "T01"),
        ("info", "seen"),
    ],
)
def test_answer_of_each_kind_reads_back_as_itself(kind, value):
    item = ITEMS[kind]

    assert back(item, item.var, value) == value


def test_words_of_other_are_not_split_like_codes():
    tools = instrument_of("other_namely").item_by_var["tools"]
    assert tools.kind is Kind.MULTIPLE

    assert back(tools, "tools_other", "spoons, forks, knives") == "spoons, forks, knives"


def test_stored_answers_are_read_by_the_item_that_asks_them():
    instrument = instrument_of("batteries")

    found = decode_all(instrument.item_of, {"s_pace": "yes", "s_end": "skip", "gone": "x"})

    assert found == {"s_pace": "yes", "s_end": Missing.SKIP, "gone": "x"}


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_cleaned_text_can_be_stored_and_cleaning_again_changes_nothing(raw):
    cleaned = clean_text(raw)

    cleaned.encode("utf-8")
    assert "\x00" not in cleaned
    assert clean_text(cleaned) == cleaned


@pytest.mark.parametrize(
    "words", ["Ik 😀 u", "سلام‌ها", "ተግባር", "שלום", "a\tb\nc", "ﬁ", "e\u0301", "👩‍👩‍👧"]
)
def test_letters_of_any_script_stay_as_they_are(words):
    assert clean_text(words) == words
