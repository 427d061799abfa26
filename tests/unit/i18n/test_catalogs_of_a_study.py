"""From a study's files to what translators see: every text, named, explained, never guessed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.i18n.catalogs import read_catalog
from app.i18n.remarks import Remarks, Review, Standing, source_hash
from tests.unit.i18n.small_study import (
    MODULE,
    entries_in,
    refresh,
    translate,
    translations_in,
    write_study,
)


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    write_study(tmp_path)
    return refresh(tmp_path)


def test_every_text_a_respondent_may_read_is_there_once_under_its_name(catalog: Path) -> None:
    sources = {name: entry.sources[0] for name, entry in entries_in(catalog).items()}

    assert sources == {
        "study|title": "Klein onderzoek",
        "missing|dk": "Weet ik niet",
        "missing|ref": "Wil ik niet zeggen",
        "missing|skip": "Overgeslagen",
        "missing|na_route": "Niet gevraagd",
        "missing|break_off": "Niet bereikt",
        "scale yesno|yes": "Ja",
        "scale yesno|no": "Nee",
        "scale confirm3|still_true": "Dat klopt nog",
        "scale confirm3|changed": "Dat is veranderd",
        "scale confirm3|never_true": "Dat was nooit zo",
        "module first|title": "Begin",
        "module first|lead": "Eerst over werk.",
        "work": "Werkt u?",
        "pay": "Krijgt u geld?",
        "hours": "Hoeveel uur?",
        "hours|help": "Bijvoorbeeld 24 uur.",
        "hours|when pay == 'no'": "Hoeveel uur helpt u?",
        "hours|unit": "uur",
        "land": "Welk land?",
        "place": "Waar woont u?",
        "place|repeat": "U woont in {prev}. Klopt dat?",
        "place|option town": "Stad",
        "place|option other": "Anders",
        "views": "Uw mening",
        "v_gemeente": "De gemeente helpt.",
        "work|ending when work == 'no'": "Dank u.",
    }


def test_translator_sees_kind_file_english_terms_and_length(catalog: Path) -> None:
    assert entries_in(catalog)["v_gemeente"].comments == (
        "kind: statement",
        "file: modules/first.yaml",
        "in English: The town helps.",
        "term: gemeente = البلدية (gemeente)",
        "longest: 300 characters",
    )


def test_template_holds_no_language_of_translation(catalog: Path, tmp_path: Path) -> None:
    text = (translations_in(tmp_path) / "small.pot").read_text("utf-8")

    assert "البلدية" not in text
    assert "#. term: gemeente\n" in text


def test_refreshing_twice_leaves_the_same_bytes(catalog: Path, tmp_path: Path) -> None:
    doubt = "Is the B1-route meant, or another one? " * 4
    translate(catalog, {"work": "هل تعملون؟"}, Remarks(source="00000000", doubts=(doubt.strip(),)))
    once = refresh(tmp_path).read_bytes()

    assert refresh(tmp_path).read_bytes() == once
    assert entries_in(catalog)["work"].remarks.doubts == (doubt.strip(),)


def test_header_keeps_all_six_plural_forms_of_arabic(catalog: Path) -> None:
    assert read_catalog(catalog).num_plurals == 6
    assert "nplurals=6" in catalog.read_text("utf-8")
    assert ';\\n"' in catalog.read_text("utf-8").split("nplurals=6", 1)[1].split("MIME", 1)[0]


REVIEW = Review("Mina Ahmadi", date(2026, 11, 20))


def test_changed_source_makes_its_translation_stale_and_says_what_it_was(
    catalog: Path, tmp_path: Path
) -> None:
    translate(
        catalog,
        {"work": "هل تعملون؟"},
        Remarks(review=REVIEW, source=source_hash("Werkt u?")),
    )
    write_study(tmp_path, module=MODULE.replace("Werkt u?", "Heeft u werk?"))
    refresh(tmp_path)

    entry = entries_in(catalog)["work"]
    assert entry.sources == ("Heeft u werk?",)
    assert entry.translations == ("هل تعملون؟",)
    assert entry.standing is Standing.STALE
    assert entry.remarks.was == "Werkt u?"
    assert entry.remarks.review == REVIEW

    write_study(tmp_path, module=MODULE)
    refresh(tmp_path)
    again = entries_in(catalog)["work"]
    assert (again.standing, again.remarks.was) == (Standing.REVIEWED, None)


def test_text_that_is_no_longer_asked_goes_out_and_a_new_one_gets_no_guess(
    catalog: Path, tmp_path: Path
) -> None:
    translate(catalog, {"pay": "هل تحصلون على مال؟"})
    write_study(
        tmp_path, module=MODULE.replace("var: pay", "var: paid").replace("pay ==", "paid ==")
    )
    refresh(tmp_path)

    found = entries_in(catalog)
    assert "pay" not in found
    assert found["paid"].translations == ("",)
    assert "#~" not in catalog.read_text("utf-8")


def test_variant_put_before_another_takes_no_words_from_it(catalog: Path, tmp_path: Path) -> None:
    translate(catalog, {"hours|when pay == 'no'": "كم ساعة تساعدون؟"})
    earlier = 'variants: [{when: "work == \'no\'", text: {nl: "Hoe lang?", en: "How long?"}}, '
    write_study(tmp_path, module=MODULE.replace("variants: [", earlier))
    refresh(tmp_path)

    found = entries_in(catalog)
    assert found["hours|when pay == 'no'"].translations == ("كم ساعة تساعدون؟",)
    assert found["hours|when work == 'no'"].translations == ("",)


def test_remark_that_cannot_be_read_is_kept_for_whoever_wrote_it(
    catalog: Path, tmp_path: Path
) -> None:
    translate(catalog, {"work": "هل تعملون؟"})
    wrong = catalog.read_text("utf-8").replace("state: draft", "state: looked at by M.", 1)
    catalog.write_text(wrong, encoding="utf-8")
    refresh(tmp_path)

    assert "looked at by M." in catalog.read_text("utf-8")
    assert entries_in(catalog)["work"].standing is Standing.DRAFT


def test_study_with_a_problem_is_not_handed_to_translators(tmp_path: Path) -> None:
    from app.i18n.refresh import refresh_study

    study = write_study(tmp_path, module=MODULE.replace("scale: yesno", "scale: nowhere"))
    problems = refresh_study(study, translations_in(tmp_path), start=["ar"])

    assert "modules/first.yaml" in str(problems[0])
    assert list(translations_in(tmp_path).glob("*.pot")) == []
