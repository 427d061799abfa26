"""What the codebook page says of itself, in Dutch and English, and how it looks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from babel import Locale, UnknownLocaleError
from lxml import etree
from lxml.html.builder import E

from analysis.export.label_text import plain_line

Element = etree._Element

PHRASES: Mapping[str, tuple[str, str]] = {
    "skip": ("Naar de variabelen", "To the variables"),
    "codebook": ("Codeboek", "Codebook"),
    "contents": ("Inhoud", "Contents"),
    "waves": ("Rondes", "Waves"),
    "software": ("Programmaversie", "Software version"),
    "synthetic": (
        "SYNTHETISCH: verzonnen mensen en antwoorden; deze cijfers zeggen niets over wie dan ook.",
        "SYNTHETIC: invented people and answers; these figures say nothing about anybody.",
    ),
    "missing": ("Geen antwoord", "No answer"),
    "missing_note": (
        "Elke variabele kent dezelfde vijf redenen waarom er geen antwoord is. In SPSS zijn ze als "
        "ontbrekend opgegeven; een lege cel betekent dat de ronde de variabele niet had. Nummers "
        "staan in SPSS en Stata, codes in CSV en Parquet.",
        "Every variable has the same five reasons why there is no answer. SPSS files declare them "
        "missing; an empty cell means that the wave did not have the variable. Numbers stand in "
        "SPSS and Stata, codes in CSV and Parquet.",
    ),
    "signed_note": (
        "De antwoorden kunnen negatief zijn; de redenen zijn hier −9991 tot en met −9995.",
        "Answers may be negative; the reasons are −9991 to −9995 here.",
    ),
    "answers": ("Antwoorden van", "Answers of"),
    "number": ("Nummer", "Number"),
    "spss": ("SPSS", "SPSS"),
    "stata": ("Stata", "Stata"),
    "code": ("Code", "Code"),
    "column": ("Kolom", "Column"),
    "question": ("Vraag", "Question"),
    "base": ("Gesteld als", "Asked if"),
    "everybody": ("iedereen", "everybody"),
    "kind": ("Soort", "Kind"),
    "concept": ("Begrip", "Concept"),
    "research": ("Onderzoeksvragen", "Research questions"),
    "sensitive": ("Gevoelig", "Sensitive"),
    "yes": ("ja", "yes"),
    "exclusive": ("sluit andere uit", "excludes others"),
    "unit": ("Eenheid", "Unit"),
    "identity": ("Door de rondes heen", "Across waves"),
    "first": ("voor het eerst", "first time"),
    "same": ("gelijk", "same"),
    "text changed": ("tekst veranderd", "text changed"),
    "options changed": ("antwoorden veranderd", "options changed"),
}
"""Dutch, English."""

STYLE = """
:root { color-scheme: light; }
body { font: 1rem/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff;
  margin-inline: auto; max-inline-size: 60rem; padding: 1rem; }
a { color: #0b4f8a; }
.skip { position: absolute; inset-inline-start: -999rem; }
.skip:focus { position: static; }
.synthetic { border: 3px solid #8a1c00; color: #8a1c00; font-weight: bold; padding: .5rem; }
article { border-block-start: 1px solid #767676; padding-block: 1rem; }
dt { font-weight: bold; }
dd { margin-inline-start: 1.5rem; }
table { border-collapse: collapse; margin-block: .5rem; }
caption { text-align: start; font-weight: bold; }
th, td { border: 1px solid #767676; padding: .25rem .5rem; text-align: start;
  vertical-align: top; overflow-wrap: anywhere; hyphens: auto; }
thead th { background: #eef3f8; }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
"""


def element(name: str, /, *content: Element | str | Mapping[str, str]) -> Element:
    """Give an HTML element with attributes, text and children; text is escaped when written."""
    made: Element = E(name, *content)
    return made


def both(key: str) -> tuple[Element | str, ...]:
    """Give a phrase in Dutch and in English, each marked with its language."""
    dutch, english = PHRASES[key]
    if dutch == english:
        return (dutch,)
    return element("span", {"lang": "nl"}, dutch), " · ", element("span", {"lang": "en"}, english)


def column_heads(keys: Iterable[str], languages: Iterable[str]) -> list[Element]:
    """Give the heads of a table: phrases, and then each language by its own name."""
    return [
        *(element("th", {"scope": "col"}, *both(key)) for key in keys),
        *(element("th", {"scope": "col"}, in_language(own_name(one), one)) for one in languages),
    ]


def own_name(language: str) -> str:
    """Give what a language calls itself, ``Nederlands``; its code where CLDR does not know it."""
    try:
        return Locale.parse(language).get_language_name() or language
    except (UnknownLocaleError, ValueError):
        return language


def in_language(text: str, language: str) -> Element:
    """Give a text marked with its language; the browser finds its direction."""
    return element("span", {"lang": language, "dir": "auto"}, plain_line(text))


def code(text: str) -> Element:
    """Give a name or code as it stands in the files."""
    return element("code", plain_line(text))
