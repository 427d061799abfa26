"""What is kept for a time only: what is due by the policy of the study, and its end.

Applied again it finds nothing. After `restore` apply it again: what was destroyed by date since
the backup was made is due at once, by the same dates.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from app.panel.retention import FILE, Kept, RetentionPolicy, Term, read_retention
from app.questionnaire.document import Problem, shown_in
from app.questionnaire.model import Place
from app.questionnaire.source import load_bank
from app.services.context import STUDY_ZONE, ServiceContext
from app.services.interviewing.open_duplicates import forget_sources
from app.services.lettering import printing
from app.services.members import contacting
from app.services.members.contact_channels import code_field, forget_codes
from app.services.privacy.forgotten_files import SAMPLES
from app.storage import audit, keeping


class RetentionError(Exception):
    """The policy cannot be used; the message names file and line of every problem."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))


@dataclass(frozen=True, slots=True)
class Due:
    """One kind of thing: how many are due to go, or when the next will be."""

    term: Term
    count: int
    over_on: date | None
    """From when; ``None`` where that is not known yet: the wave is not over."""


def load_policy(study: Path) -> RetentionPolicy:
    """Return the policy of a study.

    Raises
    ------
    RetentionError
        With all problems of the file, or because there is none.
    """
    policy, problems = read_retention(study)
    if policy is None:
        nowhere = Problem(Place(shown_in(study, FILE), 1), "is not there: everything is kept")
        raise RetentionError(problems or [nowhere])
    return policy


def last_wave(study: Path) -> int | None:
    """Return the last wave that a study asks; ``None`` where the study cannot be read."""
    file = study / "study.yaml"
    return _last_wave(study, file.stat().st_mtime_ns if file.exists() else 0)


@lru_cache(maxsize=8)
def _last_wave(study: Path, _changed: int) -> int | None:
    bank, _ = load_bank(study)
    return max(bank.waves) if bank is not None else None


def due(ctx: ServiceContext, policy: RetentionPolicy) -> list[Due]:
    """Return what is due today, thing by thing in the order of the policy; changes nothing."""
    desk = _Desk(ctx)
    return [desk.due(term) for term in policy.terms]


def apply(
    ctx: ServiceContext,
    policy: RetentionPolicy,
    *,
    by: str,
    staff_id: UUID | None = None,
    only: Collection[Kept] = frozenset(Kept),
) -> list[Due]:
    """Destroy what is due, on record, and return how much of each it was.

    ``only`` names the things that somebody looked at and decided about; by default all.
    """
    desk = _Desk(ctx)
    done = []
    for term in policy.terms:
        if term.kept not in only:
            continue
        found = desk.due(term)
        if found.count:
            gone = desk.end(term, by)
            found = Due(term, gone, found.over_on)
            with ctx.databases.research.write() as connection:
                audit.append_audit(
                    connection,
                    at=ctx.clock.now(),
                    staff_id=staff_id,
                    action="privacy.retention",
                    subject=f"{term.kept}",
                    detail={"by": by, "days": term.days, "since": term.since, "gone": gone},
                )
        done.append(found)
    return done


