"""The codebook as one HTML page: every variable with its words, numbers, base and waves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from lxml import etree

from analysis.codebook import Codebook, Missing, Variable
from analysis.export.codebook_variable import variable_article
from analysis.export.codebook_words import (
    STYLE,
    Element,
    both,
    code,
    column_heads,
    element,
    in_language,
)
from analysis.export.label_text import plain_line
from analysis.export.labelled import languages_of, refuse_own_words
from analysis.export.numbering import MISSING_NUMBERS, Numbering, published_numbers
from analysis.export.whole_file import whole_file
from analysis.responses import Manifest, Responses


def write_codebook_html(
    responses: Responses,
    path: Path,
    *,
    title: Mapping[str, str] | None = None,
    numbering: Numbering | None = None,
    by_wave: Mapping[int, Codebook] | None = None,
) -> None:
    """Write the codebook page.

    Parameters
    ----------
    responses : Responses
        Their codebook is shown, and nothing of the answers: no counts, which would have to pass
        disclosure control first, and no codes of code lists that only the answers tell.
    title : mapping of language to str, optional
        The study's title; its id without one.
    numbering : Numbering, optional
        The study's frozen numbers.
    by_wave : mapping of wave to Codebook, optional
        Codebooks of single waves; with them the page says for each variable whether it stayed the
        same, its text changed or its options did.

    Notes
    -----
    Headings are Dutch and English side by side, content is in every language of the codebook. The
    page has no script, needs no other file, and is written for WCAG 2.2 AA: landmarks, one h1, a
    caption and scopes for every table, a language on every text.
    """
    codebook = responses.codebook
    refuse_own_words(codebook)
    numbers = published_numbers(responses, numbering)
    modules: dict[str, list[Variable]] = {}
    for variable in codebook.variables.values():
        modules.setdefault(_module(variable), []).append(variable)
    sections = [
        _section(f"m{k}", module, variables, codebook, numbers, by_wave or {})
        for k, (module, variables) in enumerate(modules.items())
    ]
    page = _page(
        responses.manifest,
        title or {codebook.languages[0]: codebook.study},
        _contents(modules),
        [_missing(codebook), *sections],
    )
    etree.indent(page, space=" ")
    text = etree.tostring(page, doctype="<!DOCTYPE html>", encoding="unicode", method="html")
    with whole_file(path) as part:
        part.write_text(text + "\n", encoding="utf-8", newline="\n")


def _module(variable: Variable) -> str:
    """Name the section of a variable: its module, or where it comes from."""
    if variable.module:
        return variable.module
    return variable.kind if variable.kind in {"frame", "paradata", "assigned"} else "derived"


def _page(
    manifest: Manifest, title: Mapping[str, str], contents: Element, sections: Sequence[Element]
) -> Element:
    mark = "SYNTHETIC – " if manifest.synthetic else ""
    header = element(
        "header",
        element("h1", *both("codebook")),
        *(element("p", in_language(words, language)) for language, words in title.items()),
        element("p", *both("waves"), ": ", ", ".join(map(str, manifest.waves))),
        element("p", *both("software"), ": ", plain_line(manifest.code_version or "-")),
    )
    if manifest.synthetic:
        header.append(element("p", {"class": "synthetic"}, *both("synthetic")))
    return element(
        "html",
        {"lang": "nl"},
        element(
            "head",
            element("meta", {"charset": "utf-8"}),
            element("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
            element("title", plain_line(f"{mark}Codeboek: {next(iter(title.values()))}")),
            element("style", STYLE),
        ),
        element(
            "body",
            element("a", {"class": "skip", "href": "#main"}, *both("skip")),
            header,
            contents,
            element("main", {"id": "main"}, *sections),
        ),
    )


def _contents(modules: Mapping[str, Sequence[Variable]]) -> Element:
    lines = [
        element("li", element("a", {"href": f"#m{k}"}, plain_line(module)), f" ({len(variables)})")
        for k, (module, variables) in enumerate(modules.items())
    ]
    heading = element("h2", {"id": "contents"}, *both("contents"))
    return element("nav", {"aria-labelledby": "contents"}, heading, element("ol", *lines))


def _missing(codebook: Codebook) -> Element:
    """Explain the five missing codes once, for all variables."""
    languages = languages_of(codebook)
    rows = []
    for letter, kind in zip("abcde", Missing, strict=True):
        words = codebook.missing.get(kind.value, {})
        row = element("tr", element("th", {"scope": "row"}, code(kind.value)))
        row.extend([element("td", str(MISSING_NUMBERS[kind])), element("td", f".{letter}")])
        row.extend(element("td", in_language(words.get(one, "–"), one)) for one in languages)
        rows.append(row)
    return element(
        "section",
        element("h2", *both("missing")),
        element("p", *both("missing_note")),
        element(
            "table",
            element("caption", *both("missing")),
            element("thead", element("tr", *column_heads(("code", "spss", "stata"), languages))),
            element("tbody", *rows),
        ),
    )


def _section(
    key: str,
    module: str,
    variables: Sequence[Variable],
    codebook: Codebook,
    numbering: Numbering,
    by_wave: Mapping[int, Codebook],
) -> Element:
    languages = languages_of(codebook)
    return element(
        "section",
        {"id": key},
        element("h2", plain_line(module)),
        *(variable_article(one, languages, numbering, by_wave) for one in variables),
    )
