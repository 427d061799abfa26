"""From the queue of open answers to what its pages say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from app.i18n.locales import language as language_named
from app.panel.coder_agreement import Agreement
from app.panel.open_answers import MAY, MAY_REOPEN, Stage, State
from app.panel.states import Role
from app.questionnaire.code_frames import CodeFrame
from app.services.open_ended.open_answer_work import QueueLine, Task, Wanted
from app.services.open_ended.open_answers import Desk
from app.web.respond.words import Translate
from app.web.staff.figures import NONE, Figures
from app.web.staff.open_answers.view import CodeChoice, Piece, QueueView, StageCard, TaskView
from app.web.staff.open_answers.words import (
    personal_words,
    stage_told,
    stage_words,
    state_words,
)
from app.web.staff.view import Row, Table, in_english

PATH = "/staff/open-answers"
KEYS = "123456789abcdefghijklmopqrtuvwxyz"
"""Keys that tick codes; n and s go on and skip."""
_STATES = (
    State.WAITING,
    State.REDACTED,
    State.TRANSLATED,
    State.CODED,
    State.DISPUTED,
    State.NOTHING_TO_CODE,
)
_NEAR = ("nl", "en", "ar", "fa", "ti", "tr")


def queue_view(
    _: Translate,
    figures: Figures,
    lines: Sequence[QueueLine],
    questions: Mapping[str, str],
    desk: Desk,
    role: Role,
) -> QueueView:
    """Return how the queue stands, with the work that a role may do first."""
    cards = [_card(_, figures, stage, lines, questions) for stage in Stage if role in MAY[stage]]
    return QueueView(
        cards=cards,
        table=Table(
            id="queue",
            caption=_("Answers of complete and partial interviews, by question"),
            head=[
                _("Wave"),
                _("Question"),
                *(state_words(_, one) for one in _STATES),
                _("Together"),
            ],
            rows=[_line(figures, one, questions) for one in lines],
            numbers_from=2,
        ),
        any=bool(lines),
        frames=[
            (f"{PATH}/frames/{name}", questions.get(name, name)) for name in sorted(desk.frames)
        ],
    )


def _card(
    _: Translate,
    figures: Figures,
    stage: Stage,
    lines: Sequence[QueueLine],
    questions: Mapping[str, str],
) -> StageCard:
    waiting: Counter[str] = Counter()
    for one in lines:
        waiting[one.variable] += one.waiting[stage]
    total = sum(waiting.values())
    second = sum(one.second for one in lines) if stage is Stage.CODE else 0
    return StageCard(
        stage=str(stage),
        words=stage_words(_, stage),
        told=stage_told(_, stage),
        count=_("Waiting: %(count)s", count=figures.count(total)),
        any=total > 0,
        questions=[
            (name, f"{questions.get(name, name)} ({figures.count(count)})")
            for name, count in sorted(waiting.items())
            if count
        ],
        second=_("To code a second time: %(count)s", count=figures.count(second)) if second else "",
    )


def _line(figures: Figures, one: QueueLine, questions: Mapping[str, str]) -> Row:
    name = Markup("{}<small>{}</small>").format(
        questions.get(one.variable, one.variable), one.variable
    )
    counts = [
        figures.count(one.states[state]) if one.states.get(state) else NONE for state in _STATES
    ]
    return Row(str(one.wave), [name, *counts, figures.count(sum(one.states.values()))])


# --- one answer -----------------------------------------------------------------------------------


def task_view(
    _: Translate,
    figures: Figures,
    task: Task,
    desk: Desk,
    wanted: Wanted,
    *,
    question: str,
    role: Role,
    reader: str,
    filled: Mapping[str, str],
    codes: Sequence[str] | None,
) -> TaskView:
    """Return an answer to work on; what was filled in already stands where it was."""
    cells = task.cells
    text = cells.get("text") or cells.get("redacted") or ""
    proposed = cells.get("proposed", "")
    written_in = task.language if task.stage in (Stage.REDACT, Stage.TRANSLATE) else ""
    return TaskView(
        url=f"{PATH}/{task.stage}/{task.entry}",
        reopen_url=f"{PATH}/{task.entry}/reopen"
        if role in MAY_REOPEN and task.stage is not Stage.REDACT
        else None,
        stage=str(task.stage),
        question=question,
        facts=[
            (_("Wave"), str(task.wave)),
            (_("Written in"), figures.language(task.language)),
            (_("Name"), task.variable),
        ],
        lang=_tag(written_in or desk.working_language),
        pieces=_pieces(_, task),
        text=text,
        proposed=proposed,
        found=bool(task.spans),
        decision=filled.get("decision", "proposed" if task.spans else ""),
        own=filled.get("redacted") or filled.get("translation") or "",
        languages=_languages(figures, task),
        language=filled.get("language", task.language),
        codes=_codes(_, task, codes, reader),
        basis=task.basis,
        year="" if wanted.year is None else str(wanted.year),
        variable=wanted.variable or "",
        second=wanted.second,
    )


def _tag(code: str) -> str:
    try:
        return language_named(code).tag
    except ValueError:
        return "und"


def _pieces(_: Translate, task: Task) -> list[Piece]:
    words = task.cells.get("original", "")
    found, at = [], 0
    for span in task.spans:
        found += [
            Piece(words[at : span.start], ""),
            Piece(words[span.start : span.end], personal_words(_, span.kind)),
        ]
        at = span.end
    return [one for one in (*found, Piece(words[at:], "")) if one.words]


def _languages(figures: Figures, task: Task) -> list[tuple[str, str]]:
    codes = dict.fromkeys((task.language, *_NEAR, "fr", "es", "ru", "uk", "so", "ku", "ps", "zh"))
    return [(code, figures.language(code)) for code in codes]


def _codes(_: Translate, task: Task, chosen: Sequence[str] | None, reader: str) -> list[CodeChoice]:
    if task.frame is None or task.stage not in (Stage.CODE, Stage.SETTLE):
        return []
    first = set(task.cells.get("coding_1", "").split())
    second = set(task.cells.get("coding_2", "").split())
    ticked = set(chosen) if chosen is not None else first & second
    both = {
        (True, True): _("both coders"),
        (True, False): _("coder 1"),
        (False, True): _("coder 2"),
    }
    return [
        CodeChoice(
            one.code,
            one.text.get(reader) or one.text.get("en") or one.code,
            in_english(one.note),
            key,
            one.code in ticked,
            both.get((one.code in first, one.code in second), ""),
        )
        for one, key in zip(task.frame.codes, KEYS.ljust(len(task.frame.codes)), strict=False)
    ]


# --- agreement and frames -------------------------------------------------------------------------


def agreement_tables(
    _: Translate,
    figures: Figures,
    found: Mapping[str, Mapping[str, Agreement]],
    desk: Desk,
    questions: Mapping[str, str],
    reader: str,
) -> list[Table]:
    """Return for each question how its first two coders agree, over all and code by code."""
    return [
        Table(
            id=f"agreement-{name}",
            caption=questions.get(name, name),
            head=[_("Code"), _("Answers coded twice"), _("Judged alike"), _("Kappa")],
            rows=[
                Row(
                    _code_words(desk.frames[name], code, reader)
                    if code
                    else _("All codes together"),
                    [
                        figures.count(one.n),
                        figures.percent(one.agreed),
                        NONE if one.kappa is None else f"{one.kappa:.2f}",
                    ],
                )
                for code, one in by_code.items()
            ],
        )
        for name, by_code in sorted(found.items())
    ]


def frame_table(_: Translate, frame: CodeFrame, reader: str, caption: str) -> Table:
    """Return a code frame with what belongs under each code."""
    return Table(
        id="frame",
        caption=caption,
        head=[_("Code"), _("What it says"), _("For coders"), _("Stands alone")],
        rows=[
            Row(
                one.code,
                [
                    one.text.get(reader) or one.text.get("en") or one.code,
                    in_english(one.note) or NONE,
                    _("Yes") if one.exclusive else NONE,
                ],
            )
            for one in frame.codes
        ],
        numbers_from=9,
    )


def _code_words(frame: CodeFrame, code: str, reader: str) -> str:
    texts = {one.code: one.text for one in frame.codes}
    return texts[code].get(reader) or texts[code].get("en") or code
