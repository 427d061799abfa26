"""The canonical JSON of a version: the same questionnaire is the same text and the same SHA-256."""

import json
import random
import shutil

import pytest

from app.questionnaire.canonical import from_json, to_json, version_of
from app.questionnaire.compile import compile_wave
from app.questionnaire.routing import route
from app.questionnaire.source import load_bank
from app.questionnaire.walk import random_known, walk
from tests.unit.questionnaire.visits import STUDIES, bank_of, every_instrument, instrument_of


@pytest.fixture
def study(tmp_path):
    """A copy of a tiny study, to be changed."""
    return shutil.copytree(STUDIES / "conditions", tmp_path / "conditions")


def version(folder, old: str = "", new: str = "") -> str:
    """The version of a study after replacing some text in its questions."""
    file = folder / "modules/questions.yaml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1) if old else text)
    bank, problems = load_bank(folder)
    assert problems == []
    return version_of(to_json(compile_wave(bank, 2024)))


@pytest.mark.parametrize(("feature", "wave"), every_instrument())
def test_published_text_reads_back_to_the_same_text(feature, wave):
    text = to_json(instrument_of(feature, wave))

    assert to_json(from_json(text)) == text


@pytest.mark.parametrize(("feature", "wave"), every_instrument())
def test_published_instrument_asks_the_same_pages(feature, wave):
    instrument = instrument_of(feature, wave)
    published = from_json(to_json(instrument))
    for seed in range(10):
        known = random_known(instrument, random.Random(seed))

        found = walk(published, known, random.Random(seed))
        expected = walk(instrument, known, random.Random(seed))

        assert [page.id for page in found.pages] == [page.id for page in expected.pages], seed
        assert found.values == expected.values, seed


def test_text_is_compact_with_sorted_keys_and_plain_letters():
    text = to_json(instrument_of("wording"))
    plain = json.loads(text)

    assert text == json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert "Overgeslagen" in text
    assert list(plain) == sorted(plain)


def test_conditions_are_frozen_as_they_were_written():
    [*_, hours] = json.loads(to_json(instrument_of("conditions")))["items"][:2]

    assert hours["when"] == "has_job == 'yes'"


def test_version_says_nothing_of_files_and_lines():
    text = to_json(instrument_of("conditions"))

    assert ".yaml" not in text
    assert "place" not in text


def test_moving_lines_and_comments_changes_no_version(study):
    before = version(study)

    after = version(study, "items:\n", "# Moved down.\n\n\nitems:\n  # And down.\n\n")

    assert after == before


def test_order_of_keys_changes_no_version(study):
    before = version(study)

    after = version(study, "var: has_job\n    block: core\n", "block: core\n    var: has_job\n")

    assert after == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Do you have a job?", "Do you have work?"),
        ("max: 80", "max: 81"),
        ("hours < 20", "hours < 21"),
        ('code: "fa"', 'code: "prs"'),
        ("'fa' in languages", "'ar' in languages"),
        ('{code: "nl", en: "Dutch"}', '{code: "nl", en: "Dutch", exclusive: true}'),
        ("concept: any\n\n  - var: hours", "concept: any\n    sensitive: true\n\n  - var: hours"),
    ],
)
def test_whatever_a_person_could_notice_changes_the_version(study, old, new):
    if "prs" in new:
        # The condition follows the code.
        version(study, "or 'fa' in languages", "")
    before = version(study)

    assert version(study, old, new) != before


def test_two_options_in_another_order_are_another_version(study):
    before = version(study)
    dutch, arabic = '- {code: "nl", en: "Dutch"}', '- {code: "ar", en: "Arabic"}'

    after = version(study, f"{dutch}\n      {arabic}", f"{arabic}\n      {dutch}")

    assert after != before


def test_version_is_the_sha256_of_the_text():
    """Checked by hand: printf %s '{}' | sha256sum."""
    assert version_of("{}") == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_text_of_something_else_is_refused():
    with pytest.raises((TypeError, KeyError)):
        from_json("{}")


# --- compiling a wave ---------------------------------------------------------------------------


def test_wave_has_its_own_items_and_statements():
    first, second = (instrument_of("batteries", wave) for wave in (2024, 2025))

    assert "s_new" not in first.item_of
    assert "s_new" in second.item_of
    assert first.item_of["s_pace"].var == "lessons"


def test_wave_the_study_does_not_have_is_refused():
    with pytest.raises(ValueError, match=r"wave 2031 is not one of 2024, 2025"):
        compile_wave(bank_of("batteries"), 2031)


def test_code_lists_are_frozen_with_the_version():
    published = from_json(to_json(instrument_of("code_lists")))

    assert published.code_lists == instrument_of("code_lists").code_lists
    assert set(instrument_of("conditions").code_lists) == set()


def test_earlier_answers_are_not_part_of_a_version():
    instrument = instrument_of("repeats", 2025)
    known = random_known(instrument, random.Random(1))
    before = to_json(instrument)

    route(instrument, known, {"born": "1990"})

    assert to_json(instrument) == before
