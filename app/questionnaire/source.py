"""A study folder (``surveys/<study>/``) → the item bank, or every problem with file and line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.questionnaire.checks import check_bank
from app.questionnaire.code_lists import countries, locale_of, read_code_list
from app.questionnaire.document import MAX_SHOWN, Document, Node, Problem, by_place
from app.questionnaire.expression import ALWAYS
from app.questionnaire.model import (
    AssignedVariable,
    Bank,
    CodeEntry,
    Derivation,
    DerivedVariable,
    FrameVariable,
    Item,
    Missing,
    Module,
    Scale,
    Termination,
    Text,
    VariableLabels,
)
from app.questionnaire.source_items import (
    ItemReader,
    members_of,
    read_condition,
    text_of,
    values_of,
)
from app.questionnaire.source_labels import Unasked, read_labels

TERRITORIES = "territories"
"""Instead of a file name: the countries of the world, named by CLDR."""

_INSIDE = re.compile(r"[\w-]+(/[\w-]+)*(\.\w+)?\Z", re.ASCII)
"""Names of files that stay within the study's folder."""


def load_bank(folder: Path, *, named_in: Sequence[str] = ()) -> tuple[Bank | None, list[Problem]]:
    """Return the bank and no problems, or ``None`` and all problems, ordered by place.

    Code lists are named in the languages of the bank and of ``named_in``. Reads ``study.yaml``,
    ``scales.yaml``, the modules that the study names, and its code lists. Everything is read
    before anything is judged, so that one mistake does not hide the next.
    """
    problems: list[Problem] = []
    reader = _Reader(folder, problems, named_in)
    bank = reader.bank()
    if bank is not None:
        problems += check_bank(bank, whole=reader.whole)
    return (None if problems else bank), by_place(problems)


