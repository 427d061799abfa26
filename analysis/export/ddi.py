"""DDI-Codebook 2.5: the study, its files and every variable, as archives read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from analysis.codebook import Codebook, Missing, Variable
from analysis.export.design_columns import DesignColumn, Role, design_columns
from analysis.export.label_text import plain_line
from analysis.export.labelled import (
    HEAD,
    NOT_CHOSEN,
    head_columns,
    measure_of,
    option_label,
    refuse_own_words,
)
from analysis.export.names import SPSS, accepted_names
from analysis.export.notes import SYNTHETIC, standing_notes
from analysis.export.numbering import Form, Numbered, Numbering, published_numbers
from analysis.export.whole_file import whole_file
from analysis.responses import Manifest, Responses

NAMESPACE = "ddi:codebook:2_5"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_FILE_TYPES = {
    ".sav": "SPSS system file",
    ".zsav": "SPSS system file, compressed",
    ".dta": "Stata 14 file (format 118)",
    ".parquet": "Apache Parquet",
    ".csv": "CSV, UTF-8",
}
_MISSING_IN = {
    ".dta": "The categories -1 to -5 are .a to .e",
    ".csv": "The categories -1 to -5 are dk, ref, skip, na_route and break_off",
    ".parquet": "dk, ref, skip, na_route and break_off; of numbers, in columns <name>__missing",
}
"""How a file says what the category values -1 to -5 say in SPSS."""
Text = Mapping[str, str]


def write_ddi(
    responses: Responses,
    path: Path,
    *,
    files: Sequence[str],
    title: Text | None = None,
    numbering: Numbering | None = None,
    design: Sequence[DesignColumn] | None = None,
) -> None:
    """Write the description of a release as XML.

    Parameters
    ----------
    responses : Responses
    path : Path
    files : sequence of str
        Names of the data files that the document describes, such as ``perspectief.sav``.
    title : mapping of language to str, optional
        The study's title; its id without one.
    numbering : Numbering, optional
        The study's frozen numbers; they are the category values.
    design : sequence of DesignColumn, optional
        Weights and the like in the files; by default those of the responses.

    Notes
    -----
    Valid against the DDI Alliance's schema. Labels, questions and missing codes stand in every
    language that the codebook holds; a category's ``txt`` is its code in CSV and Parquet. There are
    no frequencies, which would have to pass disclosure control first, and no codes of code lists
    that only the answers tell. No date either, so that equal releases give equal bytes.
    """
    refuse_own_words(responses.codebook)
    beside = design_columns(responses) if design is None else tuple(design)
    numbers = published_numbers(responses, numbering)
    root = etree.Element(
        _tag("codeBook"),
        nsmap={None: NAMESPACE},  # type: ignore[dict-item]  # the stubs know no default namespace
        version="2.5",
    )
    root.set(_LANGUAGE, responses.codebook.languages[0])
    _document(root, responses.manifest, title or {})
    _study(root, responses, title or {}, beside)
    columns = list(_columns(responses, numbers))
    for k, file in enumerate(files):
        _file(root, f"F{k + 1}", file, rows=len(responses), columns=len(columns) + len(beside))
    _variables(root, responses, columns, beside, [f"F{k + 1}" for k in range(len(files))])
    etree.indent(root, space=" ")
    content = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    with whole_file(path) as part:
        part.write_bytes(content + b"\n")


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _add(parent: etree._Element, tag: str, text: str = "", /, **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, _tag(tag), attributes)
    if text:
        element.text = plain_line(text)
    return element


def _add_texts(parent: etree._Element, name: str, texts: Text) -> None:
    """Add one element for each language that has words."""
    for language, text in texts.items():
        if text:
            _add(parent, name, text).set(_LANGUAGE, language)


# --- study and files ------------------------------------------------------------------------------


def _document(root: etree._Element, manifest: Manifest, title: Text) -> None:
    citation = _add(_add(root, "docDscr"), "citation")
    _title(citation, manifest, title)
    production = _add(citation, "prodStmt")
    _add(production, "software", "Perspectief", version=manifest.code_version or "unknown")


def _title(citation: etree._Element, manifest: Manifest, title: Text) -> None:
    statement = _add(citation, "titlStmt")
    mark = "SYNTHETIC: " if manifest.synthetic else ""
    if not title:
        _add(statement, "titl", mark + manifest.study)
    for k, (language, text) in enumerate(title.items()):
        _add(statement, "parTitl" if k else "titl", mark + text).set(_LANGUAGE, language)
    _add(statement, "IDNo", manifest.study)


def _study(
    root: etree._Element, responses: Responses, title: Text, design: Sequence[DesignColumn]
) -> None:
    manifest = responses.manifest
    study = _add(root, "stdyDscr")
    citation = _add(study, "citation")
    _title(citation, manifest, title)
    summary = _add(_add(study, "stdyInfo"), "sumDscr")
    for wave in manifest.waves:
        _add(summary, "collDate", f"Wave {wave}", event="single", cycle=str(wave))
    _add(summary, "anlyUnit", "Person and wave: one row for each interview begun")
    _add(summary, "dataKind", "Survey data" + (", synthetic" if manifest.synthetic else ""))
    collection = _add(_add(study, "method"), "dataColl")
    _add(collection, "timeMeth", "Panel: several waves with the same people and refreshment")
    for one in design:
        if one.role is Role.WEIGHT:
            _add(collection, "weight", f"{one.name}: {one.label.get('en', one.name)}")
    for note in standing_notes(manifest):
        _add(study, "notes", note, type="synthetic" if note == SYNTHETIC else "source")


def _file(root: etree._Element, key: str, name: str, *, rows: int, columns: int) -> None:
    text = _add(_add(root, "fileDscr", ID=key), "fileTxt")
    _add(text, "fileName", name)
    _add(text, "fileStrc", type="rectangular")
    dimensions, suffix = _add(text, "dimensns"), Path(name).suffix
    _add(dimensions, "caseQnty", str(rows))
    if suffix != ".parquet":  # it has a column of reasons beside each number
        _add(dimensions, "varQnty", str(columns))
    _add(text, "fileType", _FILE_TYPES.get(suffix, "data file"))
    if suffix in _MISSING_IN:
        _add(text, "dataMsng", _MISSING_IN[suffix])


# --- variables ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Column:
    """A column of the files; ``code`` is the option of a multiple-choice question."""

    name: str
    short_name: str
    variable: Variable | None
    numbered: Numbered
    code: str | None = None


def _columns(responses: Responses, numbering: Numbering) -> Iterable[_Column]:
    for name in head_columns(responses):
        yield _Column(name, name, None, Numbered(Form.NUMBER))
    for variable in responses.codebook.variables.values():
        numbered = numbering[variable.name]
        for name in [one for one in variable.columns if one in responses.table.columns]:
            code = name.removeprefix(f"{variable.name}__") if variable.is_multiple else None
            short = name if code is None else f"{variable.name}__{numbered.numbers[code]}"
            yield _Column(name, short, variable, numbered, code)


def _variables(
    root: etree._Element,
    responses: Responses,
    columns: Sequence[_Column],
    design: Sequence[DesignColumn],
    files: Sequence[str],
) -> None:
    section = _add(root, "dataDscr")
    wanted = [(one.name, one.short_name) for one in columns] + [(d.name, d.name) for d in design]
    names = accepted_names(wanted, SPSS)
    _groups(section, columns, names)
    in_files = {"files": " ".join(files)} if files else {}
    for column, name in zip(columns, names, strict=False):
        element = _add(section, "var", ID=f"V_{name}", name=name, **in_files)
        if column.variable is None:
            _add_texts(element, "labl", HEAD[column.name])
        else:
            _variable(element, column, column.variable, responses.codebook)
    for one, name in zip(design, names[len(columns) :], strict=True):
        is_weight = one.role in (Role.WEIGHT, Role.REPLICATE)
        element = _add(section, "var", ID=f"V_{name}", name=name, **in_files)
        element.set("wgt", "wgt" if is_weight else "not-wgt")
        _add_texts(element, "labl", one.label)


def _groups(section: etree._Element, columns: Sequence[_Column], names: Sequence[str]) -> None:
    """Group the columns of multiple-choice questions, and all columns by module."""
    sets: dict[str, list[str]] = {}
    modules: dict[str, list[str]] = {}
    for column, name in zip(columns, names, strict=False):
        if column.variable is not None and column.variable.is_multiple:
            sets.setdefault(column.variable.name, []).append(f"V_{name}")
        if column.variable is not None and column.variable.module:
            modules.setdefault(column.variable.module, []).append(f"V_{name}")
    labels = {c.variable.name: c.variable.label for c in columns if c.variable is not None}
    for kind, groups in (("section", modules), ("multipleResp", sets)):
        for k, (name, members) in enumerate(groups.items()):
            key = f"G_{kind}_{k + 1}"
            group = _add(section, "varGrp", ID=key, type=kind, name=name, var=" ".join(members))
            _add_texts(group, "labl", labels[name] if kind == "multipleResp" else {})


def _variable(
    element: etree._Element, column: _Column, variable: Variable, codebook: Codebook
) -> None:
    numbered, numeric = column.numbered, column.numbered.form is Form.NUMBER
    element.set("intrvl", "contin" if numeric else "discrete")
    if not numeric:
        element.set("nature", str(measure_of(variable, numbered.form)))
    _add_texts(element, "labl", _label(column, variable))
    if variable.sensitive:
        _add(element, "security", "sensitive")
    for language, text in variable.question.items():
        if text:
            question = _add(element, "qstn")
            _add(question, "qstnLit", text).set(_LANGUAGE, language)
    low, high = min(numbered.missing.values()), max(numbered.missing.values())
    _add(_add(element, "invalrng"), "range", UNITS="INT", min=str(low), max=str(high))
    if variable.base != "true":
        _add(element, "universe", variable.base, clusion="I")
    _categories(element, column, variable, codebook)
    if variable.concept:
        _add(element, "concept", variable.concept)
    _add(element, "varFormat", type="numeric", schema="SPSS")
    if variable.waves:
        _add(element, "notes", " ".join(map(str, variable.waves)), type="waves")


def _label(column: _Column, variable: Variable) -> Text:
    if column.code is None:
        return variable.label
    return {
        language: f"{option_label(variable, column.code, language)} – {text}"
        for language, text in variable.label.items()
    }


def _categories(
    element: etree._Element, column: _Column, variable: Variable, codebook: Codebook
) -> None:
    languages = list(variable.label) or list(codebook.languages)
    if column.code is not None:
        _category(element, 0, "0", {one: NOT_CHOSEN.get(one, "") for one in languages})
        _category(element, 1, "1", _option_texts(variable, column.code, languages))
    else:
        for code, number in column.numbered.numbers.items():
            _category(element, number, code, _option_texts(variable, code, languages))
    for kind in Missing:
        category = _category(
            element,
            column.numbered.missing[kind],
            kind.value,
            codebook.missing.get(kind.value, {}),
        )
        category.set("missing", "Y")
        category.set("missType", kind.value)


def _option_texts(variable: Variable, code: str, languages: Iterable[str]) -> Text:
    return {language: option_label(variable, code, language) for language in languages}


def _category(element: etree._Element, number: int, code: str, texts: Text) -> etree._Element:
    category = _add(element, "catgry")
    _add(category, "catValu", str(number))
    _add_texts(category, "labl", texts)
    _add(category, "txt", code)
    return category
