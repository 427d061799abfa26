"""One entry of ``scales.yaml`` or ``modules/*.yaml`` → scale options, an item of the bank."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from app.questionnaire.document import MAX_SHOWN, Node
from app.questionnaire.expression import ALWAYS, ExpressionError, parse
from app.questionnaire.model import (
    Condition,
    Item,
    Kind,
    Limits,
    Offer,
    Option,
    Policy,
    Repeat,
    Scale,
    Statement,
    Store,
    Text,
    Variant,
)
from app.questionnaire.pictures import read_picture
from app.questionnaire.purpose import Allows, Purpose


class ItemReader:
    """Reads options and items, in the study's languages and for its waves."""

    def __init__(
        self, languages: tuple[str, ...], waves: tuple[int, ...], folder: Path | None = None
    ) -> None:
        self.languages = languages
        self.waves = waves
        self.folder = folder
        """Of the study, where its pictures lie."""
        self.scales: Mapping[str, Scale] | None = {}
        """``None`` when ``scales.yaml`` cannot be read: then no scale is called unknown."""

    def words(self, node: Node, what: str) -> Text:
        """Return a text by language."""
        return node.words(self.languages, what)

    def options(self, node: Node) -> tuple[Option, ...]:
        """Return the options of an item or a scale."""
        found: list[Option] = []
        for one in node.items():
            block = one.block(("code", *self.languages), ("exclusive", "specify", "picture"))
            if "code" not in block:
                continue
            code = block["code"].text("option code")
            if code in {option.code for option in found}:
                block["code"].wrong(f'option code "{code}" stands twice')
            found.append(
                Option(
                    code=code,
                    text={
                        language: block[language].some_text(f"option {code} ({language})")
                        for language in self.languages
                        if language in block
                    },
                    exclusive="exclusive" in block and block["exclusive"].truth("exclusive"),
                    specify="specify" in block and block["specify"].truth("specify"),
                    picture=read_picture(block["picture"], self.languages, self.folder)
                    if "picture" in block
                    else None,
                )
            )
        return tuple(found)

    def item(self, node: Node, module: str) -> Item:
        """Return one entry of a module."""
        block = node.block(
            ("var", "block", "type", "text", "concept"),
            ("list", "help", "scale", "options", "statements", "per_screen", "limits", "missing",
             "when", "waves", "repeat", "variants", "rq", "indicators", "sensitive", "sources",
             "store", "required", "allows", "reaches"),
        )  # fmt: skip
        kinds = [kind.value for kind in Kind]
        kind = Kind(block["type"].choice(kinds, "type")) if "type" in block else Kind.SINGLE
        waves = self._wave_list(block.get("waves"), self.waves)
        missing = block["missing"].block((), ("dk", "refuse")) if "missing" in block else {}
        store = (
            block["store"].choice([one.value for one in Store], "store") if "store" in block else ""
        )
        return Item(
            var=text_of(block, "var"),
            module=module,
            block=text_of(block, "block"),
            kind=kind,
            text=self.words(block["text"], "text") if "text" in block else {},
            help=self.words(block["help"], "help") if "help" in block else None,
            options=self._item_options(block),
            scale=text_of(block, "scale") or None,
            statements=tuple(
                self._statement(one, waves) for one in members_of(block.get("statements"))
            ),
            per_screen=block["per_screen"].whole("per_screen") if "per_screen" in block else 5,
            code_list=text_of(block, "list") or None,
            limits=self._limits(block.get("limits")),
            dk=_offer(missing.get("dk"), Offer.ON_SKIP),
            refuse=_offer(missing.get("refuse"), Offer.NONE),
            when=read_condition(block["when"]) if "when" in block else ALWAYS,
            waves=waves,
            repeat=self._repeat(block.get("repeat")),
            variants=tuple(self._variant(one) for one in members_of(block.get("variants"))),
            research_questions=values_of(block.get("rq")),
            indicators=values_of(block.get("indicators")),
            sensitive="sensitive" in block and block["sensitive"].truth("sensitive"),
            concept=text_of(block, "concept"),
            sources=values_of(block.get("sources")),
            store=Store(store or Store.ANSWERS),
            required="required" in block and block["required"].truth("required"),
            place=node.place,
            allows=_allows(block.get("allows")),
            reaches="reaches" in block and block["reaches"].truth("reaches"),
        )

    def _item_options(self, block: Mapping[str, Node]) -> tuple[Option, ...]:
        if "options" in block:
            if "scale" in block:
                block["scale"].wrong("an item has options or a scale, not both")
            return self.options(block["options"])
        if "scale" in block:
            name = block["scale"].text("scale")
            if self.scales is None:
                return ()
            if name in self.scales:
                return self.scales[name].options
            block["scale"].wrong(f'unknown scale "{name[:MAX_SHOWN]}"')
        return ()

    def _statement(self, node: Node, waves: tuple[int, ...]) -> Statement:
        block = node.block(
            ("var", "text"),
            ("when", "waves", "rq", "indicators", "sensitive", "concept", "sources"),
        )
        return Statement(
            var=text_of(block, "var"),
            text=self.words(block["text"], "text") if "text" in block else {},
            when=read_condition(block["when"]) if "when" in block else ALWAYS,
            waves=self._wave_list(block.get("waves"), waves),
            research_questions=values_of(block.get("rq")),
            indicators=values_of(block.get("indicators")),
            sensitive="sensitive" in block and block["sensitive"].truth("sensitive"),
            concept=text_of(block, "concept"),
            sources=values_of(block.get("sources")),
            place=node.place,
        )

    def _wave_list(self, node: Node | None, default: tuple[int, ...]) -> tuple[int, ...]:
        if node is None:
            return default
        waves = tuple(one.whole("wave") for one in node.items())
        for wave in waves:
            if wave not in default:
                node.wrong(f"wave {wave} is not one of {', '.join(map(str, default))}")
        return waves

    def _limits(self, node: Node | None) -> Limits:
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

    def _repeat(self, node: Node | None) -> Repeat:
        if node is None:
            return Repeat()
        block = node.block((), ("policy", "until", "reset_on", "text", "independent"))
        policies = [policy.value for policy in Policy]
        policy = block["policy"].choice(policies, "policy") if "policy" in block else policies[0]
        return Repeat(
            policy=Policy(policy),
            until=values_of(block.get("until")),
            reset_on=text_of(block, "reset_on") or None,
            text=self.words(block["text"], "text") if "text" in block else None,
            independent=read_condition(block["independent"]) if "independent" in block else None,
        )

    def _variant(self, node: Node) -> Variant:
        block = node.block(("when", "text"))
        return Variant(
            when=read_condition(block["when"]) if "when" in block else ALWAYS,
            text=self.words(block["text"], "text") if "text" in block else {},
        )


