"""The letters of a rehearsal, one at a time, for who may see names; each look is on record."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from app.services.context import ServiceContext
from app.services.messaging.rehearsed import SAMPLES
from app.storage import audit

_LETTER = re.compile(r"letter-([0-9]{2})-([a-z]{2,3})\.pdf")


@dataclass(frozen=True, slots=True)
class SampleLetter:
    """A letter that was rendered for a rehearsal: its place in the pile, and its language."""

    number: int
    language: str

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"letter-{self.number:02d}-{self.language}.pdf"


def sample_letters(ctx: ServiceContext, year: int) -> list[SampleLetter]:
    """Return the letters of the last rehearsal of a wave that are still kept."""
    folder = ctx.settings.data_dir
    if folder is None or not (place := folder / SAMPLES / str(year)).is_dir():
        return []
    names = sorted(one.name for one in place.iterdir())
    matches = [match for name in names if (match := _LETTER.fullmatch(name))]
    return [SampleLetter(int(one[1]), one[2]) for one in matches]


def read_sample(
    ctx: ServiceContext, year: int, number: int, *, by: str, staff_id: UUID
) -> bytes | None:
    """Return a letter as PDF, and put on record that somebody looked; ``None`` when it is gone.

    It bears the name, the address and the code of a person of the sample.
    """
    folder = ctx.settings.data_dir
    found = next((one for one in sample_letters(ctx, year) if one.number == number), None)
    if folder is None or found is None:
        return None
    try:
        content = (folder / SAMPLES / str(year) / found.name).read_bytes()
    except FileNotFoundError:
        return None  # the next rehearsal has just begun
    with ctx.databases.research.write() as connection:
        audit.append_audit(
            connection,
            at=ctx.clock.now(),
            staff_id=staff_id,
            action="rehearsal.letter_seen",
            subject=f"wave {year}",
            detail={"by": by, "number": number},
        )
    return content
