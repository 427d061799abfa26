"""Entering with a code: recognise it, slow guessers down, begin or resume the interview."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from threading import Semaphore
from uuid import UUID

from app.panel.access_code import LENGTH, is_well_formed, normalise
from app.panel.arrivals import Arrival
from app.panel.states import Mode, WaveStatus
from app.services.content.study_calendar import WavePlanError, read_wave_plan
from app.services.context import ServiceContext
from app.storage import interviews, openings
from app.storage.cases import Case, load_case
from app.storage.codes import CodeCandidate, codes_in_bucket, note_first_use
from app.storage.misses import code_misses, hash_source
from app.storage.waves import load_wave

logger = logging.getLogger(__name__)

MISS_WINDOW = timedelta(minutes=10)
MISS_MEMORY = timedelta(hours=1)
FREE_MISSES = 10
"""Well-formed wrong codes an address may send in an hour before it is slowed down. Phones of one
provider, and all phones of a reception centre, share an address: so it is slowed, not locked."""
ALARM_MISSES = 60
"""Well-formed wrong codes of all addresses in an hour that nobody makes by mistake."""
SLOW_S = 3.0


class Refusal(StrEnum):
    """Why a code does not open anything."""

    EMPTY = "empty"
    NOT_DIGITS = "not_digits"
    LENGTH = "length"
    CHECK_DIGIT = "check_digit"
    UNKNOWN = "unknown"
    REVOKED = "revoked"
    NOT_YET_OPEN = "not_yet_open"
    PAUSED = "paused"
    CLOSED = "closed"
    TOO_MANY = "too_many"
    ALONE = "alone"
    """In this wave people answer without a helper."""


@dataclass(frozen=True, slots=True)
class Refused:
    """No entrance; ``digits`` is how many digits were typed."""

    reason: Refusal
    digits: int = 0


@dataclass(frozen=True, slots=True)
class Entered:
    """The interview that a code opens, and the code, so that revoking it ends the session."""

    interview_id: UUID
    code_id: UUID
    language: str


# One lane per process for addresses that guessed often: who is in it waits, who finds it taken is
# turned away. A right code still gets in, and guesses cost three seconds each.
_slow_lane = Semaphore(1)
# Hashing takes a processor for tens of milliseconds and 19 MiB: a storm of letters must not leave
# the question pages without either.
_hashing = Semaphore(2)


def enter(
    ctx: ServiceContext,
    typed: str,
    *,
    address: str,
    language: str | None,
    mode: Mode = Mode.WEB,
    arrival: Arrival | None = None,
) -> Entered | Refused:
    """Return the interview of a typed code, begun now unless it was before.

    Parameters
    ----------
    address
        Network address of the sender; only a hash that changes daily is kept, and only of misses.
    language
        The language the person chose on the entrance page; ``None`` leaves that of the case.
    mode
        Who holds the pen from now on.
    arrival
        How the person came here; kept with an interview that begins now.
    """
    match = recognise(ctx, typed, address=address)
    return match if isinstance(match, Refused) else _open(ctx, match, language, mode, arrival)


def recognise(ctx: ServiceContext, typed: str, *, address: str) -> CodeCandidate | Refused:
    """Return the code somebody typed, which opens nothing yet, or why it is none.

    Wrong codes of an address count, and slow it down, whichever page they were typed on.
    """
    fault = _malformed(typed)
    if fault is not None:
        return fault
    code = normalise(typed) or ""
    now = ctx.clock.now()
    source = hash_source(ctx.settings.secret_key, address, on=now.date())
    with ctx.databases.research.read() as connection:
        misses = code_misses.of_source(connection, source, since=now - MISS_MEMORY)
        candidates = codes_in_bucket(connection, ctx.codes.bucket(code))
    match = _match(ctx, code, candidates, slowly=misses >= FREE_MISSES)
    if isinstance(match, Refused):
        return match
    if match is None:
        _note_miss(ctx, source)
        return Refused(Refusal.UNKNOWN)
    return Refused(Refusal.REVOKED) if match.revoked_at is not None else match


def _malformed(typed: str) -> Refused | None:
    """Typing errors, told apart from guesses before anything is looked up."""
    if not typed.strip():
        return Refused(Refusal.EMPTY)
    digits = normalise(typed)
    if digits is None:
        return Refused(Refusal.NOT_DIGITS)
    if len(digits) != LENGTH:
        return Refused(Refusal.LENGTH, len(digits))
    if not is_well_formed(digits):
        return Refused(Refusal.CHECK_DIGIT, len(digits))
    return None


def _match(
    ctx: ServiceContext, code: str, candidates: list[CodeCandidate], *, slowly: bool
) -> CodeCandidate | Refused | None:
    if not slowly:
        with _hashing:
            return ctx.codes.match(code, candidates)
    if not _slow_lane.acquire(blocking=False):
        return Refused(Refusal.TOO_MANY)
    try:
        time.sleep(SLOW_S)
        return ctx.codes.match(code, candidates)
    finally:
        _slow_lane.release()


def _note_miss(ctx: ServiceContext, source: str) -> None:
    now = ctx.clock.now()
    window = now - (now - now.replace(minute=0, second=0, microsecond=0)) % MISS_WINDOW
    with ctx.databases.research.write() as connection:
        code_misses.add(connection, source, window_start=window)
        everybody = code_misses.of_all(connection, since=now - MISS_MEMORY)
    if everybody >= ALARM_MISSES:
        logger.warning("wrong codes: %d in the last hour", everybody)


def _open(
    ctx: ServiceContext,
    match: CodeCandidate,
    language: str | None,
    mode: Mode,
    arrival: Arrival | None,
) -> Entered | Refused:
    now = ctx.clock.now()
    with ctx.databases.research.read() as connection:
        case = load_case(connection, match.case_id)
        wave = load_wave(connection, case.wave) if case else None
        interview_id = openings.find_interview(connection, match.case_id)
    if case is None or wave is None:
        return Refused(Refusal.UNKNOWN)
    shut = _shut(wave.status)
    if shut is not None:
        return Refused(shut)
    if mode is Mode.ASSISTED and not may_be_helped(ctx, wave.year):
        return Refused(Refusal.ALONE)
    begun = interview_id is not None
    if interview_id is None and wave.version_id is not None:
        interview_id = _begin(ctx, case, wave.version_id, match.id, language, mode, arrival)
    if interview_id is None:
        return Refused(Refusal.NOT_YET_OPEN)
    with ctx.databases.research.read() as connection:
        state = interviews.load_interview(connection, interview_id)
    spoken = language or (state.language if state else case.language)
    if state is not None and state.language != spoken:
        with ctx.databases.research.write() as connection:
            openings.set_language(connection, interview_id, spoken)
    if begun and state is not None and state.mode != mode:
        with ctx.databases.research.write() as connection:
            openings.set_mode(connection, interview_id, mode)
    logger.info("entered", extra={"interview": str(interview_id), "at": now.isoformat()})
    return Entered(interview_id, match.id, spoken)


def may_be_helped(ctx: ServiceContext, year: int) -> bool:
    """Tell whether the plan of a wave lets somebody help; a plan that cannot be read forbids none.

    Interviewers who read the questions aloud, on the phone or beside the person, are no helpers:
    they are a way of asking (`Mode.PHONE`, `Mode.INTERVIEW`).
    """
    try:
        return read_wave_plan(ctx.study, year).helpers
    except (WavePlanError, OSError):
        return True


def _shut(status: WaveStatus) -> Refusal | None:
    match status:
        case WaveStatus.OPEN:
            return None
        case WaveStatus.PAUSED:
            return Refusal.PAUSED
        case WaveStatus.CLOSED | WaveStatus.FROZEN:
            return Refusal.CLOSED
        case _:
            return Refusal.NOT_YET_OPEN


def _begin(
    ctx: ServiceContext,
    case: Case,
    version_id: str,
    code_id: UUID,
    language: str | None,
    mode: Mode,
    arrival: Arrival | None,
) -> UUID:
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        note_first_use(connection, code_id, at=now)
        return openings.open_interview(
            connection,
            case.id,
            version_id=version_id,
            language=language or case.language,
            mode=Mode(case.mode) if mode is Mode.WEB else mode,
            at=now,
            arrival=arrival,
        )
