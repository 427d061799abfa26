"""Code frames (``codeframes/<variable>.yaml``): what staff may make of an open answer.

A frame belongs to one variable that holds people's own words. Its codes are for good: a new meaning
is a new code, and a frame that gains codes gains a version.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.questionnaire.answers import other_variable
from app.questionnaire.document import MAX_SHOWN, Document, Node, Problem, by_place
from app.questionnaire.model import Bank, Instrument, Item, Kind, Missing, Store, Text

FOLDER = "codeframes"
_CODE = re.compile(r"[a-z][a-z0-9_]*\Z", re.ASCII)


class FrameRole(StrEnum):
    """What a code says when no theme fits; every frame has one code for each."""

    OTHER = "other"
    """Says something that no theme of the frame covers."""
    NOTHING_SAID = "nothing_said"
    """Words without content, such as "no" or "thank you"."""
    NOT_CODABLE = "not_codable"
    """Cannot be read or understood."""


class FrameStatus(StrEnum):
    """Whether researchers have settled a frame."""

    DRAFT = "draft"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class FrameCode:
    """One theme, or one of the three codes for answers without."""

    code: str
    text: Text
    exclusive: bool = False
    role: FrameRole | None = None
    note: str = ""
    """For coders: what belongs here and what does not."""


@dataclass(frozen=True)
class CodeFrame:
    """The codes of one variable, in the order of the file."""

    variable: str
    version: int
    status: FrameStatus
    codes: tuple[FrameCode, ...]

    def code_of(self, role: FrameRole) -> str:
        """Return the code that plays a role."""
        return next(one.code for one in self.codes if one.role is role)

    def in_order(self, codes: Sequence[str]) -> tuple[str, ...]:
        """Return codes in the frame's order, each once; raise `KeyError` with an unknown one."""
        places = {one.code: at for at, one in enumerate(self.codes)}
        return tuple(sorted(set(codes), key=lambda code: places[code]))

    def faults(self, codes: Sequence[str]) -> list[str]:
        """Return what is wrong with a coding, in words; nothing when it may stand."""
        known = {one.code: one for one in self.codes}
        unknown = [code for code in codes if code not in known]
        if unknown:
            return [f'"{code[:MAX_SHOWN]}" is not in the code frame' for code in unknown]
        alone = [code for code in codes if known[code].exclusive]
        if alone and len(set(codes)) > 1:
            return [f'"{alone[0]}" stands alone']
        return []


def own_words(instrument: Instrument) -> dict[str, Item]:
    """Return the variables that hold people's own words in the answer store, with their items.

    What is kept with the contacts never comes here: it is no answer to code.
    """
    return _own_words(instrument.items)


def bank_own_words(bank: Bank) -> dict[str, Item]:
    """Return the same of a whole bank, whatever wave asks it."""
    return _own_words(bank.items)


def load_code_frames(bank: Bank, folder: Path) -> tuple[dict[str, CodeFrame], list[Problem]]:
    """Return the frames of a study by variable, and every problem of their files.

    A variable without a file has no frame: its answers wait.
    """
    problems: list[Problem] = []
    frames: dict[str, CodeFrame] = {}
    words = _own_words(bank.items)
    for file in sorted((folder / FOLDER).glob("*.yaml")):
        name = str(Path(*folder.parts[-2:]) / FOLDER / file.name)
        root = Document(file, name, problems).root
        if root is None:
            continue
        frame = _read(root, bank, file.stem, words)
        if frame is not None:
            frames[frame.variable] = frame
    return ({} if problems else frames), by_place(problems)


def coding_variable(var: str) -> str:
    """Name of the variable that says how far the coding of an answer is."""
    return f"{var}_coding"


def _own_words(items: Sequence[Item]) -> dict[str, Item]:
    found: dict[str, Item] = {}
    for item in items:
        if item.store is not Store.ANSWERS:
            continue
        if item.kind in (Kind.OPEN, Kind.TEXT):
            found[item.var] = item
        if any(option.specify for option in item.options):
            found[other_variable(item.var)] = item
    return found


def _read(root: Node, bank: Bank, stem: str, words: Mapping[str, Item]) -> CodeFrame | None:
    block = root.block(("variable", "version", "status", "codes"))
    if block.keys() != {"variable", "version", "status", "codes"}:
        return None
    variable = block["variable"].text("variable")
    if variable != stem:
        shown = variable[:MAX_SHOWN]
        block["variable"].wrong(f'variable "{shown}" is not the name of its file, "{stem}"')
    elif variable not in words:
        block["variable"].wrong(f'no question keeps words of people\'s own as "{variable}"')
    elif coding_variable(variable) in _names(bank):
        block["variable"].wrong(f'"{coding_variable(variable)}" is the name of a question already')
    version = block["version"].whole("version")
    if version < 1:
        block["version"].wrong(f"version is {version}, expected 1 or more")
    status = block["status"].choice([one.value for one in FrameStatus], "status")
    codes = _codes(block["codes"], bank.languages)
    _check_roles(block["codes"], codes)
    return CodeFrame(variable, version, FrameStatus(status), codes)


def _codes(node: Node, languages: Sequence[str]) -> tuple[FrameCode, ...]:
    found: list[FrameCode] = []
    for one in node.items():
        block = one.block(("code", *languages), ("exclusive", "role", "note"))
        if "code" not in block:
            continue
        code = block["code"].text("code")
        if code in {known.code for known in found}:
            block["code"].wrong(f'code "{code[:MAX_SHOWN]}" stands twice')
        elif code in set(Missing):
            block["code"].wrong(f'code "{code}" is kept for missing answers')
        elif not _CODE.match(code):
            shown = code[:MAX_SHOWN]
            block["code"].wrong(f'code "{shown}": use lower-case letters, digits and _')
        roles = [role.value for role in FrameRole]
        role = block["role"].choice(roles, "role") if "role" in block else None
        found.append(
            FrameCode(
                code=code,
                text={
                    language: block[language].some_text(f"code {code[:MAX_SHOWN]} ({language})")
                    for language in languages
                    if language in block
                },
                exclusive="exclusive" in block and block["exclusive"].truth("exclusive"),
                role=FrameRole(role) if role else None,
                note=block["note"].some_text("note") if "note" in block else "",
            )
        )
    return tuple(found)


def _check_roles(node: Node, codes: Sequence[FrameCode]) -> None:
    for role in FrameRole:
        having = [one for one in codes if one.role is role]
        if len(having) != 1:
            node.wrong(f"found {len(having)} codes with role {role}, expected one")
        elif role is not FrameRole.OTHER and not having[0].exclusive:
            node.wrong(
                f'code "{having[0].code[:MAX_SHOWN]}" ({role}) stands alone: exclusive: true'
            )
    if not any(one.role is None for one in codes):
        node.wrong("a code frame needs at least one theme")


def _names(bank: Bank) -> set[str]:
    asked = {item.var for item in bank.items}
    asked |= {one.var for item in bank.items for one in item.statements}
    asked |= {one.var for one in (*bank.frame, *bank.paradata)}
    return asked | {one.var for one in bank.assigned} | {one.var for one in bank.derived}
