"""Faults to plant in a copy of the real study, and where the gate must see each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

STUDY = "surveys/perspectief"
WHO = f"{STUDY}/modules/02_wie.yaml"
LESSONS = f"{STUDY}/modules/08_les.yaml"
START = f"{STUDY}/modules/03_begin.yaml"
ROOT = f"{STUDY}/study.yaml"
SCALES = f"{STUDY}/scales.yaml"
WAVE = f"{STUDY}/waves/2024.yaml"
CATALOG = "translations/ar/LC_MESSAGES/perspectief.po"
INTERFACE = "translations/ar/LC_MESSAGES/messages.po"
ISOLATED = "\u2068DUO\u2069"


@dataclass(frozen=True)
class Fault:
    """One edit of one file, and the line and words that name it."""

    name: str
    file: str
    old: str
    """A regular expression; only its first match after ``start`` is replaced."""
    new: str
    words: str
    """Of the message."""
    at: str = ""
    """Text on the line that must be named, after ``start``; by default that of ``start``."""
    start: str = ""
    shown: str = ""
    """The file that must be named, when it is another than the one edited."""
    may_be_overridden: bool = False

    def plant(self, folder: Path) -> tuple[str, int]:
        """Edit the copy; return file and line that must be named."""
        file = folder / self.file
        text = file.read_text("utf-8")
        begin = text.index(self.start)
        edited, count = re.subn(
            self.old, lambda _: self.new, text[begin:], count=1, flags=re.MULTILINE | re.DOTALL
        )
        assert count == 1, f"{self.name}: nothing to edit"
        file.write_text(text[:begin] + edited, "utf-8")
        shown = self.shown or self.file
        read = (folder / shown).read_text("utf-8")
        after = begin if shown == self.file else 0
        line = read.count("\n", 0, read.index(self.at or self.start, after)) + 1
        return shown.removeprefix("translations/"), line


def item(name: str, file: str, var: str, old: str, new: str, words: str, **more: object) -> Fault:
    """A fault of one question; its line is that of the question unless ``at`` says otherwise."""
    return Fault(name, file, old, new, words, start=f"- var: {var}\n", **more)  # type: ignore[arg-type]


def words_of(context: str, msgstr: str) -> dict[str, str]:
    """The edit that gives a text of the Arabic catalog another translation."""
    return {
        "file": CATALOG,
        "start": f'msgctxt "{context}"\n',
        "old": r"^msgstr .*?\n\n",
        "new": f'msgstr "{msgstr}"\n\n',
        "at": "msgid ",
    }


def of_text(name: str, context: str, msgstr: str, words: str) -> Fault:
    return Fault(name=name, words=words, **words_of(context, msgstr))


TEXTS = [
    of_text("text without translation", "r_wonen", "", "r_wonen: is not translated"),
    of_text("lost placeholder", "r_gemeente|repeat", "هل هذا صحيح؟", '"{prev}" is missing'),
    of_text("swapped placeholder", "r_gemeente|repeat", "في {prov}. صحيح؟", '"{prov}" is not in'),
    of_text("lost number", "r_voor2022|option voor", "قبل ذلك", "2022"),
    of_text("number without isolates", "r_voor2022|option voor", "قبل 1 يناير 2022", "isolates"),
    of_text("word without isolates", "r_brief|help", "DUO هي المؤسسة.", "isolates"),
    of_text("embedding instead of isolate", "r_wonen", "أين \u202bتسكنون؟", "holds an embedding"),
    of_text("control character", "r_wonen", "أين تسكنون\u007f؟", "U+007F"),
    of_text("text that is too long", "r_wonen", "تسكنون " * 60, "at most 300"),
    of_text("letters nobody sees", "r_wonen", "\u200b\u200e", "U+200B, which is no letter"),
    of_text("a full stop for a text", "r_wonen", ".", "r_wonen: holds no words"),
    of_text("Dutch between isolates", "r_wonen", "\u2068Waar woont u nu?\u2069",
            "it says the source text itself"),
    of_text("Latin letters only, between isolates", "r_wonen", "\u2068Where?\u2069",
            "holds no letter of the script of ar"),
    of_text("hidden tag letters", "r_wonen", "أين تسكنون؟\U000e0041", "U+E0041"),
    of_text("mark of direction at the end", "r_wonen", "أين تسكنون؟\u200f", "U+200F"),
    of_text("two answers in the same words", "scale agree5|5", "أوافق تمامًا",
            "scale agree5|5: says"),
    Fault("guess of an editor", CATALOG, r'msgctxt "r_wonen"\n', '#, fuzzy\nmsgctxt "r_wonen"\n',
          "r_wonen: is marked as fuzzy", start="# What respondents read",
          at='msgid "Waar woont u nu?"'),
    Fault("string that stands twice word for word", CATALOG, r'msgctxt "r_gemeente"\n',
          'msgctxt "r_wonen"\nmsgid "Waar woont u nu?"\nmsgstr "أين؟"\n\nmsgctxt "r_gemeente"\n',
          "the string stands on line", start='msgctxt "r_wonen|option anders"\n',
          at='msgid "Waar woont u nu?"'),
    Fault("stale translation", CATALOG, r'(?<=# source: )\w{8}', "00000000",
          "r_gemeente: is stale", start='msgctxt "r_wonen|option anders"\n',
          at='msgid "In welke gemeente woont u?"'),
    Fault("source that changed", WHO, "Waar woont u nu\\?", "Waar woont u vandaag?",
          "the source text changed", start="- var: r_wonen\n", shown=CATALOG,
          at='msgid "Waar woont u nu?"'),
    Fault("text that is not in the catalog", CATALOG, r'msgctxt "r_wonen"\n', 'msgctxt "r_won"\n',
          "r_wonen: is not in the catalog", start="# What respondents read"),
    Fault("text that stands twice", CATALOG, r'msgctxt "r_wonen"\n', 'msgctxt "r_gemeente"\n',
          '"r_gemeente" stands on line', start="# What respondents read",
          at='msgid "In welke gemeente woont u?"'),
    Fault("catalog with half a string", CATALOG, r'^msgstr "(?=.)', "msgstr ",
          "expected a string in quotes", start='msgctxt "r_wonen"\n', at="msgstr "),
    Fault("state that says nothing", CATALOG, "# state: draft", "# state: reviewed by me",
          'state is "reviewed by me"', start="# state: draft", at="msgid "),
    Fault("wave language without catalog", WAVE, r"languages: .*?\]", "languages: [nl, en, so]",
          "asked in so, which has no catalog", start="languages:"),
]  # fmt: skip

INTERFACE_TEXTS = [
    Fault("word of the interface without translation", INTERFACE, r'^msgstr .*?\n\n',
          'msgstr ""\n\n', "is not translated", start='msgid "Help"\n'),
    Fault("broken placeholder of the interface", INTERFACE, r"^msgstr .*?\n\n",
          'msgstr "%(lenght)s %(digits)s"\n\n', '"%(lenght)s" is not in the source',
          start='msgid "A code has %(length)s digits. You typed %(digits)s."\n'),
    Fault("missing plural", INTERFACE, r"\Z",
          '\nmsgid "%(number)s answer left"\nmsgid_plural "%(number)s answers left"\n'
          'msgstr[0] "إجابة"\nmsgstr[1] "إجابتان"\nmsgstr[2] ""\nmsgstr[3] ""\n'
          'msgstr[4] ""\nmsgstr[5] ""\n',
          "lacks plural form 2, 3, 4, 5", at='msgid "%(number)s answer left"', start="msgid"),
    Fault("word that the program says and no catalog has", INTERFACE, r'msgid "Help"\n',
          'msgid "Hulp"\n', '"Help": is not in the catalog', start="# "),
]  # fmt: skip

QUESTIONS = [
    item("key nobody knows", LESSONS, "q_tempo", "block: c", "blok: c", 'unknown key "blok"',
         at="blok: c"),
    item("text in one language only", LESSONS, "q_tempo", r', en: "How fast do the lessons go\?"',
         "", "no text in language en", at="text: {nl"),
    item("code without quotes", LESSONS, "q_tempo", '"langzaam"', "no", "expected quoted text",
         at="{code: no,"),
    item("condition that cannot be read", LESSONS, "q_tempo", r"\(t_started == 'ja'\)",
         "(t_started = 'ja')", "=", at="when:"),
    item("condition on an unknown variable", LESSONS, "q_tevreden", "t_started", "t_strted",
         'unknown variable "t_strted"'),
    item("condition on a later question", WHO, "r_brief", "fr_act == 'unknown'",
         "q_tempo == 'goed'", '"q_tempo", which is not asked earlier'),
    item("code kept for missing answers", LESSONS, "q_tempo", '"langzaam"', '"dk"',
         'option code "dk" is kept'),
    item("code that stands twice", LESSONS, "q_tempo", '"langzaam"', '"snel"', '"snel"',
         at='{code: "snel", nl: "Te snel"'),
    item("scale that does not exist", LESSONS, "q_tevreden", "sat5", "sat9", "sat9",
         at="scale: sat9"),
    item("variable that stands twice", LESSONS, "q_tempo", "q_tempo", "q_tevreden",
         '"q_tevreden" is in', at="- var: q_tevreden\n"),
    item("insertion that nothing fills", LESSONS, "q_tempo", "de lessen", "de {lessen}", "lessen"),
    item("insertions that differ", WHO, "r_gemeente", r"you live in \{prev\}", "you live there",
         "insertions differ"),
    item("concept that does not exist", LESSONS, "q_tempo", "les.pace", "les.peace",
         '"les.peace" is not in study.yaml'),
    item("limits upside down", WHO, "r_brief", '"2013-01", max: interview_month',
         '"2013-01", max: "2010-01"', "is above max"),
    item("event that is no answer", WHO, "r_wonen", r'until: \["huis"\]', 'until: ["villa"]',
         'until names "villa"'),
    item("question that is too long", LESSONS, "q_tempo", "Hoe snel gaan de lessen",
         "Hoe snel gaan de lessen" * 14, "at most 300"),
    item("markup of an author", LESSONS, "q_tempo", "de lessen", "de <b>lessen</b>",
         "holds < or >"),
    item("override of an author", LESSONS, "q_tempo", "de lessen", "de \u202elessen",
         "U+202A to U+202E"),
    item("English that is Dutch", LESSONS, "q_tempo", r'en: "[^"]*"',
         'en: "Hoe snel gaan de lessen?"', "what the first language says"),
    item("two answers of an author in the same words", LESSONS, "q_tempo", "Te snel",
         "Te langzaam", 'says "Te langzaam" in nl'),
]  # fmt: skip

STUDY_FILES = [
    Fault("file that is no YAML", LESSONS, "module:", "module: [", "flow sequence", start="module:",
          at="  title:"),
    Fault("derived variable that reads a later answer", ROOT, r"(?<=after: )r_\w+", "x_welkom",
          'which comes after "x_welkom"', start="- var: r_grp"),
    Fault("ending after a question that is not there", ROOT, r"(?<=- after: )\w+", "c_meedoe",
          'no such item', start="terminations:", at="- after: c_meedoe"),
    Fault("date that is none", WAVE, '"2023-11-13"', '"2023-13-13"', "expected a date",
          start="opens:"),
    Fault("wave that builds on a later one", f"{STUDY}/waves/2025.yaml", r"\[2024\]", "[2027]",
          "expected a wave before 2025", start="preload_from:"),
    Fault("wave that closes before it opens", WAVE, r'"\d+-\d+-\d+"', '"2023-01-31"',
          "closes before it opens", start="closes:"),
    Fault("language read aloud that is not asked in", WAVE, r"\Z",
          "\naudio: {languages: [so], required: draft}\n", 'not asked in "so"',
          start="closes:", at="audio:"),
    Fault("worked respondent on another route", f"{STUDY}/paths/refusal_2024.yaml",
          r"status: \S+", "status: complete", "the route ends as refused", start="expect:",
          at="status:"),
    Fault("worked respondent who gives no such answer",
          f"{STUDY}/paths/asiel_wi2021_a_2024.yaml", '"huis"', '"villa"',
          '"villa" is no answer to "r_wonen"', start="  r_wonen:"),
    Fault("theme without words", f"{STUDY}/codeframes/o_goed.yaml",
          r'    en: "A teacher who explains well or pays attention"\n', "", "en",
          start='  - code: "docent"'),
    Fault("code of a code list that stands twice", f"{STUDY}/codelists/municipalities.csv",
          "GM0796", "GM0518", "GM0518", start="GM0796", at="GM0518,'s-Hertogenbosch"),
]  # fmt: skip

LESSER = [
    item("block that the condition does not ask for", LESSONS, "q_tempo", r"block: \w+",
         "block: a", "its condition does not ask for it", may_be_overridden=True),
    Fault("numbers that are no JSON", f"{STUDY}/numbering.json", r'^ "variables"', ' variables"',
          "not a table of numbers", at='variables"', may_be_overridden=True),
    Fault("margins without categories", f"{STUDY}/margins/nationality_wi2021_2023-10-01.csv",
          "category", "categorie", 'no column "category"', may_be_overridden=True),

    Fault("table of an unknown variable", f"{STUDY}/tables/key_figures.yaml", "stub: e_grade",
          "stub: e_graad", "e_graad", start="  - id: h1_cijfer", at="stub: e_graad",
          may_be_overridden=True),
    Fault("new code without a number", f"{STUDY}/numbering.json", '"r_wonen"', '"r_woonde"',
          "r_wonen has codes without a number", start="{", may_be_overridden=True),
]  # fmt: skip
