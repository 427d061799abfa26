"""A code to try a synthetic wave with: the demonstration keeps those of its invented people."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.panel.access_code import is_well_formed
from app.panel.states import CaseStatus
from app.services.context import ServiceContext
from app.storage.cases import load_case
from app.storage.waves import load_wave

logger = logging.getLogger(__name__)

FILE_NAME = "demo.json"


@dataclass(frozen=True, slots=True)
class TrialCode:
    """The code of an invented person who has not answered yet."""

    code: str
    language: str


def open_trial_code(ctx: ServiceContext, year: int, *, language: str) -> TrialCode | None:
    """Return a code of a case that is still open, if possible of one in a language.

    ``None`` when the study or the wave is real, when no codes are kept, or when all were used. The
    file tells what was open when it was written; the database tells what is open now.
    """
    if not ctx.settings.synthetic:
        return None
    listed = [one for one in _codes(ctx) if one.get("wave") == year]
    preferred = sorted(listed, key=lambda one: one.get("language") != language)
    with ctx.databases.research.read() as connection:
        wave = load_wave(connection, year)
        if wave is None or not wave.synthetic:
            return None
        for one in preferred:
            if one.get("status") != CaseStatus.OPEN or not is_well_formed(str(one.get("code"))):
                continue
            case_id = _case_id(one)
            case = load_case(connection, case_id) if case_id else None
            if case is not None and case.synthetic and case.status is CaseStatus.OPEN:
                return TrialCode(str(one["code"]), case.language)
    return None


def _case_id(one: Mapping[str, Any]) -> UUID | None:
    try:
        return UUID(str(one.get("case")))
    except ValueError:
        return None


def _codes(ctx: ServiceContext) -> Iterable[Mapping[str, Any]]:
    if ctx.settings.data_dir is None:
        return []
    path = ctx.settings.data_dir / FILE_NAME
    try:
        found = json.loads(path.read_text(encoding="utf-8"))["codes"]
        return [one for one in found if isinstance(one, dict)]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        logger.warning("no trial code: %s cannot be read (%s)", path.name, type(error).__name__)
        return []
