"""The skeleton of the summary, `summary.yaml`: chapters, fixed prose, a sentence per finding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from analysis.summary.model import Scope
from analysis.yaml_source import Document, KeyPath, parse_document


@dataclass(frozen=True)
class Line:
    """A sentence to be.

    Attributes
    ----------
    text : str
        With slots, see `analysis.summary.wordings`; empty where ``texts`` has one for each
        comparison.
    finding : str
        Id; empty for prose that holds in every wave.
    is_editors : bool
        ``text`` says what the editor is to write here.
    is_fixed : bool
        The finding is a rule or a design: the sentence holds without a number.
    group : str
        Plural noun for ``{part}``: "mensen die werken,"; ``hen`` for the group of the line before.
    number : int
        Which number of the finding, from 1; 0 is every one of them.
    scope : Scope
    after : str
        Finding whose sentence must stand before this one: its "hen" or "dat" needs it.
    claims : tuple of str
        One for each comparison of groups; those with the same ``{more}`` share a sentence.
    labels : tuple of str
        Words for each number, to be put in order of size.
    needs : tuple of str
        Answers that must all be printed.
    says : str
        The vague word that the text uses of the share, such as "veel": not where it is plainly
        wrong.
    """

    text: str
    finding: str = ""
    is_editors: bool = False
    is_fixed: bool = False
    group: str = ""
    number: int = 0
    scope: Scope = Scope.POPULATION
    after: str = ""
    texts: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    says: str = ""


@dataclass(frozen=True)
class Block:
    """A paragraph or bullet to be."""

    lines: tuple[Line, ...]
    is_bullet: bool = False
    label: str = ""


@dataclass(frozen=True)
class SkeletonChapter:
    """A heading with its blocks and sections."""

    id: str
    heading: str
    blocks: tuple[Block, ...]
    sections: tuple[SkeletonChapter, ...] = ()

    def lines(self) -> Iterator[Line]:
        """Give all lines in reading order."""
        for block in self.blocks:
            yield from block.lines
        for section in self.sections:
            yield from section.lines()


@dataclass(frozen=True)
class Term:
    """A word of the field and the sentence that explains it at its first use.

    ``forms`` are the words it is recognised by; ``marks`` other words that explain it too.
    """

    forms: tuple[str, ...]
    says: str
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Abbreviation:
    """Letters that may stand alone once the full name was given: "asielzoekerscentrum (azc)"."""

    short: str
    full: str


@dataclass(frozen=True)
class Skeleton:
    """All of `summary.yaml`.

    ``waves`` has the words of fixed slots by wave: ``period``, ``report``. ``editor`` is what
    stands where the editor is to write, around ``{task}``.
    """

    title: tuple[str, ...]
    draft: str
    editor: str
    waves: Mapping[int, Mapping[str, str]]
    respondents: str
    chapters: tuple[SkeletonChapter, ...] = field(repr=False)
    terms: tuple[Term, ...] = field(repr=False, default=())
    abbreviations: tuple[Abbreviation, ...] = field(repr=False, default=())

    def lines(self) -> Iterator[Line]:
        """Give all lines in reading order."""
        for chapter in self.chapters:
            yield from chapter.lines()


_TOP = frozenset(
    {"title", "draft", "editor", "waves", "respondents", "chapters", "terms", "abbreviations"}
)
_CHAPTER = frozenset({"id", "heading", "paragraphs", "sections"})
_LINE = frozenset(
    {
        "text", "finding", "editor", "fixed", "group", "number", "scope", "after", "texts",
        "claims", "labels", "needs", "says",
    }
)  # fmt: skip


def read_skeleton(path: Path | str) -> Skeleton:
    """Read the skeleton of a study.

    Raises
    ------
    RecipeError
        Listing every problem with its line.
    """
    path = Path(path)
    document = parse_document(path.read_text(encoding="utf-8"), str(path))
    top = document.mapping_at(document.content, (), _TOP, _TOP - {"terms", "abbreviations"})
    skeleton = Skeleton(
        title=_texts(document, top.get("title"), ("title",)),
        draft=document.text_at(top.get("draft"), ("draft",)),
        editor=document.text_at(top.get("editor"), ("editor",)),
        waves=_waves(document, top.get("waves")),
        respondents=document.text_at(top.get("respondents"), ("respondents",)),
        chapters=tuple(_chapters(document, top.get("chapters"), ("chapters",))),
        terms=tuple(_terms(document, top.get("terms", []))),
        abbreviations=tuple(_abbreviations(document, top.get("abbreviations", []))),
    )
    document.done()
    return skeleton


def _texts(document: Document, content: object, path: KeyPath) -> tuple[str, ...]:
    entries = document.list_at([] if content is None else content, path)
    return tuple(document.text_at(one, (*path, k)) for k, one in enumerate(entries))


def _waves(document: Document, content: object) -> dict[int, Mapping[str, str]]:
    found: dict[int, Mapping[str, str]] = {}
    if not isinstance(content, dict):
        document.problem(("waves",), "a mapping from the wave to its words was expected")
        return found
    for year, entry in content.items():
        path = ("waves", year)
        words = document.mapping_at(entry, path, frozenset({"period", "report"}))
        if not str(year).isdecimal():
            document.problem(path, f"{year!r} is no wave")
            continue
        found[int(year)] = {k: document.text_at(v, (*path, k)) for k, v in words.items()}
    return found


def _chapters(document: Document, content: object, path: KeyPath) -> Iterator[SkeletonChapter]:
    for k, entry in enumerate(document.list_at(content, path)):
        at = (*path, k)
        found = document.mapping_at(entry, at, _CHAPTER, frozenset({"heading"}))
        heading = document.text_at(found.get("heading"), (*at, "heading"))
        blocks = document.list_at(found.get("paragraphs", []), (*at, "paragraphs"))
        yield SkeletonChapter(
            id=document.text_at(found.get("id"), (*at, "id"), default=heading),
            heading=heading,
            blocks=tuple(
                _block(document, one, (*at, "paragraphs", j)) for j, one in enumerate(blocks)
            ),
            sections=tuple(_chapters(document, found.get("sections", []), (*at, "sections"))),
        )


def _block(document: Document, content: object, path: KeyPath) -> Block:
    """Read a list of lines, or a bullet: ``{bullet: [...], label: ...}``."""
    if isinstance(content, dict):
        keys = frozenset({"bullet", "label"})
        found = document.mapping_at(content, path, keys, frozenset({"bullet"}))
        lines = _lines(document, found.get("bullet"), (*path, "bullet"))
        label = document.text_at(found.get("label"), (*path, "label"), default="")
        return Block(tuple(lines), True, label)
    return Block(tuple(_lines(document, content, path)))


def _lines(document: Document, content: object, path: KeyPath) -> Iterator[Line]:
    for k, entry in enumerate(document.list_at(content, path)):
        yield Line(entry) if isinstance(entry, str) else _line(document, entry, (*path, k))


def _line(document: Document, content: object, path: KeyPath) -> Line:
    found = document.mapping_at(content, path, _LINE, frozenset({"finding"}))
    kinds = [key for key in ("text", "texts", "editor", "fixed") if key in found]
    if len(kinds) != 1:
        document.problem(path, "one of text, texts, editor and fixed was expected")
    scope = document.text_at(found.get("scope"), (*path, "scope"), default=Scope.POPULATION)
    if scope not in set(Scope):
        document.problem((*path, "scope"), f"scope '{scope}' is none of {', '.join(Scope)}")
        scope = Scope.POPULATION
    own = {key: document.text_at(found.get(key), (*path, key), default="") for key in _LINE_TEXTS}
    lists = {key: _texts(document, found.get(key), (*path, key)) for key in _LINE_LISTS}
    return Line(
        text=own["text"] or own["editor"] or own["fixed"],
        finding=own["finding"],
        is_editors="editor" in found,
        is_fixed="fixed" in found,
        group=own["group"],
        number=int(document.number_at(found.get("number", 0), (*path, "number"))),
        scope=Scope(scope),
        after=own["after"],
        says=own["says"],
        **lists,
    )


_LINE_TEXTS = ("text", "editor", "fixed", "finding", "group", "after", "says")
_LINE_LISTS = ("texts", "claims", "labels", "needs")


def _terms(document: Document, content: object) -> Iterator[Term]:
    for k, entry in enumerate(document.list_at(content, ("terms",))):
        path = ("terms", k)
        keys = frozenset({"forms", "says", "marks"})
        found = document.mapping_at(entry, path, keys, frozenset({"forms", "says"}))
        yield Term(
            _texts(document, found.get("forms"), (*path, "forms")),
            document.text_at(found.get("says"), (*path, "says")),
            _texts(document, found.get("marks"), (*path, "marks")),
        )


def _abbreviations(document: Document, content: object) -> Iterator[Abbreviation]:
    for k, entry in enumerate(document.list_at(content, ("abbreviations",))):
        path = ("abbreviations", k)
        keys = frozenset({"short", "full"})
        found = document.mapping_at(entry, path, keys, keys)
        yield Abbreviation(
            document.text_at(found.get("short"), (*path, "short")),
            document.text_at(found.get("full"), (*path, "full")),
        )
