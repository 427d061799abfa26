"""Table plans as YAML: what `plan_source` reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml

from analysis.plan import Kind, TablePlan, Variance


def plan_text(tables: Iterable[TablePlan], *, heading: Iterable[str] = ()) -> str:
    """Write a plan.

    Parameters
    ----------
    tables : iterable of TablePlan
    heading : iterable of str
        Lines of comment above it.

    Returns
    -------
    str
        YAML that `plan_source.parse_plan` reads back as the same tables.
    """
    lines = [f"# {' '.join(line.split())}".rstrip() for line in heading]
    body = yaml.safe_dump(
        {"tables": [_entry(table) for table in tables]},
        allow_unicode=True,
        sort_keys=False,
        width=100,
    )
    return "\n".join([*lines, *([""] if lines else []), body])


def _entry(table: TablePlan) -> dict[str, Any]:
    """Give what a table says that is not said by leaving it out."""
    kind = Kind.TREND if len(table.waves) > 1 else Kind.SHARES
    said: dict[str, Any] = {
        "id": table.id,
        "stub": list(table.stub),
        "banner": [
            {"variable": one.variable, "where": one.where} if one.where else one.variable
            for one in table.banner
        ],
        "waves": list(table.waves),
    }
    optional: list[tuple[str, Any, bool]] = [
        ("kind", table.kind.value, table.kind is not kind),
        ("base", table.base, table.base is not None),
        ("nets", _nets(table), bool(table.nets)),
        ("mean", True, table.mean),
        ("quartiles", True, table.quartiles),
        ("letters", True, table.letters),
        ("holm", True, table.holm),
        ("count_missing", list(table.count_missing), bool(table.count_missing)),
        ("variance", table.variance.value, table.variance is not Variance.CALIBRATED),
        ("show", list(table.show), table.show != ("interval",)),
        ("title", dict(table.title), bool(table.title)),
        ("chapter", table.chapter, table.chapter is not None),
    ]
    return said | {name: value for name, value, is_said in optional if is_said}


def _nets(table: TablePlan) -> dict[str, Any]:
    return {
        name: {"codes": list(codes), **labels}
        if {"nl", "en"} <= set(labels := table.net_labels.get(name, {}))
        else list(codes)
        for name, codes in (table.nets or {}).items()
    }
