"""Reading table plans: YAML in, a plan or all its problems at once out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from analysis.codebook import Missing
from analysis.errors import ExpressionError
from analysis.expression import parse
from analysis.plan import Breakdown, KeyPath, Kind, Plan, TablePlan, Variance
from analysis.yaml_source import Document, parse_document

Nets = dict[str, tuple[str, ...]]
Labels = dict[str, dict[str, str]]
_Choice = TypeVar("_Choice", bound=StrEnum)

_TOP = frozenset({"tables", "recipes", "banners", "nets", "defaults"})
_SHARED = frozenset(
    {
        "banner", "waves", "each", "base", "nets", "mean", "quartiles", "letters", "holm", "kind",
        "count_missing", "variance", "show", "title", "chapter",
    }
)  # fmt: skip
_TABLE = _SHARED | {"id", "stub"}
_NET = frozenset({"codes", "nl", "en"})
_SHOWN = ("se", "interval")


def read_plan(path: Path | str) -> Plan:
    """Read a plan file.

    Returns
    -------
    Plan
        A table planned with ``each`` comes once for each of its sets of waves, with the years added
        to its id; what ``defaults``, ``banners`` and ``nets`` say is filled in.

    Raises
    ------
    RecipeError
        Listing every problem with its line.
    """
    path = Path(path)
    return parse_plan(path.read_text(encoding="utf-8"), path)


def parse_plan(text: str, path: Path) -> Plan:
    """Read the text of a plan; recipes are looked for beside ``path``."""
    document = parse_document(text, str(path))
    top = document.mapping_at(document.content, (), _TOP, frozenset({"tables"}))
    reader = _Reader(document, top)
    entries = document.list_at(top.get("tables"), ("tables",))
    tables = tuple(
        table for k, entry in enumerate(entries) for table in reader.tables(entry, ("tables", k))
    )
    _refuse_same_ids(document, tables)
    recipes = top.get("recipes")
    folder = document.text_at(recipes, ("recipes",)) if recipes is not None else "../weights"
    document.done()
    return Plan(tables, path.parent / folder, document.lines)


class _Reader:
    """Reads tables, with what the top of the plan says once for all of them."""

    def __init__(self, document: Document, top: Mapping[str, Any]) -> None:
        self.document = document
        self.banners = {
            name: self._breakdowns(entry, ("banners", name))
            for name, entry in self._named(top.get("banners"), "banners").items()
        }
        self.net_labels: Labels = {}
        self.nets: Nets = {}
        for name, entry in self._named(top.get("nets"), "nets").items():
            self.nets[name], self.net_labels[name] = self._net(entry, ("nets", name))
        defaults = top.get("defaults")
        self.defaults = document.mapping_at(defaults, ("defaults",), _SHARED)

    def tables(self, content: object, path: KeyPath) -> list[TablePlan]:
        """Give the tables of one entry: one, or one for each set of waves."""
        document = self.document
        own = document.mapping_at(content, path, _TABLE, frozenset({"id", "stub"}))
        waves_said = "each" if "each" in own else "waves"
        if "each" in own and "waves" in own:
            document.problem((*path, "each"), "a table has either 'waves' or 'each'")
        entry = _Entry(own, self.defaults, path)
        if "each" not in own and "waves" not in own:
            waves_said = "each" if "each" in self.defaults else "waves"
        each = self._wave_sets(entry, waves_said)
        first = self._table(entry, each[0] if each else ())
        if waves_said == "waves":
            return [first]
        return [_for_waves(first, waves) for waves in each]

    def _wave_sets(self, entry: _Entry, said: str) -> list[tuple[int, ...]]:
        document, path = self.document, entry.path_of(said)
        content = entry.get(said)
        if content is None:
            document.problem(entry.path, "key 'waves' or 'each' is missing")
            return []
        sets = document.list_at(content, path)
        if said == "waves":
            sets, path = [sets], path[:-1]
            places: list[KeyPath] = [(*path, said)]
        else:
            places = [(*path, k) for k in range(len(sets))]
        found = [self._waves(waves, place) for waves, place in zip(sets, places, strict=True)]
        for k, waves in enumerate(found):
            if waves in found[:k]:
                document.problem(places[k], f"waves {list(waves)} are asked for twice")
        return found

    def _waves(self, content: object, path: KeyPath) -> tuple[int, ...]:
        document = self.document
        years = []
        for k, year in enumerate(document.list_at(content, path)):
            if isinstance(year, bool) or not isinstance(year, int):
                document.problem((*path, k), f"{year!r} is no year of a wave")
            else:
                years.append(year)
        if not years:
            document.problem(path, "at least one wave is needed")
        elif sorted(set(years)) != years:
            document.problem(path, f"waves {years} are not in order, each once")
        return tuple(years)

    def _table(self, entry: _Entry, waves: tuple[int, ...]) -> TablePlan:
        document = self.document
        nets, net_labels = self._nets(entry.get("nets"), entry.path_of("nets"))
        table = TablePlan(
            id=document.text_at(entry.get("id", ""), entry.path_of("id")),
            stub=self._texts(entry.get("stub", "?"), entry.path_of("stub")),
            banner=self._banner(entry.get("banner", []), entry.path_of("banner")),
            waves=waves,
            base=self._condition(entry.get("base"), entry.path_of("base")),
            nets=nets,
            mean=self._truth(entry, "mean"),
            quartiles=self._truth(entry, "quartiles"),
            letters=self._truth(entry, "letters"),
            holm=self._truth(entry, "holm"),
            kind=self._kind(entry, waves),
            count_missing=self._choices(entry, "count_missing", tuple(Missing), ()),
            variance=self._choice(entry, "variance", Variance, Variance.CALIBRATED),
            show=self._choices(entry, "show", _SHOWN, ("interval",)),
            title=self._languages(entry.get("title"), entry.path_of("title")),
            chapter=self._optional_text(entry, "chapter"),
            net_labels=net_labels,
            at=entry.path,
        )
        if not table.stub:
            document.problem(entry.path_of("stub"), "a table needs at least one variable")
        if table.holm and not table.letters:
            document.problem(entry.path_of("holm"), "'holm' needs 'letters: true'")
        return table

    def _kind(self, entry: _Entry, waves: tuple[int, ...]) -> Kind:
        by_waves = Kind.TREND if len(waves) > 1 else Kind.SHARES
        kind = self._choice(entry, "kind", Kind, by_waves)
        fits = (len(waves) == 1) if kind is Kind.SHARES else len(waves) > 1
        if kind is Kind.TRANSITION:
            fits = len(waves) == 2
        if waves and not fits:
            self.document.problem(
                entry.path_of("kind"), f"kind '{kind}' does not go with {len(waves)} waves"
            )
        return kind

    def _banner(self, content: object, path: KeyPath) -> tuple[Breakdown, ...]:
        if isinstance(content, str):
            if content not in self.banners:
                self.document.problem(path, f"no banner '{content}' under 'banners'")
            return self.banners.get(content, ())
        return self._breakdowns(content, path)

    def _breakdowns(self, content: object, path: KeyPath) -> tuple[Breakdown, ...]:
        entries = self.document.list_at(content, path)
        found = tuple(self._breakdown(entry, (*path, k)) for k, entry in enumerate(entries))
        names = [breakdown.variable for breakdown in found]
        for k, name in enumerate(names):
            if name in names[:k]:
                self.document.problem((*path, k), f"'{name}' is in the banner twice")
        return found

    def _breakdown(self, content: object, path: KeyPath) -> Breakdown:
        document = self.document
        if isinstance(content, str):
            return Breakdown(content, at=path)
        found = document.mapping_at(
            content, path, frozenset({"variable", "where"}), frozenset({"variable"})
        )
        name = document.text_at(found.get("variable"), (*path, "variable"), default="")
        return Breakdown(name, self._condition(found.get("where"), (*path, "where")), path)

    def _nets(self, content: object, path: KeyPath) -> tuple[Nets | None, Labels]:
        if content is None:
            return None, {}
        nets: Nets = {}
        labels: Labels = {}
        if isinstance(content, list):
            for k, name in enumerate(content):
                if name not in self.nets:
                    self.document.problem((*path, k), f"no net '{name}' under 'nets'")
                    continue
                nets[name], labels[name] = self.nets[name], self.net_labels[name]
        elif isinstance(content, dict):
            for name, entry in content.items():
                nets[name], labels[name] = self._net(entry, (*path, name))
        else:
            self.document.problem(path, "a mapping from the net's name to its codes was expected")
        return nets or None, {name: words for name, words in labels.items() if words}

    def _net(self, content: object, path: KeyPath) -> tuple[tuple[str, ...], dict[str, str]]:
        words: dict[str, str] = {}
        codes = content
        if isinstance(content, dict):
            found = self.document.mapping_at(content, path, _NET, frozenset({"codes"}))
            codes = found.get("codes", [])
            words = self._languages(
                {key: found[key] for key in ("nl", "en") if key in found} or None, path
            )
            path = (*path, "codes")
        texts = self._texts(codes, path)
        for k, code in enumerate(texts):
            if code in texts[:k]:
                self.document.problem((*path, k), f"code '{code}' is in the net twice")
        if not texts:
            self.document.problem(path, "a net needs at least one code")
        return texts, words

    def _named(self, content: object, key: str) -> dict[str, Any]:
        if content is None:
            return {}
        if not isinstance(content, dict):
            self.document.problem((key,), "a mapping by name was expected")
            return {}
        return content

    def _texts(self, content: object, path: KeyPath) -> tuple[str, ...]:
        entries = [content] if isinstance(content, str) else self.document.list_at(content, path)
        return tuple(self.document.text_at(e, (*path, k)) for k, e in enumerate(entries))

    def _truth(self, entry: _Entry, key: str) -> bool:
        content = entry.get(key, False)
        if not isinstance(content, bool):
            self.document.problem(entry.path_of(key), f"{content!r} is neither true nor false")
            return False
        return content

    def _condition(self, content: object, path: KeyPath) -> str | None:
        if content is None:
            return None
        text = self.document.text_at(content, path)
        try:
            parse(text)
        except ExpressionError as error:
            self.document.problem(path, str(error))
        return text

    def _choice(self, entry: _Entry, key: str, among: type[_Choice], default: _Choice) -> _Choice:
        content = entry.get(key)
        if content is None:
            return default
        try:
            return among(content)
        except ValueError:
            known = ", ".join(among)
            self.document.problem(entry.path_of(key), f"{content!r} is none of {known}")
            return default

    def _choices(
        self, entry: _Entry, key: str, among: Sequence[str], default: tuple[str, ...]
    ) -> tuple[str, ...]:
        content = entry.get(key)
        if content is None:
            return default
        path = entry.path_of(key)
        found = self.document.list_at(content, path)
        for k, one in enumerate(found):
            if one not in among:
                self.document.problem((*path, k), f"{one!r} is none of {', '.join(among)}")
        # In the order of the language, so that two spellings are one plan.
        return tuple(str(one) for one in among if one in found)

    def _optional_text(self, entry: _Entry, key: str) -> str | None:
        content = entry.get(key)
        return None if content is None else self.document.text_at(content, entry.path_of(key))

    def _languages(self, content: object, path: KeyPath) -> dict[str, str]:
        if content is None:
            return {}
        both = frozenset({"nl", "en"})
        found = self.document.mapping_at(content, path, both, both)
        return {
            language: self.document.text_at(t, (*path, language)) for language, t in found.items()
        }


class _Entry:
    """The keys of a table, its own before the defaults, and where each stands."""

    def __init__(self, own: Mapping[str, Any], defaults: Mapping[str, Any], path: KeyPath) -> None:
        self.own, self.defaults, self.path = own, defaults, path

    def get(self, key: str, otherwise: Any = None) -> Any:  # noqa: ANN401  # any YAML value
        return self.own[key] if key in self.own else self.defaults.get(key, otherwise)

    def path_of(self, key: str) -> KeyPath:
        inherited = key not in self.own and key in self.defaults
        return ("defaults", key) if inherited else (*self.path, key)


def _for_waves(table: TablePlan, waves: tuple[int, ...]) -> TablePlan:
    """Give a table for one of its sets of waves, the years added to its id."""
    kind = table.kind
    if kind is not Kind.TRANSITION:
        kind = Kind.TREND if len(waves) > 1 else Kind.SHARES
    name = "-".join([table.id, *map(str, waves)])
    return replace(table, id=name, waves=waves, kind=kind)


def _refuse_same_ids(document: Document, tables: Sequence[TablePlan]) -> None:
    seen: set[str] = set()
    for table in tables:
        if table.id in seen:
            document.problem((*table.at, "id"), f"table '{table.id}' is planned twice")
        seen.add(table.id)
