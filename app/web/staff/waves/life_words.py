"""The life of a wave in words: its steps, what each does, what is missing before the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.panel.states import WaveStatus
from app.panel.wave_life import may_move
from app.services.fieldwork.wave_preparation import Prepared, Task
from app.services.messaging.rehearsal_state import RehearsalStanding
from app.services.response.monitoring import WaveState
from app.web.respond.words import Translate
from app.web.staff.figures import Figures
from app.web.staff.waves.tabs import leads_somewhere
from app.web.staff.waves.view import Step, TaskLine

STEPS = {
    "draft": WaveStatus.DRAFT,
    "check": WaveStatus.CHECKED,
    "rehearsed": WaveStatus.REHEARSED,
    "open": WaveStatus.OPEN,
    "pause": WaveStatus.PAUSED,
    "close": WaveStatus.CLOSED,
    "freeze": WaveStatus.FROZEN,
}
"""Steps as addresses name them."""
FINAL = ("close", "freeze")
"""Steps that destroy or fix something: nobody takes them without a fresh proof of who it is."""


@dataclass(frozen=True, slots=True)
class StepWords:
    """A step in words: what a link to it says, its page's title, what it does, its button."""

    link: str
    title: str
    does: Sequence[str]
    button: str


def step_words(_: Translate, figures: Figures, step: str, state: WaveState) -> StepWords:
    """Return a step of a wave in words."""
    wave, year = state.wave, state.wave.year
    match step:
        case "check":
            return StepWords(
                _("Say that it is checked"),
                _("Is wave %(year)s checked?", year=year),
                (
                    _("You say that the questionnaire of this wave was looked at and is right."),
                    _("Nobody is asked anything yet. You can take the wave back to draft."),
                ),
                _("It is checked"),
            )
        case "draft":
            return StepWords(
                _("Back to draft"),
                _("Take wave %(year)s back to draft?", year=year),
                (
                    _("Use this when something has to change before people are asked."),
                    _("Nothing is lost: sample, codes and texts stay. Nothing is sent."),
                ),
                _("Back to draft"),
            )
        case "rehearsed":
            return StepWords(
                _("Accept the rehearsal"),
                _("Accept the rehearsal of wave %(year)s?", year=year),
                (
                    _(
                        "From %(day)s on the wave opens by itself, and the messages that were let"
                        " go are made.",
                        day=figures.day(wave.opens_on),
                    ),
                    _("Until then you can take it back to draft."),
                ),
                _("Accept the rehearsal"),
            )
        case "open" if wave.status is WaveStatus.CLOSED:
            return StepWords(
                _("Open again …"),
                _("Open wave %(year)s again?", year=year),
                (
                    _("People who have a letter can answer again, or go on where they stopped."),
                    _("The codes for new letters were destroyed: reminders by letter are over."),
                    _("It does not close by itself any more: somebody has to close it."),
                ),
                _("Open wave %(year)s again", year=year),
            )
        case "open":
            return StepWords(
                _("Open now …"),
                _("Open wave %(year)s?", year=year),
                (
                    _(
                        "From this moment people with a code can answer. People in the sample:"
                        " %(count)s.",
                        count=figures.count(state.total.sampled),
                    ),
                    _(
                        "The messages that were let go are sent on their days, counted from the"
                        " opening."
                    ),
                    _(
                        "What people are shown of earlier answers stays as it is from now on, and"
                        " the questionnaire can only be corrected where no answer would change."
                    ),
                ),
                _("Open wave %(year)s", year=year),
            )
        case "pause":
            return StepWords(
                _("Pause"),
                _("Pause wave %(year)s?", year=year),
                (
                    _("At once nobody can answer, and nothing is sent, until it is opened again."),
                    _("What people answered is kept, and they go on where they stopped."),
                ),
                _("Pause wave %(year)s", year=year),
            )
        case "close":
            return StepWords(
                _("Close …"),
                _("Close wave %(year)s?", year=year),
                (
                    _("From then on nobody can answer, also not the people who are half way."),
                    _(
                        "People who started and have not finished: %(partial)s. What they answered"
                        " is kept.",
                        partial=figures.count(state.total.partial),
                    ),
                    _(
                        "What is still to be sent is cancelled for good; the codes for letters and"
                        " the letters of the rehearsal are destroyed."
                    ),
                    _("You can open the wave again until it is frozen."),
                ),
                _("Close wave %(year)s", year=year),
            )
    return StepWords(
        _("Freeze …"),
        _("Freeze wave %(year)s?", year=year),
        (
            _("Nothing of the wave can change any more, and it cannot be opened again."),
            _("Do this when its data are final: answers coded, corrections in, release made."),
            _("There is no way back."),
        ),
        _("Freeze wave %(year)s for good", year=year),
    )


