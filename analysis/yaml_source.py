"""YAML with positions: plain values, and for each the line it stands on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from analysis.errors import RecipeError

KeyPath = tuple[str | int, ...]


@dataclass
class Document:
    """A YAML document being read; collects every problem before it refuses.

    ``problem`` notes one; ``done`` raises them all together, each with its line.
    """

    source: str
    content: Any
    text: str
    lines: Mapping[KeyPath, int]
    problems: list[str] = field(default_factory=list)

    def problem(self, path: KeyPath, message: str) -> None:
        """Note a problem at the value of a path."""
        while path and path not in self.lines:
            path = path[:-1]
        self.problems.append(f"{self.lines.get(path, 1)}: {message}")

    def done(self) -> None:
        """Raise all problems noted, if any, in the order of their lines."""
        if self.problems:
            by_line = sorted(self.problems, key=lambda one: (int(one.partition(":")[0]), one))
            raise RecipeError(self.source, by_line)

    def text_at(self, content: object, path: KeyPath, *, default: str | None = None) -> str:
        """Give a text; numbers, dates and yes/no must be quoted."""
        if content is None and default is not None:
            return default
        if not isinstance(content, str):
            self.problem(path, f"{content!r} is no text; write it in quotes")
            return ""
        return content

    def number_at(self, content: object, path: KeyPath) -> float:
        """Give a number."""
        if isinstance(content, bool) or not isinstance(content, int | float):
            self.problem(path, f"{content!r} is no number")
            return 0.0
        return float(content)

    def list_at(self, content: object, path: KeyPath) -> list[Any]:
        """Give a list."""
        if not isinstance(content, list):
            self.problem(path, "a list was expected")
            return []
        return content

    def mapping_at(
        self,
        content: object,
        path: KeyPath,
        allowed: frozenset[str],
        required: frozenset[str] = frozenset(),
    ) -> dict[str, Any]:
        """Give a mapping with known keys only."""
        if content is None:
            content = {}
        if not isinstance(content, dict):
            self.problem(path, f"a mapping with {', '.join(sorted(allowed))} was expected")
            return {}
        for key in content.keys() - allowed:
            self.problem((*path, key), f"unknown key '{key}'; known: {', '.join(sorted(allowed))}")
        for key in sorted(required - content.keys()):
            self.problem(path, f"key '{key}' is missing")
        return content


def parse_document(text: str, source: str) -> Document:
    """Read YAML text; ``source`` names it in messages.

    Raises
    ------
    RecipeError
        If it is no YAML, or uses anchors. A key given twice is a problem of the document.
    """
    try:
        if any(isinstance(token, yaml.AnchorToken | yaml.AliasToken) for token in yaml.scan(text)):
            raise RecipeError(source, ["1: anchors and aliases are not allowed"])
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise RecipeError(source, [f"{line}: {getattr(error, 'problem', error)}"]) from error
    lines: dict[KeyPath, int] = {}
    problems: list[str] = []
    content = None if node is None else _build(node, (), lines, problems)
    return Document(source, content, text, lines, problems)


def _build(
    node: yaml.Node, path: KeyPath, lines: dict[KeyPath, int], problems: list[str]
) -> object:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in result:
                problems.append(f"{key_node.start_mark.line + 1}: key '{key}' is given twice")
            result[key] = _build(value_node, (*path, key), lines, problems)
            lines[(*path, key)] = key_node.start_mark.line + 1
        return result
    if isinstance(node, yaml.SequenceNode):
        return [_build(child, (*path, k), lines, problems) for k, child in enumerate(node.value)]
    return yaml.SafeLoader("").construct_object(node)
