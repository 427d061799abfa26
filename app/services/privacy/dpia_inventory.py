"""What the system itself knows for an impact assessment: its data dictionary, terms, measures.

Read from the study's files and the installation, never typed in: a question that is added tomorrow
stands in it tomorrow, and an assessment that was signed before says that it is of another study.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path

from app.panel.dpia import Special, read_special
from app.panel.retention import Term, read_retention
from app.questionnaire.document import Problem
from app.questionnaire.model import Bank, Item, Kind, Store
from app.questionnaire.source import load_bank
from app.services.content.study_calendar import WavePlan, WavePlanError, read_wave_plan
from app.services.context import ServiceContext
from app.services.privacy import audit_heads
from app.storage import privacy
from app.storage.waves import list_waves


@dataclass(frozen=True, slots=True)
class ModuleData:
    """A chapter of the questionnaire, counted."""

    title: Mapping[str, str]
    variables: int
    sensitive: int
    open_words: int
    """Questions answered in own words: they may hold anything."""
    waves: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FrameData:
    """A variable from the register."""

    var: str
    note: str


@dataclass(frozen=True, slots=True)
class SpecialData:
    """A special category with the questions that ask it, in words."""

    special: Special
    asked: tuple[tuple[str, Mapping[str, str]], ...]
    """Variable and words; for variables nobody is asked, no words."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """What is known of a study without asking anybody."""

    study: str
    title: Mapping[str, str]
    plans: tuple[WavePlan, ...]
    modules: tuple[ModuleData, ...]
    contact: tuple[tuple[str, Mapping[str, str]], ...]
    """Questions whose answers go to the database of contacts."""
    frame: tuple[FrameData, ...]
    special: tuple[SpecialData, ...]
    unclassified: tuple[str, ...]
    """Questions marked as sensitive that no category names yet."""
    questions: Mapping[str, Mapping[str, str]]
    """Research questions: the purposes."""
    without_purpose: tuple[str, ...]
    """Questions that serve no research question."""
    purposes: tuple[str, ...]
    """What consent is asked for: survey, recontact …"""
    terms: tuple[Term, ...]
    study_hash: str


@dataclass(frozen=True, slots=True)
class Installation:
    """What the running system can show of itself."""

    fielded: tuple[int, ...]
    email: bool
    sms: str | None
    """Name of the gateway; ``None`` where none is set."""
    separate: bool
    """Contacts and answers lie in two databases."""
    requests: int
    late: int
    """Requests that were not done in time, or are late now."""
    erased: int
    heads: int
    """Days on which the head of the log was written down outside the database."""
    synthetic: bool


class UnreadableError(Exception):
    """The study's files cannot be read; `check` says why."""


def inventory(study: Path) -> Inventory:
    """Return what the files of a study say; read once as long as they do not change.

    Raises
    ------
    UnreadableError
        If the study or its ``dpia.yaml`` has a fault.
    """
    files = [*study.glob("*.yaml"), *study.glob("modules/*.yaml"), *study.glob("waves/*.yaml")]
    changed = tuple(sorted((file.name, file.stat().st_mtime_ns) for file in files))
    return _inventory(study, changed)


@lru_cache(maxsize=2)
def _inventory(study: Path, _changed: object) -> Inventory:
    bank, problems = load_bank(study)
    if bank is None:
        raise UnreadableError("\n".join(map(str, problems)))
    special, faults = read_special(study, _variables(bank))
    if faults:
        raise UnreadableError("\n".join(map(str, faults)))
    policy, _ = read_retention(study)
    words = dict(_asked(bank))
    named = {var for one in special for var in one.variables}
    sensitive = {var for item in bank.items for var in _sensitive(item)}
    found = Inventory(
        study=bank.study,
        title=bank.title,
        plans=tuple(_plans(study, bank.waves)),
        modules=tuple(_modules(bank)),
        contact=tuple((item.var, item.text) for item in bank.items if item.store is Store.CONTACT),
        frame=tuple(FrameData(one.var, one.note) for one in bank.frame),
        special=tuple(
            SpecialData(one, tuple((var, words.get(var, {})) for var in one.variables))
            for one in special
        ),
        unclassified=tuple(sorted(sensitive - named)),
        questions=bank.research_questions,
        without_purpose=tuple(item.var for item in bank.items if _asks(item) and not _serves(item)),
        purposes=tuple(
            dict.fromkeys(str(item.allows.purpose) for item in bank.items if item.allows)
        ),
        terms=policy.terms if policy is not None else (),
        study_hash="",
    )
    plain = json.dumps(asdict(found), default=str, sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(plain.encode()).hexdigest()
    return replace(found, study_hash=digest)


def check_dpia(study: Path, bank: Bank) -> list[Problem]:
    """Return what is wrong with ``dpia.yaml`` of a study; nothing where it has none."""
    return read_special(study, _variables(bank))[1]


def installation(ctx: ServiceContext) -> Installation:
    """Return what the running system shows: channels, requests, erasures, heads of the log."""
    with ctx.databases.research.snapshot() as connection:
        fielded = tuple(wave.year for wave in list_waves(connection))
        asked = privacy.list_requests(connection, only_open=False)
        erased = len(privacy.erased_people(connection))
    today = ctx.clock.now().date()
    late = sum((one.handled_at.date() if one.handled_at else today) > one.due_on for one in asked)
    settings = ctx.settings
    return Installation(
        fielded=fielded,
        email=settings.smtp is not None,
        sms=None if settings.sms is None else str(settings.sms.kind),
        separate=settings.database_url != settings.contacts_url,
        requests=len(asked),
        late=late,
        erased=erased,
        heads=sum(one.genuine for one in audit_heads.kept_heads(ctx)),
        synthetic=settings.synthetic,
    )


def _plans(study: Path, waves: Sequence[int]) -> list[WavePlan]:
    plans = []
    for year in waves:
        try:
            plans.append(read_wave_plan(study, year))
        except (WavePlanError, OSError):
            continue
    return plans


def _modules(bank: Bank) -> list[ModuleData]:
    found = []
    for module in bank.modules:
        items = [one for one in bank.items if one.module == module.id and _asks(one)]
        found.append(
            ModuleData(
                module.title,
                sum(len(one.statements) or 1 for one in items),
                sum(len(_sensitive(one)) for one in items),
                sum(one.kind is Kind.OPEN for one in items),
                tuple(sorted({wave for one in items for wave in one.waves})),
            )
        )
    return found


def _asks(item: Item) -> bool:
    return item.kind is not Kind.INFO


def _serves(item: Item) -> bool:
    """Whether somebody said what a question is for; contact and consent serve the study itself."""
    if item.allows is not None or item.store is Store.CONTACT or item.concept.startswith("adm."):
        return True
    return bool(item.research_questions) or any(one.research_questions for one in item.statements)


def _sensitive(item: Item) -> list[str]:
    if not item.statements:
        return [item.var] * item.sensitive
    return [one.var for one in item.statements if one.sensitive]


def _asked(bank: Bank) -> list[tuple[str, Mapping[str, str]]]:
    found: list[tuple[str, Mapping[str, str]]] = []
    for item in bank.items:
        found.append((item.var, item.text))
        found += [(one.var, one.text) for one in item.statements]
    return found


def _variables(bank: Bank) -> frozenset[str]:
    every = [var for var, _ in _asked(bank)]
    others = (bank.frame, bank.paradata, bank.assigned, bank.derived)
    return frozenset(every) | {one.var for group in others for one in group}
