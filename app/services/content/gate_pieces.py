"""What the gate is handed where there is a database: the one list for commands and for the site."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from importlib.util import find_spec

from app.clock import SystemClock
from app.i18n.fonts import missing_glyphs
from app.i18n.spoken import SpokenText
from app.questionnaire.document import Problem
from app.questionnaire.model import Bank, Instrument
from app.services.content.readiness import Pieces, Sizes
from app.services.content.readiness_texts import changed_meanings
from app.services.context import ServiceContext
from app.services.speech.audio import AudioCoverage, audio_coverage
from app.storage.versions import latest_version
from app.storage.waves import list_waves

NO_PROOFS = 'nothing was proved: z3 is not installed (pip install "perspectief[prove]")'
NOT_WEIGHED = "no page was weighed: this process has nothing to weigh them with"
Told = Callable[[str], None]


def pieces_for(ctx: ServiceContext | None, measure: Sizes | None, told: Told) -> Pieces:
    """Return everything the gate can be handed here.

    Parameters
    ----------
    ctx
        Brings what needs a database; without one that is left out.
    measure
        Weighs the pages; services know nothing of pages, so it is handed in. ``None``: the gate
        says that nothing was weighed.
    told
        Is told, in English, what is being proved.
    """
    there = find_spec("z3") is not None

    def proofs(bank: Bank, waves: Sequence[int]) -> list[Problem]:
        from app.questionnaire.prove import prove  # z3 is an extra, and takes a while to load

        return prove(bank, waves=waves, progress=told)

    pieces = Pieces(
        prove=proofs if there else None,
        measure=measure,
        missing_glyphs=missing_glyphs,
        today=_today(ctx),
        lacking=(*(() if there else (NO_PROOFS,)), *(() if measure else (NOT_WEIGHED,))),
    )
    return pieces if ctx is None else _with_a_database(ctx, pieces)


def _today(ctx: ServiceContext | None) -> date:
    return (SystemClock() if ctx is None else ctx.clock).now().date()


def _with_a_database(ctx: ServiceContext, pieces: Pieces) -> Pieces:
    research = ctx.databases.research

    def meanings(instrument: Instrument) -> list[Problem]:
        with research.read() as connection:
            published = [latest_version(connection, one.year) for one in list_waves(connection)]
        return list(changed_meanings(instrument, filter(None, published)))

    def heard(language: str, texts: Sequence[SpokenText]) -> AudioCoverage:
        return audio_coverage(research, language, texts)

    return replace(pieces, audio=heard, meanings=meanings)
