"""People of a sample and the calendar of three waves, as the tests of their places need them."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from app.panel.attrition import Consent, Life, WaveLife, place_of
from app.panel.case_history import CaseHistory, Ending, InterviewFacts, PersonFact, Sent
from app.panel.places import Place, Why
from app.panel.states import CaseStatus, Entry, PersonStatus, WaveStatus

WAVES = (2024, 2025, 2027)
PERSON = UUID(int=1)


def on(day: str, hour: int = 12) -> datetime:
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC)


CALENDAR = {
    year: WaveLife(
        year,
        (
            (on(f"{year - 1}-10-01"), WaveStatus.DRAFT),
            (on(f"{year}-01-15"), WaveStatus.OPEN),
            (on(f"{year}-03-15"), WaveStatus.CLOSED),
            (on(f"{year}-04-01"), WaveStatus.FROZEN),
        ),
        on(f"{year - 1}-11-01") if year > 2024 else None,
    )
    for year in WAVES
}


def a_case(wave: int, *facts: PersonFact, **more) -> CaseHistory:
    given = {
        "case_id": UUID(int=wave),
        "person_id": PERSON,
        "wave": wave,
        "entry": Entry.PERSONAL,
        "created_at": on(f"{wave - 1}-11-01"),
        "language": "nl",
        "frame": {"fr_group": "asiel", "fr_panel": "no"},
        "opened_at": on(f"{wave}-01-15"),
        "closed_at": on(f"{wave}-03-15"),
        "sent": (Sent("letter", on(f"{wave}-01-10")),),
        "facts": facts,
    }
    return CaseHistory(**(given | more))


def finished(day: str, status: CaseStatus = CaseStatus.COMPLETE) -> InterviewFacts:
    return InterviewFacts(
        on(day, 9), on(day, 9), on(day, 10), (Ending(status, on(day)),), language="nl"
    )


def fact(kind: str, day: str, **more) -> PersonFact:
    return PersonFact(kind, on(day), **more)


def state(to: PersonStatus, day: str) -> PersonFact:
    return fact("status", day, to=str(to))


def life(*facts: PersonFact, waves=(2024,), interviews=None, consent=None, **more) -> Life:
    """Somebody sampled in 2024, with a case in some waves and interviews in some of them."""
    given = {year: a_case(year, *facts, interview=(interviews or {}).get(year)) for year in waves}
    consents = {} if consent is None else {2024: Consent(on("2024-02-01"), consent)}
    return Life(cases=given, facts=facts, consents=consents, **more)


def at(one: Life, wave: int, day: str) -> tuple[Place, Why | None]:
    placed = place_of(one, CALENDAR[wave], on(day))
    return placed.place, placed.why


TOOK_PART = {2024: finished("2024-02-01")}
