"""YAML read with positions: every value knows its file and line, every problem says so.

PyYAML's own loader gives `no` as False and `010` as 8, follows aliases into exponential documents
and loses the lines. Here a document is a tree of nodes; what is expected is asked of it, and what
is wrong is collected, so that an author sees all problems at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from app.questionnaire.model import Place, Text

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
MAX_TEXT = 5_000
MAX_SHOWN = 60
"""Characters of a faulty value that a message repeats."""

_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,14})\Z")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something an author can mend, and where it stands."""

    place: Place
    message: str

    def __str__(self) -> str:
        # One problem a line, whatever an author's key or a file's name holds.
        line = f"{self.place}: {self.message}"
        return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in line)


def by_place(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems in the order in which an author meets them, each once."""
    return sorted(set(problems), key=lambda one: (one.place.file, one.place.line, one.message))


def _refused(problem: str, event: yaml.Event) -> yaml.MarkedYAMLError:
    """A construct that no survey file needs and an attacker likes."""
    mark = event.start_mark
    return yaml.MarkedYAMLError(
        problem=problem, problem_mark=mark if isinstance(mark, yaml.error.Mark) else None
    )


class _Loader(yaml.SafeLoader):
    """The pure Python loader (the C one crashes on deep nesting), composing nodes only."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event: yaml.Event = self.peek_event()  # type: ignore[no-untyped-call] # stub gap
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _refused("anchors and aliases are not used", event)
        if self.depth >= MAX_DEPTH:
            raise _refused(f"nested more than {MAX_DEPTH} deep", event)
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


def shown_in(study: Path, name: str) -> str:
    """Return how a file of a study is named in a problem: as ``surveys/<study>/<name>``."""
    return str(Path(*study.parts[-2:]) / name)


class Document:
    """One YAML file and the list its problems go to."""

    def __init__(self, file: Path, name: str, problems: list[Problem]) -> None:
        self.name = name
        self.problems = problems
        self.root: Node | None = None
        try:
            raw = file.read_bytes()
        except OSError as error:
            problems.append(Problem(Place(name, 1), f"cannot be read: {error.strerror}"))
            return
        except ValueError:
            # NUL or half a character in the name: no such file can be.
            problems.append(Problem(Place(name, 1), "cannot be read: not a file name"))
            return
        if len(raw) > MAX_BYTES:
            problems.append(Problem(Place(name, 1), f"larger than {MAX_BYTES} bytes"))
            return
        try:
            text = raw.decode("utf-8")
            node = _Loader(text).get_single_node()
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
            problems.append(Problem(Place(name, line), "is not UTF-8"))
        except yaml.reader.ReaderError as error:
            line = text[: error.position].count("\n") + 1
            letter = f"U+{error.character:04X}"
            problems.append(Problem(Place(name, line), f"found {letter}, expected printable text"))
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            reason = ", ".join(filter(None, (error.context, error.problem)))
            problems.append(Problem(Place(name, line), reason))
        except (yaml.YAMLError, RecursionError) as error:
            problems.append(Problem(Place(name, 1), f"is not YAML: {error}"))
        else:
            if node is None:
                problems.append(Problem(Place(name, 1), "is empty"))
            else:
                self.root = Node(self, node)


class Node:
    """A value in a document; asking it for the wrong thing notes a problem and gives a default."""

    __slots__ = ("document", "raw")

    def __init__(self, document: Document, raw: yaml.Node) -> None:
        self.document = document
        self.raw = raw

    @property
    def place(self) -> Place:
        """File and line of this value."""
        return Place(self.document.name, self.raw.start_mark.line + 1)

    def wrong(self, message: str) -> None:
        """Note a problem at this value."""
        self.document.problems.append(Problem(self.place, message))

    @property
    def found(self) -> str:
        """What stands here, in words for a message."""
        if isinstance(self.raw, yaml.ScalarNode):
            kind = self.raw.tag.rpartition(":")[2]
            words = {
                "int": "a number",
                "float": "a number",
                "bool": "a truth value",
                "timestamp": "a date",
                "str": "text",
            }
            shown = str(self.raw.value)[:MAX_SHOWN]
            return f"{words.get(kind, kind)[:MAX_SHOWN]} ({shown})" if shown else "nothing"
        return "a list" if isinstance(self.raw, yaml.SequenceNode) else "a block of keys"

    def is_text(self) -> bool:
        """Tell whether this is a plain text scalar."""
        return isinstance(self.raw, yaml.ScalarNode) and self.raw.tag == "tag:yaml.org,2002:str"

    def is_list(self) -> bool:
        """Tell whether this is a list."""
        return isinstance(self.raw, yaml.SequenceNode)

    def block(self, required: Sequence[str], optional: Sequence[str] = ()) -> dict[str, Node]:
        """Return the values by key; unknown, repeated and absent keys are problems."""
        if not isinstance(self.raw, yaml.MappingNode):
            self.wrong(f"found {self.found}, expected keys {', '.join(required or optional)}")
            return {}
        allowed = {*required, *optional}
        found: dict[str, Node] = {}
        for key_node, value_node in self.raw.value:
            key = Node(self.document, key_node)
            name = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            if name not in allowed:
                shown = name[:MAX_SHOWN]
                key.wrong(f'unknown key "{shown}"; expected {", ".join(sorted(allowed))}')
            elif name in found:
                key.wrong(f'key "{name}" stands twice')
            else:
                found[name] = Node(self.document, value_node)
        for name in required:
            if name not in found:
                self.wrong(f'key "{name}" is missing')
        return found

    def pairs(self) -> Iterator[tuple[Node, str, Node]]:
        """Yield key node, key and value of a block whose keys are free."""
        if not isinstance(self.raw, yaml.MappingNode):
            self.wrong(f"found {self.found}, expected a block of keys")
            return
        seen: set[str] = set()
        for key_node, value_node in self.raw.value:
            key = Node(self.document, key_node)
            name = key.text("key")
            if name in seen:
                key.wrong(f'key "{name[:MAX_SHOWN]}" stands twice')
                continue
            seen.add(name)
            yield key, name, Node(self.document, value_node)

    def items(self) -> list[Node]:
        """Return the members of a list."""
        if not isinstance(self.raw, yaml.SequenceNode):
            self.wrong(f"found {self.found}, expected a list")
            return []
        return [Node(self.document, one) for one in self.raw.value]

    def text(self, what: str = "text") -> str:
        """Return a text; a number or truth value is a problem that says how to write it."""
        if not self.is_text():
            shown = str(self.raw.value) if isinstance(self.raw, yaml.ScalarNode) else ""
            hint = f'; write "{shown[:MAX_SHOWN]}"' if shown else ""
            self.wrong(f"{what} is {self.found}, expected quoted text{hint}")
            return shown
        value = str(self.raw.value)
        if len(value) > MAX_TEXT:
            self.wrong(f"{what} is longer than {MAX_TEXT} characters")
        if "\x00" in value:
            self.wrong(f"{what} holds a NUL character")
        if _SURROGATE.search(value):
            self.wrong(f"{what} holds half a character (a surrogate)")
        return value

    def some_text(self, what: str) -> str:
        """Return a text that is not empty."""
        words = self.text(what)
        if self.is_text() and not words.strip():
            self.wrong(f"{what} is empty")
        return words

    def texts(self, what: str = "text") -> tuple[str, ...]:
        """Return a list of texts."""
        return tuple(one.text(what) for one in self.items())

    def whole(self, what: str = "value") -> int:
        """Return a whole number."""
        # YAML reads 010 as eight, 1_000 as a thousand and 12:30 as 750: nobody means that here.
        plain = isinstance(self.raw, yaml.ScalarNode) and self.raw.tag == "tag:yaml.org,2002:int"
        if plain and _WHOLE.match(self.raw.value):
            return int(self.raw.value)
        self.wrong(f"{what} is {self.found}, expected a whole number")
        return 0

    def truth(self, what: str = "value") -> bool:
        """Return true or false."""
        if isinstance(self.raw, yaml.ScalarNode) and str(self.raw.value) in ("true", "false"):
            return str(self.raw.value) == "true"
        self.wrong(f"{what} is {self.found}, expected true or false")
        return False

    def choice(self, allowed: Sequence[str], what: str) -> str:
        """Return one of some words; the first of them when it is none."""
        value = str(self.raw.value) if isinstance(self.raw, yaml.ScalarNode) else self.found
        if value in allowed:
            return value
        self.wrong(f'{what} is "{value[:MAX_SHOWN]}", expected {" or ".join(allowed)}')
        return allowed[0]

    def words(self, languages: Sequence[str], what: str) -> Text:
        """Return a text by language; every authored language must be there and not be empty."""
        block = self.block((), languages)
        if isinstance(self.raw, yaml.MappingNode):
            for language in languages:
                if language not in block:
                    self.wrong(f"{what} has no text in language {language}")
        found = {code: node.some_text(f"{what} ({code})") for code, node in block.items()}
        return {code: found[code] for code in languages if code in found}