def read_condition(node: Node) -> Condition:
    """Return the condition that stands here; `ALWAYS` for one that cannot be read."""
    source = node.text("condition")
    try:
        return parse(source)
    except ExpressionError as error:
        node.wrong(f"condition cannot be read: {error}")
        return ALWAYS


def members_of(node: Node | None) -> Iterable[Node]:
    """Return the members of a list, or none where there is no list."""
    return node.items() if node is not None else ()


def values_of(node: Node | None) -> tuple[str, ...]:
    """Return the texts of a list, or none where there is no list."""
    return node.texts("value") if node is not None else ()


def text_of(block: Mapping[str, Node], key: str) -> str:
    """Return the text under a key, or an empty one where it is absent."""
    return block[key].text(key) if key in block else ""


def _bound(node: Node | None) -> str | int | None:
    if node is None:
        return None
    return node.text("bound") if node.is_text() else node.whole("bound")


def _allows(node: Node | None) -> Allows | None:
    """``allows: recontact``, or with the codes that give leave: ``{purpose: …, codes: […]}``."""
    if node is None:
        return None
    purposes = [one.value for one in Purpose]
    if node.is_text():
        return Allows(Purpose(node.choice(purposes, "purpose")))
    block = node.block(("purpose", "codes"))
    if "purpose" not in block:
        return None
    found = Purpose(block["purpose"].choice(purposes, "purpose"))
    return Allows(found, values_of(block.get("codes")))


def _offer(node: Node | None, default: Offer) -> Offer:
    if node is None:
        return default
    return Offer(node.choice([offer.value for offer in Offer], "missing policy"))
