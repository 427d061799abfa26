"""The codebook: every variable of a file with its question, codes and columns.

It is the contract between this side and ``analysis``, which reads nothing else of an instrument.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from app.questionnaire.answers import confirm_variable, other_variable
from app.questionnaire.model import (
    Bank,
    Derivation,
    DerivedVariable,
    FrameVariable,
    Instrument,
    Item,
    Kind,
    Option,
    Policy,
    Statement,
    Store,
    Text,
    VariableLabels,
)

Entry = dict[str, Any]
"""One variable, as plain values for JSON."""


def answer_columns(item: Item, var: str) -> list[str]:
    """Return the columns of one answer variable: one per code for multiple choice."""
    if item.kind is Kind.MULTIPLE and var == item.var:
        return [f"{var}__{option.code}" for option in item.options]
    return [var]


def codebook(bank: Bank, instruments: Sequence[Instrument]) -> dict[str, Any]:
    """Return the codebook of one or more waves.

    A variable appears once, with the waves that asked it; its words are those of the last of these
    waves. Answers kept with the contacts, and pages that ask nothing, have no variable here.
    """
    entries: dict[str, Entry] = {}
    for instrument in sorted(instruments, key=lambda one: one.wave):
        for entry in _entries(bank, instrument):
            waves = entries[entry["name"]]["waves"] if entry["name"] in entries else []
            # A later wave may add options, never drop the columns of an earlier one.
            columns = entries[entry["name"]]["columns"] if entry["name"] in entries else []
            entry["columns"] = [*columns, *(one for one in entry["columns"] if one not in columns)]
            entries[entry["name"]] = entry | {"waves": [*waves, instrument.wave]}
    return {
        "study": bank.study,
        "title": dict(bank.title),
        "languages": list(bank.languages),
        "missing": {code: dict(text) for code, text in bank.missing.items()},
        "research_questions": {code: dict(text) for code, text in bank.research_questions.items()},
        "variables": list(entries.values()),
    }


def _entries(bank: Bank, instrument: Instrument) -> Iterable[Entry]:
    for entry in _variables(bank, instrument):
        yield (
            _labelled(entry, bank.labels[entry["name"]]) if entry["name"] in bank.labels else entry
        )


def _labelled(entry: Entry, labels: VariableLabels) -> Entry:
    """Give the study's words for a variable; what stood in their place becomes its note."""
    codes = [
        code | {"label": dict(labels.codes.get(code["code"], code["label"]))}
        for code in entry["codes"]
    ]
    note = next(iter(entry["label"].values()), "")
    return entry | {"label": dict(labels.label), "codes": codes, "note": note}


def _variables(bank: Bank, instrument: Instrument) -> Iterable[Entry]:
    for frame in instrument.frame:
        if frame.var.startswith("fr_"):
            yield _frame_entry(frame, "frame")
    for paradata in bank.paradata:
        yield _frame_entry(paradata, "paradata")
    for assigned in instrument.assigned:
        values = (*assigned.values, *filter(None, (assigned.override,)))
        yield _entry(assigned.var, "assigned", _plain(assigned.note), codes=_plain_codes(values))
    for item in instrument.items:
        yield from _item_entries(item)
        for derived in instrument.derived_after.get(item.var, ()):
            yield _derived_entry(instrument, derived)


def _item_entries(item: Item) -> Iterable[Entry]:
    if item.kind is Kind.INFO or item.store is Store.CONTACT:
        return
    if item.kind is Kind.BATTERY:
        for statement in item.statements:
            yield _statement_entry(item, statement)
        return
    yield _entry(
        item.var,
        str(item.kind),
        item.text,
        codes=_option_codes(item.options),
        columns=answer_columns(item, item.var),
        question=item.text,
        base=item.when.source,
        **_about(item, item),
        **_experiment(item),
    )
    if any(option.specify for option in item.options):
        yield _entry(other_variable(item.var), "open", item.text, **_about(item, item))
    if item.repeat.policy is Policy.CONFIRM:
        more = _about(item, item) | _experiment(item)
        yield _entry(confirm_variable(item.var), "confirm", item.text, **more)


def _experiment(item: Item) -> dict[str, Any]:
    """Say who is asked as if nothing were known, where that is an experiment."""
    independent = item.repeat.independent
    return {} if independent is None else {"independent": independent.source}


def _statement_entry(item: Item, statement: Statement) -> Entry:
    conditions = [item.when.source, statement.when.source]
    base = " and ".join(f"({one})" for one in conditions if one != "true") or "true"
    return _entry(
        statement.var,
        "single",
        statement.text,
        codes=_option_codes(item.options),
        question=item.text,
        base=base,
        battery=item.var,
        scale=item.scale,
        **_about(item, statement),
    )


def _derived_entry(instrument: Instrument, derived: DerivedVariable) -> Entry:
    note = _plain(derived.note)
    if derived.kind is Derivation.CASES:
        codes = dict.fromkeys([value for _, value in derived.cases])
        values = [*codes, *filter(None, (derived.default,))]
        return _entry(derived.var, "derived", note, codes=_plain_codes(dict.fromkeys(values)))
    if derived.kind is Derivation.UNION_OVER_WAVES:
        source = instrument.item_by_var[derived.sources[0]]
        columns = [f"{derived.var}__{option.code}" for option in source.options]
        codes_of = _option_codes(source.options)
        return _entry(derived.var, "multiple", note, codes=codes_of, columns=columns)
    return _entry(derived.var, "derived", note)


def _frame_entry(frame: FrameVariable, kind: str) -> Entry:
    return _entry(frame.var, kind, _plain(frame.note), codes=_plain_codes(frame.values))


def _entry(
    name: str,
    kind: str,
    label: Text,
    *,
    codes: Sequence[Entry] = (),
    columns: Sequence[str] = (),
    **more: object,
) -> Entry:
    return {
        "name": name,
        "kind": kind,
        "label": dict(label),
        "codes": list(codes),
        "columns": list(columns) or [name],
        **more,
    }


def _about(item: Item, of: Item | Statement) -> dict[str, Any]:
    return {
        "module": item.module,
        "block": item.block,
        "concept": of.concept or item.concept,
        "sensitive": of.sensitive or item.sensitive,
        "research_questions": list(of.research_questions or item.research_questions),
        "indicators": list(of.indicators or item.indicators),
        "unit": dict(item.limits.unit) if item.limits.unit else None,
        "store": str(item.store),
    }


def _option_codes(options: Iterable[Option]) -> list[Entry]:
    return [
        {"code": one.code, "label": dict(one.text), "exclusive": one.exclusive} for one in options
    ]


def _plain_codes(values: Iterable[str]) -> list[Entry]:
    return [{"code": one, "label": {"nl": one, "en": one}, "exclusive": False} for one in values]


def _plain(note: str) -> Text:
    """Notes are written once, in English; they label what no respondent ever sees."""
    return {"nl": note, "en": note}
