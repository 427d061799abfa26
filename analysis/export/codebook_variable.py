"""One variable on the codebook page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from analysis.codebook import Codebook, Variable
from analysis.export.codebook_words import Element, both, code, column_heads, element, in_language
from analysis.export.identity import identities
from analysis.export.label_text import plain_line
from analysis.export.labelled import option_label
from analysis.export.numbering import Numbered, Numbering


def variable_article(
    variable: Variable,
    languages: Sequence[str],
    numbering: Numbering,
    by_wave: Mapping[int, Codebook],
) -> Element:
    """Give heading, facts and, where it has codes, the table of a variable's answers."""
    numbered = numbering[variable.name]
    article = element(
        "article",
        {"id": "v-" + "_".join(plain_line(variable.name).split())},
        element("h3", code(variable.name)),
        *(
            element("p", in_language(variable.label[language], language))
            for language in languages
            if variable.label.get(language)
        ),
        element("dl", *_facts(variable, languages, by_wave)),
    )
    if numbered.signed:
        article.append(element("p", *both("signed_note")))
    if numbered.numbers:
        article.append(_answers(variable, numbered, languages))
    return article


def _facts(
    variable: Variable, languages: Sequence[str], by_wave: Mapping[int, Codebook]
) -> Iterator[Element]:
    for language in languages:
        question = variable.question.get(language)
        if question and question != variable.label.get(language):
            yield element("dt", *both("question"), f" ({plain_line(language)})")
            yield element("dd", in_language(question, language))
    yield from _fact("kind", code(variable.kind))
    if variable.base == "true":
        yield from _fact("base", *both("everybody"))
    else:
        yield from _fact("base", code(variable.base))
    yield from _fact("waves", ", ".join(map(str, variable.waves)) or "–")
    found = identities(variable.name, by_wave)
    if found:
        yield element("dt", *both("identity"))
        for wave, identity in found.items():
            yield element("dd", f"{wave}: ", *both(str(identity)))
    if variable.unit:
        yield from _fact("unit", *(in_language(text, one) for one, text in variable.unit.items()))
    if variable.concept:
        yield from _fact("concept", code(variable.concept))
    if variable.research_questions:
        yield from _fact("research", plain_line(", ".join(variable.research_questions)))
    if variable.sensitive:
        yield from _fact("sensitive", *both("yes"))


def _fact(key: str, *content: Element | str) -> tuple[Element, Element]:
    return element("dt", *both(key)), element("dd", *content)


def _answers(variable: Variable, numbered: Numbered, languages: Sequence[str]) -> Element:
    """Give the codes with numbers and words; for several choices, the column of each."""
    exclusive = {option.code for option in variable.codes if option.exclusive}
    keys = ("column",) if variable.is_multiple else ("number", "code")
    rows = []
    for option, number in numbered.numbers.items():
        if variable.is_multiple:
            first = code(f"{variable.name}__{option}")
            row = element("tr", element("th", {"scope": "row"}, first))
        else:
            first = code(option)
            row = element("tr", element("th", {"scope": "row"}, str(number)), element("td", first))
        row.extend(
            element("td", in_language(option_label(variable, option, one), one))
            for one in languages
        )
        if option in exclusive:
            row[-1].extend([element("br"), element("em", *both("exclusive"))])
        rows.append(row)
    return element(
        "table",
        element("caption", *both("answers"), " ", code(variable.name)),
        element("thead", element("tr", *column_heads(keys, languages))),
        element("tbody", *rows),
    )