class _Reader:
    """Reads the files of one study, noting problems as it goes."""

    def __init__(self, folder: Path, problems: list[Problem], named_in: Sequence[str]) -> None:
        self.folder = folder
        self.named_in = named_in
        self.problems = problems
        self.languages: tuple[str, ...] = ()
        self.whole = True
        self.read = ItemReader((), ())

    def open(self, relative: str) -> Node | None:
        root = Document(self.folder / relative, self.name(relative), self.problems).root
        self.whole = self.whole and root is not None
        return root

    def name(self, relative: str) -> str:
        return str(Path(*self.folder.parts[-2:]) / relative)

    def bank(self) -> Bank | None:
        root = self.open("study.yaml")
        if root is None:
            return None
        study = root.block(
            ("id", "title", "waves", "languages", "missing", "modules"),
            ("research_questions", "indicators", "concepts", "frame", "paradata", "assigned",
             "derived", "terminations", "code_lists"),
        )  # fmt: skip
        if not {"waves", "languages", "modules"} <= study.keys():
            return None
        self.languages = self.read_languages(study["languages"])
        waves = self.read_waves(study["waves"])
        if not self.languages or not waves:
            root.wrong("a study needs at least one language and one wave")
            return None
        self.read = ItemReader(self.languages, waves, self.folder)
        self.read.scales = self.read_scales()
        modules, items = self.read_modules(study["modules"])
        frame = self.frame(study.get("frame"), typed=True)
        paradata = self.frame(study.get("paradata"), typed=False)
        assigned = tuple(self.assigned(one) for one in members_of(study.get("assigned")))
        derived = tuple(self.derived(one) for one in members_of(study.get("derived")))
        return Bank(
            study=text_of(study, "id"),
            title=self.words(study["title"], "title") if "title" in study else {},
            waves=waves,
            languages=self.languages,
            missing=self.missing_codes(study.get("missing")),
            research_questions=self.labels(study.get("research_questions"), "research question"),
            indicators=self.labels(study.get("indicators"), "indicator"),
            concepts=self.labels(study.get("concepts"), "concept"),
            frame=frame,
            paradata=paradata,
            assigned=assigned,
            derived=derived,
            terminations=tuple(
                self.termination(one) for one in members_of(study.get("terminations"))
            ),
            scales=self.read.scales or {},
            modules=modules,
            items=items,
            code_lists=self.code_lists(study.get("code_lists")),
            labels=self.variable_labels((*frame, *paradata, *assigned, *derived)),
        )

    # --- study.yaml -----------------------------------------------------------------------------

    def read_languages(self, node: Node) -> tuple[str, ...]:
        found: list[str] = []
        for one in node.items():
            code = one.text("language")
            if code in found:
                one.wrong(f'language "{code[:MAX_SHOWN]}" stands twice')
            elif locale_of(code) is None:
                one.wrong(f'language "{code[:MAX_SHOWN]}" is not known, expected a code like "nl"')
            found.append(code)
        return tuple(found)

    def read_waves(self, node: Node) -> tuple[int, ...]:
        waves = tuple(one.whole("wave") for one in node.items())
        if list(waves) != sorted(set(waves)):
            node.wrong("waves are not in order, expected each year once, the first wave first")
        return waves

    def missing_codes(self, node: Node | None) -> Mapping[str, Text]:
        found = self.labels(node, "missing code")
        if node is not None:
            for code in Missing:
                if code.value not in found:
                    node.wrong(f'missing code "{code.value}" has no text')
        return found

    def words(self, node: Node, what: str) -> Text:
        return node.words(self.languages, what)

    def labels(self, node: Node | None, what: str) -> Mapping[str, Text]:
        if node is None:
            return {}
        return {key: self.words(value, f"{what} {key}") for _, key, value in node.pairs()}

    def frame(self, node: Node | None, *, typed: bool) -> tuple[FrameVariable, ...]:
        found = []
        for one in members_of(node):
            block = one.block(("var", "type") if typed else ("var",), ("values", "note"))
            if "var" in block:
                found.append(
                    FrameVariable(
                        var=block["var"].text("var"),
                        kind=block["type"].text("type") if "type" in block else "single",
                        values=values_of(block.get("values")),
                        note=text_of(block, "note"),
                        place=one.place,
                    )
                )
        return tuple(found)

    def assigned(self, node: Node) -> AssignedVariable:
        block = node.block(("var", "after", "values"), ("override", "persist", "note"))
        return AssignedVariable(
            var=text_of(block, "var"),
            after=text_of(block, "after"),
            values=values_of(block.get("values")),
            override=text_of(block, "override") or None,
            note=text_of(block, "note"),
            place=node.place,
        )

    def derived(self, node: Node) -> DerivedVariable:
        block = node.block(
            ("var", "kind", "after"),
            ("cases", "default", "from", "to", "censor_when", "censor_at", "note"),
        )
        kinds = [kind.value for kind in Derivation]
        kind = block["kind"].choice(kinds, "kind") if "kind" in block else kinds[0]
        cases = []
        for one in members_of(block.get("cases")):
            case = one.block(("when", "value"))
            if case.keys() == {"when", "value"}:
                cases.append((read_condition(case["when"]), case["value"].text("value")))
        return DerivedVariable(
            var=text_of(block, "var"),
            kind=Derivation(kind),
            after=text_of(block, "after"),
            cases=tuple(cases),
            default=text_of(block, "default") or None,
            sources=values_of(block.get("from")),
            to=text_of(block, "to") or None,
            censor_when=read_condition(block["censor_when"]) if "censor_when" in block else None,
            censor_at=text_of(block, "censor_at") or None,
            note=text_of(block, "note"),
            place=node.place,
        )

    def termination(self, node: Node) -> Termination:
        block = node.block(("after", "when", "status", "text"))
        statuses = ("refused", "screened_out")
        return Termination(
            after=text_of(block, "after"),
            when=read_condition(block["when"]) if "when" in block else ALWAYS,
            status=block["status"].choice(statuses, "status") if "status" in block else "refused",
            text=self.words(block["text"], "text") if "text" in block else {},
            place=node.place,
        )

    def code_lists(self, node: Node | None) -> dict[str, tuple[CodeEntry, ...]]:
        found: dict[str, tuple[CodeEntry, ...]] = {}
        if node is None:
            return found
        languages = tuple(dict.fromkeys((*self.languages, *self.named_in)))
        for _, name, value in node.pairs():
            source = value.text("code list")
            if not value.is_text():
                continue
            if source == TERRITORIES:
                found[name] = countries(languages)
            elif not _INSIDE.match(source):
                value.wrong(f'code list "{source[:MAX_SHOWN]}", expected a file of the study')
            else:
                file = self.folder / source
                found[name] = read_code_list(file, self.name(source), languages, self.problems)
        return found

    # --- scales.yaml ----------------------------------------------------------------------------

    def variable_labels(self, unasked: Sequence[Unasked]) -> Mapping[str, VariableLabels]:
        if not (self.folder / "labels.yaml").exists():
            return {}
        root = self.open("labels.yaml")
        return {} if root is None else read_labels(root, self.read, self.languages, unasked)

    def read_scales(self) -> dict[str, Scale] | None:
        if not (self.folder / "scales.yaml").exists():
            return {}
        root = self.open("scales.yaml")
        if root is None:
            return None
        found: dict[str, Scale] = {}
        for one in members_of(root.block(("scales",)).get("scales")):
            block = one.block(("id", "kind", "options"))
            if not block.keys() >= {"id", "kind", "options"}:
                continue
            kinds = ("nominal", "ordinal", "bipolar", "two_sided")
            scale = Scale(
                id=block["id"].text("id"),
                kind=block["kind"].choice(kinds, "kind"),
                options=self.read.options(block["options"]),
            )
            if scale.id in found:
                block["id"].wrong(f'scale "{scale.id}" stands twice')
            found[scale.id] = scale
        return found

    # --- modules/*.yaml -------------------------------------------------------------------------

    def read_modules(self, node: Node) -> tuple[tuple[Module, ...], tuple[Item, ...]]:
        modules: list[Module] = []
        items: list[Item] = []
        for order, name in enumerate(node.items(), start=1):
            file = name.text("module")
            if not name.is_text():
                continue
            if not _INSIDE.match(file):
                name.wrong(f'module "{file[:MAX_SHOWN]}", expected the name of a file in modules/')
                continue
            root = self.open(f"modules/{file}.yaml")
            if root is None:
                continue
            block = root.block(("module", "items"))
            if block.keys() != {"module", "items"}:
                continue
            head = block["module"].block(("id", "title"), ("lead",))
            if not head.keys() >= {"id", "title"}:
                continue
            module = Module(
                id=head["id"].text("id"),
                order=order,
                title=self.words(head["title"], "title"),
                lead=self.words(head["lead"], "lead") if "lead" in head else None,
            )
            if module.id in {one.id for one in modules}:
                head["id"].wrong(f'module "{module.id}" stands twice')
            modules.append(module)
            items += [self.read.item(one, module.id) for one in block["items"].items()]
        return tuple(modules), tuple(items)
