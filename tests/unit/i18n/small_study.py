"""A study of a few questions in Dutch and English, with one text of every kind."""

from __future__ import annotations

from pathlib import Path

from app.i18n.catalogs import catalog_path, read_catalog, write_catalog
from app.i18n.entries import Entry, read_entries
from app.i18n.refresh import refresh_study
from app.i18n.remarks import Remarks, as_comments, source_hash
from app.questionnaire.model import Bank
from app.questionnaire.source import load_bank

STUDY = """\
id: small
title: {nl: "Klein onderzoek", en: "Small study"}
waves: [2024, 2025]
languages: [nl, en]
missing:
  dk: {nl: "Weet ik niet", en: "I do not know"}
  ref: {nl: "Wil ik niet zeggen", en: "Prefer not to say"}
  skip: {nl: "Overgeslagen", en: "Skipped"}
  na_route: {nl: "Niet gevraagd", en: "Not asked"}
  break_off: {nl: "Niet bereikt", en: "Not reached"}
concepts: {any: {nl: "Begrip", en: "Concept"}}
modules: [first]
terminations:
  - after: work
    when: "work == 'no'"
    status: screened_out
    text: {nl: "Dank u.", en: "Thank you."}
code_lists: {country: territories}
"""

SCALES = """\
scales:
  - id: yesno
    kind: nominal
    options:
      - {code: "yes", nl: "Ja", en: "Yes"}
      - {code: "no", nl: "Nee", en: "No"}
  - id: confirm3
    kind: nominal
    options:
      - {code: "still_true", nl: "Dat klopt nog", en: "Still true"}
      - {code: "changed", nl: "Dat is veranderd", en: "It changed"}
      - {code: "never_true", nl: "Dat was nooit zo", en: "It was never true"}
"""

MODULE = """\
module:
  id: first
  title: {nl: "Begin", en: "Start"}
  lead: {nl: "Eerst over werk.", en: "First about work."}
items:
  - {var: work, block: core, type: single, text: {nl: "Werkt u?", en: "Do you work?"},
     scale: yesno, concept: any}
  - {var: pay, block: core, type: single, text: {nl: "Krijgt u geld?", en: "Are you paid?"},
     scale: yesno, concept: any}
  - {var: hours, block: core, type: number, concept: any,
     text: {nl: "Hoeveel uur?", en: "How many hours?"},
     help: {nl: "Bijvoorbeeld 24 uur.", en: "For example 24 hours."},
     variants: [{when: "pay == 'no'", text: {nl: "Hoeveel uur helpt u?", en: "Hours of help?"}}],
     limits: {min: 0, max: 80, unit: {nl: "uur", en: "hours"}}}
  - {var: land, block: core, type: code_list, list: country, concept: any,
     text: {nl: "Welk land?", en: "Which country?"}}
  - {var: place, block: core, type: single, concept: any,
     text: {nl: "Waar woont u?", en: "Where do you live?"},
     repeat: {policy: confirm,
              text: {nl: "U woont in {prev}. Klopt dat?", en: "You live in {prev}. Still true?"}},
     options: [{code: "town", nl: "Stad", en: "Town"}, {code: "other", nl: "Anders", en: "Other",
                specify: true}]}
  - {var: views, block: core, type: battery, text: {nl: "Uw mening", en: "Your view"},
     scale: yesno, concept: any, waves: [2025],
     statements: [{var: v_gemeente, text: {nl: "De gemeente helpt.", en: "The town helps."}}]}
"""

TERMS = """\
id,official,brackets,nl,en,ar,definition,note,status
gemeente,gemeente,yes,gemeente,municipality,البلدية,Het bestuur,,draft
map,MAP,no,MAP,MAP,وحدة MAP,Een onderdeel,,draft
"""


def write_study(folder: Path, *, languages: dict[int, str] | None = None, module: str = MODULE):
    """Write the study below ``folder``, with a plan for waves that are given languages."""
    study = folder / "surveys" / "small"
    for name, text in {
        "study.yaml": STUDY,
        "scales.yaml": SCALES,
        "modules/first.yaml": module,
        **{
            f"waves/{year}.yaml": f"wave: {year}\nlanguages: [{codes}]\nmode: web\n"
            f'opens: "{year}-01-01"\ncloses: "{year}-02-01"\npreload_from: []\n'
            for year, codes in (languages or {}).items()
        },
    }.items():
        file = study / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    translations_in(folder).mkdir(exist_ok=True)
    (translations_in(folder) / "terms.csv").write_text(TERMS, encoding="utf-8")
    return study


def translations_in(folder: Path) -> Path:
    return folder / "translations"


def bank_in(study: Path) -> Bank:
    bank, problems = load_bank(study)
    assert problems == []
    assert bank is not None
    return bank


def refresh(folder: Path, *, start: tuple[str, ...] = ("ar",)) -> Path:
    """Refresh the catalogs and return the Arabic one."""
    study = folder / "surveys" / "small"
    assert refresh_study(study, translations_in(folder), start=start) == []
    return catalog_path(translations_in(folder), "ar", "small")


def entries_in(path: Path) -> dict[str, Entry]:
    entries, problems = read_entries(path)
    assert problems == []
    return {entry.context: entry for entry in entries}


def translate(path: Path, words: dict[str, str], remarks: Remarks | None = None) -> None:
    """Put translations in a catalog as a translator's editor does."""
    catalog = read_catalog(path)
    for message in catalog:
        if message.id and message.context in words:
            message.string = words[message.context]
            made = remarks or Remarks(source=source_hash(message.id))
            message.user_comments = as_comments(made, translated=True)
    write_catalog(catalog, path)


def everything(path: Path) -> dict[str, str]:
    """A translation of every string that breaks no rule: two words and what must stay."""
    kept = {"place|repeat": "تعيشون في {prev}. صحيح؟", "hours|help": "مثلا \u206824\u2069 ساعة"}
    return {name: kept.get(name, "كلمات عربية") for name in entries_in(path)}
