"""``labels.yaml`` → what analysts read for variables that nobody is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.questionnaire.document import Node
from app.questionnaire.model import (
    AssignedVariable,
    DerivedVariable,
    FrameVariable,
    VariableLabels,
)
from app.questionnaire.source_items import ItemReader, members_of

Unasked = FrameVariable | AssignedVariable | DerivedVariable


def read_labels(
    root: Node, read: ItemReader, languages: Sequence[str], unasked: Sequence[Unasked]
) -> Mapping[str, VariableLabels]:
    """Return labels by variable; unknown variables and codes, and codes without words, are noted.

    A file may leave variables out: those are shown by name and code.
    """
    codes_of = {variable.var: codes_of_unasked(variable) for variable in unasked}
    found: dict[str, VariableLabels] = {}
    for one in members_of(root.block(("labels",)).get("labels")):
        block = one.block(("var", "label"), ("options",))
        if not block.keys() >= {"var", "label"}:
            continue
        var = block["var"].text("var")
        options = read.options(block["options"]) if "options" in block else ()
        if var not in codes_of:
            block["var"].wrong(f'"{var}" is no frame, paradata, assigned or derived variable')
        elif var in found:
            block["var"].wrong(f'"{var}" has labels twice')
        else:
            labelled = {option.code for option in options}
            for code in labelled - codes_of[var]:
                block["options"].wrong(f'"{var}" has no code "{code}"')
            for code in sorted(codes_of[var] - labelled):
                one.wrong(f'code "{code}" of "{var}" has no label')
        found[var] = VariableLabels(
            block["label"].words(languages, "label"),
            {option.code: option.text for option in options},
        )
    return found


def codes_of_unasked(variable: Unasked) -> frozenset[str]:
    """Return the codes that a variable can have; none when it is a number, a date or a list."""
    if isinstance(variable, DerivedVariable):
        values = (*(value for _, value in variable.cases), variable.default)
    elif isinstance(variable, AssignedVariable):
        values = (*variable.values, variable.override)
    else:
        values = variable.values
    return frozenset(value for value in values if value)
