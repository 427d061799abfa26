"""A study folder (``surveys/<study>/``) → the item bank, or every problem with file and line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.questionnaire.checks import check_bank
from app.questionnaire.code_lists import countries, read_code_list
from app.questionnaire.document import Document, Node, Problem
from app.questionnaire.expression import ALWAYS, ExpressionError, parse
from app.questionnaire.model import (
    AssignedVariable,
    Bank,
    CodeEntry,
    Condition,
    Derivation,
    DerivedVariable,
    FrameVariable,
    Item,
    Kind,
    Limits,
    Module,
    Offer,
    Option,
    Policy,
    Repeat,
    Scale,
    Statement,
    Store,
    Termination,
    Text,
    Variant,
)

TERRITORIES = "territories"
"""Instead of a file name: the countries of the world, named by CLDR."""


def load_bank(folder: Path) -> tuple[Bank | None, list[Problem]]:
    """Return the bank and no problems, or ``None`` and all problems, ordered by place.

    Reads ``study.yaml``, ``scales.yaml``, the modules that the study names, and its code lists.
    Everything is read before anything is judged, so that one mistake does not hide the next.
    """
    problems: list[Problem] = []
    bank = _Reader(folder, problems).bank()
    if bank is not None:
        problems += check_bank(bank)
    problems = sorted(set(problems), key=lambda one: (one.place.file, one.place.line, one.message))
    return (None if problems else bank), problems


@dataclass(frozen=True, slots=True)
class _Study:
    """What the other files need to know of ``study.yaml``."""

    node: dict[str, Node]
    waves: tuple[int, ...]
    languages: tuple[str, ...]


class _Reader:
    """Reads the files of one study, noting problems as it goes."""

    def __init__(self, folder: Path, problems: list[Problem]) -> None:
        self.folder = folder
        self.problems = problems
        self.languages: tuple[str, ...] = ()
        self.waves: tuple[int, ...] = ()
        self.scales: dict[str, Scale] = {}

    def open(self, relative: str) -> Node | None:
        return Document(self.folder / relative, self.name(relative), self.problems).root

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
        if not {"id", "title", "waves", "languages", "missing", "modules"} <= study.keys():
            return None
        self.languages = study["languages"].texts("language")
        self.waves = tuple(one.whole("wave") for one in study["waves"].items())
        if not self.languages or not self.waves:
            root.wrong("a study needs at least one language and one wave")
            return None
        self.scales = self.read_scales()
        modules, items = self.read_modules(study["modules"])
        return Bank(
            study=study["id"].text("id"),
            title=self.words(study["title"], "title"),
            waves=self.waves,
            languages=self.languages,
            missing=self.labels(study.get("missing"), "missing code"),
            research_questions=self.labels(study.get("research_questions"), "research question"),
            indicators=self.labels(study.get("indicators"), "indicator"),
            concepts=self.labels(study.get("concepts"), "concept"),
            frame=self.frame(study.get("frame"), typed=True),
            paradata=self.frame(study.get("paradata"), typed=False),
            assigned=tuple(self.assigned(one) for one in _members(study.get("assigned"))),
            derived=tuple(self.derived(one) for one in _members(study.get("derived"))),
            terminations=tuple(
                self.termination(one) for one in _members(study.get("terminations"))
            ),
            scales=self.scales,
            modules=modules,
            items=items,
            code_lists=self.code_lists(study.get("code_lists")),
        )

    # --- study.yaml -----------------------------------------------------------------------------

    def words(self, node: Node, what: str) -> Text:
        return node.words(self.languages, what)

    def labels(self, node: Node | None, what: str) -> Mapping[str, Text]:
        if node is None:
            return {}
        return {key: self.words(value, f"{what} {key}") for _, key, value in node.pairs()}

    def frame(self, node: Node | None, *, typed: bool) -> tuple[FrameVariable, ...]:
        found = []
        for one in _members(node):
            block = one.block(("var", "type") if typed else ("var",), ("values", "note"))
            if "var" in block:
                found.append(
                    FrameVariable(
                        var=block["var"].text("var"),
                        kind=block["type"].text("type") if "type" in block else "single",
                        values=_values(block.get("values")),
                        note=_text(block, "note"),
                    )
                )
        return tuple(found)

    def assigned(self, node: Node) -> AssignedVariable:
        block = node.block(("var", "after", "values"), ("override", "persist", "note"))
        return AssignedVariable(
            var=_text(block, "var"),
            after=_text(block, "after"),
            values=_values(block.get("values")),
            override=_text(block, "override") or None,
            note=_text(block, "note"),
        )

    def derived(self, node: Node) -> DerivedVariable:
        block = node.block(
            ("var", "kind", "after"),
            ("cases", "default", "from", "to", "censor_when", "censor_at", "note"),
        )
        kinds = [kind.value for kind in Derivation]
        kind = block["kind"].choice(kinds, "kind") if "kind" in block else kinds[0]
        cases = []
        for one in _members(block.get("cases")):
            case = one.block(("when", "value"))
            if case.keys() == {"when", "value"}:
                cases.append((self.condition(case["when"]), case["value"].text("value")))
        return DerivedVariable(
            var=_text(block, "var"),
            kind=Derivation(kind),
            after=_text(block, "after"),
            cases=tuple(cases),
            default=_text(block, "default") or None,
            sources=_values(block.get("from")),
            to=_text(block, "to") or None,
            censor_when=self.condition(block["censor_when"]) if "censor_when" in block else None,
            censor_at=_text(block, "censor_at") or None,
            note=_text(block, "note"),
            place=node.place,
        )

    def termination(self, node: Node) -> Termination:
        block = node.block(("after", "when", "status", "text"))
        statuses = ("refused", "screened_out")
        return Termination(
            after=_text(block, "after"),
            when=self.condition(block["when"]) if "when" in block else ALWAYS,
            status=block["status"].choice(statuses, "status") if "status" in block else "refused",
            text=self.words(block["text"], "text") if "text" in block else {},
        )

    def code_lists(self, node: Node | None) -> dict[str, tuple[CodeEntry, ...]]:
        found: dict[str, tuple[CodeEntry, ...]] = {}
        if node is None:
            return found
        for _, name, value in node.pairs():
            source = value.text("code list")
            if source == TERRITORIES:
                found[name] = countries(self.languages)
            else:
                file = self.folder / source
                found[name] = read_code_list(file, self.name(source), self.languages, self.problems)
        return found

    # --- scales.yaml ----------------------------------------------------------------------------

    def read_scales(self) -> dict[str, Scale]:
        if not (self.folder / "scales.yaml").exists():
            return {}
        root = self.open("scales.yaml")
        found: dict[str, Scale] = {}
        for one in _members(root.block(("scales",)).get("scales") if root else None):
            block = one.block(("id", "kind", "options"))
            if not block.keys() >= {"id", "kind", "options"}:
                continue
            kinds = ("nominal", "ordinal", "bipolar", "two_sided")
            scale = Scale(
                id=block["id"].text("id"),
                kind=block["kind"].choice(kinds, "kind"),
                options=self.options(block["options"]),
            )
            if scale.id in found:
                block["id"].wrong(f'scale "{scale.id}" stands twice')
            found[scale.id] = scale
        return found

    def options(self, node: Node) -> tuple[Option, ...]:
        found: list[Option] = []
        for one in node.items():
            block = one.block(("code", *self.languages), ("exclusive", "specify"))
            if "code" not in block:
                continue
            code = block["code"].text("option code")
            if code in {option.code for option in found}:
                block["code"].wrong(f'option code "{code}" stands twice')
            found.append(
                Option(
                    code=code,
                    text={
                        language: block[language].text(f"option {code} ({language})")
                        for language in self.languages
                        if language in block
                    },
                    exclusive="exclusive" in block and block["exclusive"].truth("exclusive"),
                    specify="specify" in block and block["specify"].truth("specify"),
                )
            )
        return tuple(found)

    # --- modules/*.yaml -------------------------------------------------------------------------

    def read_modules(self, node: Node) -> tuple[tuple[Module, ...], tuple[Item, ...]]:
        modules: list[Module] = []
        items: list[Item] = []
        for order, name in enumerate(node.items(), start=1):
            root = self.open(f"modules/{name.text('module')}.yaml")
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
            modules.append(module)
            items += [self.item(one, module.id) for one in block["items"].items()]
        return tuple(modules), tuple(items)

    def item(self, node: Node, module: str) -> Item:
        block = node.block(
            ("var", "block", "type", "text", "concept"),
            ("list", "help", "scale", "options", "statements", "per_screen", "limits", "missing",
             "when", "waves", "repeat", "variants", "rq", "indicators", "sensitive", "sources",
             "store", "required"),
        )  # fmt: skip
        kinds = [kind.value for kind in Kind]
        kind = Kind(block["type"].choice(kinds, "type")) if "type" in block else Kind.SINGLE
        waves = self.wave_list(block.get("waves"), self.waves)
        missing = block["missing"].block((), ("dk", "refuse")) if "missing" in block else {}
        store = (
            block["store"].choice([one.value for one in Store], "store") if "store" in block else ""
        )
        return Item(
            var=_text(block, "var"),
            module=module,
            block=_text(block, "block"),
            kind=kind,
            text=self.words(block["text"], "text") if "text" in block else {},
            help=self.words(block["help"], "help") if "help" in block else None,
            options=self.item_options(block),
            scale=_text(block, "scale") or None,
            statements=tuple(
                self.statement(one, waves) for one in _members(block.get("statements"))
            ),
            per_screen=block["per_screen"].whole("per_screen") if "per_screen" in block else 5,
            code_list=_text(block, "list") or None,
            limits=self.limits(block.get("limits")),
            dk=_offer(missing.get("dk"), Offer.ON_SKIP),
            refuse=_offer(missing.get("refuse"), Offer.NONE),
            when=self.condition(block["when"]) if "when" in block else ALWAYS,
            waves=waves,
            repeat=self.repeat(block.get("repeat")),
            variants=tuple(self.variant(one) for one in _members(block.get("variants"))),
            research_questions=_values(block.get("rq")),
            indicators=_values(block.get("indicators")),
            sensitive="sensitive" in block and block["sensitive"].truth("sensitive"),
            concept=_text(block, "concept"),
            sources=_values(block.get("sources")),
            store=Store(store or Store.ANSWERS),
            required="required" in block and block["required"].truth("required"),
            place=node.place,
        )

    def item_options(self, block: Mapping[str, Node]) -> tuple[Option, ...]:
        if "options" in block:
            if "scale" in block:
                block["scale"].wrong("an item has options or a scale, not both")
            return self.options(block["options"])
        if "scale" in block:
            name = block["scale"].text("scale")
            if name in self.scales:
                return self.scales[name].options
            block["scale"].wrong(f'unknown scale "{name[:60]}"')
        return ()

    def statement(self, node: Node, waves: tuple[int, ...]) -> Statement:
        block = node.block(
            ("var", "text"),
            ("when", "waves", "rq", "indicators", "sensitive", "concept", "sources"),
        )
        return Statement(
            var=_text(block, "var"),
            text=self.words(block["text"], "text") if "text" in block else {},
            when=self.condition(block["when"]) if "when" in block else ALWAYS,
            waves=self.wave_list(block.get("waves"), waves),
            research_questions=_values(block.get("rq")),
            indicators=_values(block.get("indicators")),
            sensitive="sensitive" in block and block["sensitive"].truth("sensitive"),
            concept=_text(block, "concept"),
            sources=_values(block.get("sources")),
            place=node.place,
        )

    def wave_list(self, node: Node | None, default: tuple[int, ...]) -> tuple[int, ...]:
        if node is None:
            return default
        waves = tuple(one.whole("wave") for one in node.items())
        for wave in waves:
            if wave not in default:
                node.wrong(f"wave {wave} is not one of {', '.join(map(str, default))}")
        return waves

    def limits(self, node: Node | None) -> Limits:
        if node is None:
            return Limits()
        keys = ("min", "max", "max_choices", "year_only", "unit", "max_length")
        block = node.block((), keys)
        return Limits(
            min=_bound(block.get("min")),
            max=_bound(block.get("max")),
            max_choices=block["max_choices"].whole("max_choices")
            if "max_choices" in block
            else None,
            year_only="year_only" in block and block["year_only"].truth("year_only"),
            unit=self.words(block["unit"], "unit") if "unit" in block else None,
            max_length=block["max_length"].whole("max_length") if "max_length" in block else 4000,
        )

    def repeat(self, node: Node | None) -> Repeat:
        if node is None:
            return Repeat()
        block = node.block((), ("policy", "until", "reset_on", "text"))
        policies = [policy.value for policy in Policy]
        policy = block["policy"].choice(policies, "policy") if "policy" in block else policies[0]
        return Repeat(
            policy=Policy(policy),
            until=_values(block.get("until")),
            reset_on=_text(block, "reset_on") or None,
            text=self.words(block["text"], "text") if "text" in block else None,
        )

    def variant(self, node: Node) -> Variant:
        block = node.block(("when", "text"))
        return Variant(
            when=self.condition(block["when"]) if "when" in block else ALWAYS,
            text=self.words(block["text"], "text") if "text" in block else {},
        )

    def condition(self, node: Node) -> Condition:
        source = node.text("condition")
        try:
            return parse(source)
        except ExpressionError as error:
            node.wrong(f"condition cannot be read: {error}")
            return ALWAYS


def _members(node: Node | None) -> Iterable[Node]:
    return node.items() if node is not None else ()


def _values(node: Node | None) -> tuple[str, ...]:
    return node.texts("value") if node is not None else ()


def _text(block: Mapping[str, Node], key: str) -> str:
    return block[key].text(key) if key in block else ""


def _bound(node: Node | None) -> str | int | None:
    if node is None:
        return None
    return node.text("bound") if node.is_text() else node.whole("bound")


def _offer(node: Node | None, default: Offer) -> Offer:
    if node is None:
        return default
    return Offer(node.choice([offer.value for offer in Offer], "missing policy"))