class _Desk:
    """What is there and since when, read once."""

    def __init__(self, ctx: ServiceContext) -> None:
        self.ctx = ctx
        self.now = ctx.clock.now()
        self.today = self.now.astimezone(STUDY_ZONE).date()
        self.last = last_wave(ctx.study)
        with ctx.databases.research.read() as connection:
            self.closed = {
                year: at.astimezone(STUDY_ZONE).date()
                for year, at in keeping.closed_waves(connection).items()
            }

    def due(self, term: Term) -> Due:
        """Return how many of a thing are due."""
        over_on = self._over_on(term)
        counting = self._counting()[term.kept]
        if over_on is not None and over_on > self.today:
            return Due(term, 0, over_on)
        count = counting(term) if over_on is not None or _rolling(term) else 0
        return Due(term, count, over_on if count else self._next(term))

    def _next(self, term: Term) -> date | None:
        """The next day on which something of it will be due, as far as known."""
        if term.since != "wave":
            return None
        days = map(term.over_on, self.closed.values())
        return min((day for day in days if day > self.today), default=None)

    def end(self, term: Term, by: str) -> int:
        """Destroy what is due of a thing; return how many."""
        ctx = self.ctx
        match term.kept:
            case Kept.CONTACTS | Kept.CONTACTS_OF_WITHDRAWN:
                return contacting.erase_contacts(ctx, self._people(term), at=self.now)
            case Kept.PRINTABLE_CODES:
                return sum(forget_codes(ctx, year) for year in self._waves(term))
            case Kept.SOURCE_MARKS:
                return sum(forget_sources(ctx, year) for year in self._waves(term))
            case Kept.PRINT_FILES:
                batches = self._batches(term)
                for batch in batches:
                    printing.destroy(ctx, batch, by=by, moment=lambda _: self.now)
                return len(batches)
            case Kept.REHEARSAL_SAMPLES:
                samples = self._samples(term)
                for folder in {one.parent for one in samples}:
                    shutil.rmtree(folder)
                return len(samples)
            case _:
                return self._end_rows(term)

    def _end_rows(self, term: Term) -> int:
        with self.ctx.databases.research.write() as connection:
            match term.kept:
                case Kept.ACCESS_CODES:
                    return keeping.forget_codes(connection)
                case Kept.MESSAGE_DETAILS:
                    return keeping.forget_message_details(connection, self._waves(term))
                case Kept.STAFF_SESSIONS:
                    return keeping.forget_sessions(connection, self._before(term))
                case _:
                    return keeping.forget_misses(connection, self._before(term))

    def _counting(self) -> dict[Kept, Callable[[Term], int]]:
        ctx = self.ctx

        def read(count: Callable[..., int], *given: object) -> int:
            with ctx.databases.research.read() as connection:
                return count(connection, *given)

        return {
            Kept.CONTACTS: lambda term: contacting.count_contacts(ctx, self._people(term)),
            Kept.CONTACTS_OF_WITHDRAWN: lambda term: contacting.count_contacts(
                ctx, self._people(term)
            ),
            Kept.PRINTABLE_CODES: lambda term: contacting.count_fields(
                ctx, [code_field(year) for year in self._waves(term)]
            ),
            Kept.ACCESS_CODES: lambda _: read(keeping.count_codes),
            Kept.SOURCE_MARKS: lambda term: read(keeping.count_source_marks, self._waves(term)),
            Kept.PRINT_FILES: lambda term: len(self._batches(term)),
            Kept.REHEARSAL_SAMPLES: lambda term: len(self._samples(term)),
            Kept.MESSAGE_DETAILS: lambda term: read(
                keeping.count_message_details, self._waves(term)
            ),
            Kept.STAFF_SESSIONS: lambda term: read(keeping.count_sessions, self._before(term)),
            Kept.MISSES: lambda term: read(keeping.count_misses, self._before(term)),
        }

    def _over_on(self, term: Term) -> date | None:
        """The first day a thing is due; of things that come and go all the time there is none."""
        if term.since == "last_wave":
            closed = self.closed.get(self.last or 0)
            return term.over_on(closed) if closed is not None else None
        if term.since == "wave":
            return min(map(term.over_on, self.closed.values()), default=None)
        return None

    def _waves(self, term: Term) -> list[int]:
        return sorted(
            year for year, closed in self.closed.items() if term.over_on(closed) <= self.today
        )

    def _before(self, term: Term) -> datetime:
        """The moment of which it is so long ago: midnight of Amsterdam at the start of that day."""
        day = self.today - timedelta(days=term.days)
        return datetime.combine(day, time(), STUDY_ZONE)

    def _people(self, term: Term) -> list[UUID]:
        with self.ctx.databases.research.read() as connection:
            if term.kept is Kept.CONTACTS:
                return keeping.everybody(connection)
            return keeping.withdrawn_before(connection, self._before(term))

    def _batches(self, term: Term) -> list[UUID]:
        with self.ctx.databases.research.read() as connection:
            return keeping.batches_handed_over_before(connection, self._before(term))

    def _samples(self, term: Term) -> list[Path]:
        folder = self.ctx.settings.data_dir
        if folder is None:
            return []
        return [
            path
            for year in self._waves(term)
            for path in (folder / SAMPLES / str(year)).rglob("*")
            if path.is_file()
        ]


def _rolling(term: Term) -> bool:
    return term.since in ("withdrawal", "handed_over", "end")
