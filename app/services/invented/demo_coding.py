"""Synthetic staff redact, translate and code open answers of a demo, in the way that staff do.

A part is left waiting, some answers are coded twice and some coders differ, so that there is
something to see at every stage.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from app.panel.open_answers import Stage
from app.services.context import ServiceContext
from app.services.open_ended.open_answers import Cells, hand_out, read_desk
from app.services.open_ended.open_answers_files import Line
from app.services.open_ended.open_answers_taking_in import take_in
from app.synthetic.coding import READINGS, Reading

LEFT = 6
"""One answer in this many is not redacted yet."""
TWICE = 3
"""One coded answer in this many is coded by a second person."""
DIFFERENT = 4
"""One in this many of those is coded otherwise."""

Fill = Callable[[Cells, int], Mapping[str, str]]
"""A row, and how many of its sentence came before it, → the cells that staff fill in."""


def code_open_answers(
    ctx: ServiceContext, years: Sequence[int], *, researcher: str, analyst: str
) -> None:
    """Work through the open answers of some waves; both names are e-mail addresses of staff."""
    if not years:
        return

    desk = read_desk(ctx)

    def work(email: str, stage: Stage, fill: Fill, *, second: bool = False) -> None:
        batch = hand_out(ctx, desk, email=email, stage=stage, years=years, second=second)
        if batch.rows:
            take_in(ctx, desk, email=email, lines=_filled(batch.rows, fill))

    work(researcher, Stage.REDACT, _redact)
    work(researcher, Stage.TRANSLATE, _translate)
    work(researcher, Stage.CODE, _code)
    work(analyst, Stage.CODE, _code_again, second=True)
    work(researcher, Stage.SETTLE, _settle)


def _filled(rows: Sequence[Cells], fill: Fill) -> list[Line]:
    seen: Counter[tuple[str, str]] = Counter()
    lines = []
    for number, row in enumerate(rows, 1):
        sentence = row["variable"], _words(row)
        lines.append(Line(number, {**row, **fill(row, seen[sentence])}))
        seen[sentence] += 1
    return lines


def _words(row: Cells) -> str:
    return row.get("original") or row.get("text") or row.get("redacted", "")


def _reading(row: Cells) -> Reading | None:
    return READINGS.get((row["variable"], _words(row)))


def _redact(row: Cells, before: int) -> Mapping[str, str]:
    found = _reading(row)
    if found is None or before % LEFT == LEFT - 1:
        return {}
    return {"decision": "original", "language": found.language}


def _translate(row: Cells, before: int) -> Mapping[str, str]:
    found = _reading(row)
    return {} if found is None else {"translation": found.dutch}


def _code(row: Cells, before: int) -> Mapping[str, str]:
    found = _reading(row)
    return {} if found is None else {"codes": " ".join(found.codes)}


def _code_again(row: Cells, before: int) -> Mapping[str, str]:
    found = _reading(row)
    if found is None or before % TWICE:
        return {}
    different = before % (TWICE * DIFFERENT) == 0
    return {"codes": "anders" if different else " ".join(found.codes)}


def _settle(row: Cells, before: int) -> Mapping[str, str]:
    return {"codes": row["coding_1"]} if before % 2 else {}
