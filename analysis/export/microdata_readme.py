"""The text that lies beside data files: what they are, which weight, what the codes mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from string import Template

from analysis.codebook import Codebook, Missing, words
from analysis.export.labelled import WrittenFile
from analysis.export.numbering import MISSING_NUMBERS, SIGNED_MISSING_NUMBERS
from analysis.responses import Manifest
from analysis.weighting.run import Weighting

NAMES = {"nl": "LEESMIJ.txt", "en": "README.txt"}
_SYNTHETIC = {
    "nl": "SYNTHETISCH: verzonnen mensen en antwoorden, geen uitkomsten over wie dan ook.\n\n",
    "en": "SYNTHETIC: made-up people and answers, no findings about anybody.\n\n",
}
_TEXT = {
    "nl": """${synthetic}MICRODATA van onderzoek ${study}, rondes ${waves}

Deze bestanden bevatten antwoorden van afzonderlijke mensen. Er is geen onthullingsbeveiliging op
toegepast. Ze zijn alleen voor mensen die de antwoorden mogen zien; geef ze niet door. Tabellen die
naar buiten gaan komen uit het tabellenboek, niet uit eigen tellingen op deze bestanden.

BESTANDEN
${files}

WELKE WEEGFACTOR
Een regel is een persoon in een ronde. Kies de weegfactor bij de rondes in uw tabel:
${weights}
Een weegfactor is het aantal mensen in de populatie per regel, geen frequentie: schat fouten met
'stratum' en 'stratum_population' (R survey, Stata svyset), niet met WEIGHT BY in SPSS. Een regel
zonder weegfactor hoort niet bij die steekproef.

ONTBREKENDE ANTWOORDEN
${missing}
In SPSS staan ze als reeks ontbrekend. Aantallen die zelf negatief kunnen zijn (maanden wachttijd)
hebben ${signed_high} tot ${signed_low}. Stata heeft .a tot .e. In Parquet staan de codes als tekst,
bij getallen in een kolom <naam>__missing. Een lege cel: de vraag bestond niet in die ronde.
Maanden zijn JJJJMM, met 00 als de maand onbekend is.

NAMEN EN LABELS
${changed}
Andere tabel namaken: open ${example_r} of ${example_python} en vervang de namen.
""",
    "en": """${synthetic}MICRODATA of study ${study}, waves ${waves}

These files hold the answers of single people. No disclosure control acts on them. They are for
people who may see the answers; do not pass them on. Tables for others come from the book of tables,
not from counts of your own on these files.

FILES
${files}

WHICH WEIGHT
A row is a person in a wave. Take the weight that belongs to the waves in your table:
${weights}
A weight is the number of people of the population per row, not a frequency: estimate errors with
'stratum' and 'stratum_population' (R survey, Stata svyset), not with WEIGHT BY in SPSS. A row
without a weight is not in that sample.

MISSING ANSWERS
${missing}
SPSS has them declared missing as a range. Counts that may be negative themselves (months of
waiting) have ${signed_high} to ${signed_low}. Stata has .a to .e. In Parquet the codes are text,
for numbers in a column <name>__missing. An empty cell: the question did not exist in that wave.
Months are YYYYMM, with 00 where the month is unknown.

NAMES AND LABELS
${changed}
To remake another table: open ${example_r} or ${example_python} and change the names.
""",
}
_WHOLE = {"nl": "Alle namen en labels staan volledig.", "en": "All names and labels are whole."}
_RENAMED = {"nl": "In $file heet $old $new.", "en": "In $file $old is called $new."}
_SHORTENED = {
    "nl": "In $file zijn labels ingekort (volledig in codebook.html): $columns.",
    "en": "In $file labels were cut (whole in codebook.html): $columns.",
}
_BLOCK = {"nl": "vragen van blok $block", "en": "questions of block $block"}


def readme_text(
    manifest: Manifest,
    codebook: Codebook,
    *,
    language: str,
    files: Iterable[tuple[str, str]],
    weightings: Sequence[Weighting],
    written: Sequence[WrittenFile],
    examples: tuple[str, str],
) -> str:
    """Give the text.

    Parameters
    ----------
    language : str
        Dutch for ``nl``, English otherwise.
    files : iterable of (name, what it is)
    written : sequence of WrittenFile
        Of which names and labels had to change.
    examples : tuple of str
        Names of the R and the Python program.
    """
    own = language if language in _TEXT else "en"
    signed = SIGNED_MISSING_NUMBERS
    return Template(_TEXT[own]).substitute(
        synthetic=_SYNTHETIC[own] if manifest.synthetic else "",
        study=manifest.study,
        waves=", ".join(map(str, manifest.waves)),
        files="\n".join(f"  {name:<34} {what}" for name, what in files),
        weights="\n".join(_weight_line(one, own) for one in weightings),
        missing="\n".join(_missing_line(kind, codebook, own) for kind in Missing),
        signed_high=max(signed.values()),
        signed_low=min(signed.values()),
        changed="\n".join(_changes(written, own)) or _WHOLE[own],
        example_r=examples[0],
        example_python=examples[1],
    )


def _weight_line(one: Weighting, language: str) -> str:
    title = words(one.recipe.title, language, one.name)
    if one.block is not None:
        block = Template(_BLOCK[language]).substitute(block=one.block)
        title = f"{title}, {block}"
    return f"  {one.name:<12} {', '.join(map(str, one.recipe.waves)):<18} {title}"


def _missing_line(kind: Missing, codebook: Codebook, language: str) -> str:
    label = words(codebook.missing.get(kind.value, {}), language, kind.value)
    return f"  {MISSING_NUMBERS[kind]:>3}  {kind.value:<10} {label}"


def _changes(written: Sequence[WrittenFile], language: str) -> list[str]:
    lines = []
    for file in written:
        name = file.path.name
        lines += [
            Template(_RENAMED[language]).substitute(file=name, old=old, new=new)
            for old, new in file.renamed.items()
        ]
        if file.shortened:
            columns = ", ".join(file.shortened)
            lines.append(Template(_SHORTENED[language]).substitute(file=name, columns=columns))
    return lines
