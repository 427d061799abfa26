"""Table plans: which tables a release is turned into."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from analysis.yaml_source import Document, KeyPath, parse_document


@dataclass(frozen=True)
class Breakdown:
    """A banner variable, perhaps within a part of the population."""

    variable: str
    where: str | None = None


@dataclass(frozen=True)
class TablePlan:
    """One table: its stub variables by its banner, for one or more waves."""

    id: str
    stub: tuple[str, ...]
    banner: tuple[Breakdown, ...]
    waves: tuple[int, ...]
    base: str | None = None
    nets: dict[str, tuple[str, ...]] | None = None
    mean: bool = False
    letters: bool = False


@dataclass(frozen=True)
class Plan:
    """All tables of a report, and the folder of recipes their weights come from."""

    tables: tuple[TablePlan, ...]
    recipes: Path | None = None


_TABLE = frozenset({"id", "stub", "banner", "waves", "base", "nets", "mean", "letters"})


def read_plan(path: Path | str) -> Plan:
    """Read a plan file.

    Raises
    ------
    RecipeError
        Listing every problem with its line.
    """
    path = Path(path)
    document = parse_document(path.read_text(encoding="utf-8"), str(path))
    top = document.mapping_at(
        document.content, (), frozenset({"tables", "recipes"}), frozenset({"tables"})
    )
    entries = document.list_at(top.get("tables"), ("tables",))
    tables = tuple(_table(document, entry, ("tables", k)) for k, entry in enumerate(entries))
    ids = [table.id for table in tables]
    for k, name in enumerate(ids):
        if name in ids[:k]:
            document.problem(("tables", k, "id"), f"table '{name}' is planned twice")
    document.done()
    recipes = path.parent / top["recipes"] if top.get("recipes") else path.parent.parent / "weights"
    return Plan(tables, recipes)


def _table(document: Document, content: object, path: KeyPath) -> TablePlan:
    found = document.mapping_at(content, path, _TABLE, frozenset({"id", "stub", "waves"}))
    stub = found.get("stub")
    names = [stub] if isinstance(stub, str) else document.list_at(stub, (*path, "stub"))
    banner = document.list_at(found.get("banner", []), (*path, "banner"))
    waves = document.list_at(found.get("waves"), (*path, "waves"))
    base = found.get("base")
    return TablePlan(
        id=document.text_at(found.get("id"), (*path, "id")),
        stub=tuple(document.text_at(name, (*path, "stub", k)) for k, name in enumerate(names)),
        banner=tuple(_breakdown(document, b, (*path, "banner", k)) for k, b in enumerate(banner)),
        waves=tuple(int(document.number_at(w, (*path, "waves", k))) for k, w in enumerate(waves)),
        base=None if base is None else document.text_at(base, (*path, "base")),
        nets=_nets(document, found.get("nets"), (*path, "nets")),
        mean=bool(found.get("mean", False)),
        letters=bool(found.get("letters", False)),
    )


def _breakdown(document: Document, content: object, path: KeyPath) -> Breakdown:
    if isinstance(content, str):
        return Breakdown(content)
    found = document.mapping_at(
        content, path, frozenset({"variable", "where"}), frozenset({"variable"})
    )
    where = found.get("where")
    return Breakdown(
        document.text_at(found.get("variable"), (*path, "variable")),
        None if where is None else document.text_at(where, (*path, "where")),
    )


def _nets(document: Document, content: object, path: KeyPath) -> dict[str, tuple[str, ...]] | None:
    if content is None:
        return None
    if not isinstance(content, dict):
        document.problem(path, "a mapping from the net's name to its codes was expected")
        return None
    return {
        name: tuple(
            document.text_at(code, (*path, name, k))
            for k, code in enumerate(document.list_at(codes, (*path, name)))
        )
        for name, codes in content.items()
    }