def steps_of(_: Translate, figures: Figures, state: WaveState) -> list[Step]:
    """Return the steps that a wave can take from where it is, the next one first."""
    status, year = state.wave.status, state.wave.year
    found = []
    for step, to in STEPS.items():
        if not may_move(status, to):
            continue
        words = step_words(_, figures, step, state)
        url = f"/staff/waves/{year}/{step}"
        # What can be undone with one press and may be urgent asks for no second one.
        if step == "pause" or (step == "open" and status is WaveStatus.PAUSED):
            does = words.does[0] if step == "pause" else _("People can answer again at once.")
            link = words.link if step == "pause" else _("Open again")
            found.append(Step(link, url, asks_first=False, does=does))
        else:
            onward = list(WaveStatus).index(to) > list(WaveStatus).index(status)
            found.append(Step(words.link, url, main=onward and step not in FINAL))
    return sorted(found, key=lambda one: not one.main)


def next_words(_: Translate, figures: Figures, state: WaveState, today: date) -> str:
    """Return what comes next in the life of a wave, as it stands on a day."""
    wave = state.wave
    if wave.status is WaveStatus.OPEN and wave.closes_on < today:
        return _(
            "People can still answer, although the last day was %(day)s. Close it, or leave it open"
            " for who is late.",
            day=figures.day(wave.closes_on),
        )
    opens, closes = figures.day(wave.opens_on), figures.day(wave.closes_on)
    return {
        WaveStatus.DRAFT: _("It is being prepared and is to open on %(day)s.", day=opens),
        WaveStatus.CHECKED: _(
            "It is checked. Next comes a rehearsal of what is sent, and somebody who accepts it."
        ),
        WaveStatus.REHEARSED: _("It is ready and opens by itself on %(day)s.", day=opens),
        WaveStatus.OPEN: _("People answer. It closes by itself after %(day)s.", day=closes),
        WaveStatus.PAUSED: _("It is paused: nobody can answer and nothing is sent."),
        WaveStatus.CLOSED: _("It is over. When its data are final, freeze it."),
        WaveStatus.FROZEN: _("It is frozen: nothing of it can change."),
    }[wave.status]


def task_lines(
    _: Translate, figures: Figures, year: int, tasks: Sequence[Prepared]
) -> list[TaskLine]:
    """Return the tasks before the field in words, each with the page where it is done."""
    lines = []
    for one in tasks:
        words, part = _task_words(_, one.task)
        state = "done" if one.done else "must" if one.must else "should"
        url = f"/staff/waves/{year}/{part}"
        lines.append(
            TaskLine(
                words=words,
                state=state,
                state_words={
                    "done": _("Done"),
                    "must": _("Has to be done"),
                    "should": _("Not done"),
                }[state],
                detail=_task_detail(_, figures, one),
                url=url if leads_somewhere(url) else None,
                link_words=_("Look") if one.done else _("Go and do it"),
            )
        )
    return lines


def _task_words(_: Translate, task: Task) -> tuple[str, str]:
    """A task in words, and the part of the address where it is done."""
    return {
        Task.PUBLISH: (_("Publish the questionnaire"), "questionnaire"),
        Task.SAMPLE: (_("Draw the sample"), "sample"),
        Task.CODES: (_("Give everybody a code"), "sample"),
        Task.FREEZE: (_("Freeze what the wave remembers of earlier answers"), "preload"),
        Task.REVIEW: (_("Look at that memory and approve it"), "preload"),
        Task.REHEARSE: (_("Rehearse what is sent"), "messages"),
        Task.SEND: (_("Let the messages go"), "messages"),
    }[task]


def _task_detail(_: Translate, figures: Figures, one: Prepared) -> str:
    count, of = figures.count(one.count), figures.count(one.of)
    match one.task:
        case Task.SAMPLE if one.done:
            return _("People in the sample: %(count)s", count=count)
        case Task.SAMPLE:
            return _("Nobody is in the sample yet.")
        case Task.CODES if not one.done:
            return _("Without a code: %(count)s of %(of)s", count=count, of=of)
        case Task.FREEZE if one.done:
            return _("People with a memory: %(count)s", count=count)
        case Task.FREEZE if one.waves:
            earlier = ", ".join(str(year) for year in one.waves)
            return _("First close wave %(earlier)s.", earlier=earlier)
        case Task.REVIEW if not one.done:
            return _("Nobody has approved it since it was frozen.")
        case Task.REHEARSE:
            return {
                None: _("The contact plan of the study cannot be read."),
                RehearsalStanding.NO_PLAN: _("This study sends nothing."),
                RehearsalStanding.NEVER: _("It was never rehearsed."),
                RehearsalStanding.BLOCKED: _(
                    "The last rehearsal found things in the way: %(count)s", count=count
                ),
                RehearsalStanding.VOID: _(
                    "Something changed since the last rehearsal: rehearse again."
                ),
                RehearsalStanding.HOLDS: _("Nothing changed since the last rehearsal."),
            }[one.standing]
        case Task.SEND:
            return _("Steps that run: %(count)s of %(of)s", count=count, of=of)
    return ""
