"""A rehearsal in words: what it counted, what stands in the way and who can mend it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.messages.channels import Channel
from app.services.messaging.rehearsal_blockers import Ground
from app.services.messaging.rehearsal_state import RehearsalStanding, RehearsalState
from app.web.respond.words import Translate
from app.web.staff.figures import Figures
from app.web.staff.labels import channel_words
from app.web.staff.view import Row, Table, Words
from app.web.staff.waves.plan_words import day_of
from app.web.staff.waves.rehearsal_phrases import REHEARSAL


@dataclass(frozen=True, slots=True)
class BlockerLine:
    """Something in the way: what it is and how it is mended, and what exactly was found."""

    words: str
    details: Sequence[Words]
    may_pass: bool


@dataclass(frozen=True, slots=True)
class RehearsalView:
    """The last rehearsal."""

    state: str
    """``never``, ``blocked``, ``void`` or ``holds``, for its colour."""
    state_words: str
    about: str
    """When and by whom; empty when there was none."""
    blockers: Sequence[BlockerLine]
    may_override: bool
    overridden: Sequence[str]
    override: str
    notes: Sequence[Words]
    counts: Table | None
    without: Table | None
    cost: str


def rehearsal_view(_: Translate, figures: Figures, state: RehearsalState) -> RehearsalView:
    """Return the last rehearsal of a wave in words and figures."""
    last = state.last
    counted: Mapping[str, Any] = last.counts if last is not None else {}
    blockers = _together([_blocker(_, one) for one in (last.blockers if last is not None else [])])
    steps: Sequence[Mapping[str, Any]] = counted.get("steps", ())
    return RehearsalView(
        state=str(state.standing),
        state_words=_standing_words(_, figures, state),
        about=_("Rehearsed on %(moment)s by %(who)s.", moment=figures.moment(last.at), who=last.by)
        if last is not None
        else "",
        blockers=blockers,
        may_override=any(one.may_pass for one in blockers),
        overridden=[
            one.words
            for one in _together([_blocker(_, one) for one in counted.get("overridden") or ()])
        ],
        override=counted.get("override") or "",
        notes=[REHEARSAL.say(_, one) for one in counted.get("notes") or ()],
        counts=_counts(_, figures, steps) if steps else None,
        without=_without(_, figures, steps),
        cost=figures.euros(counted.get("cost", 0)) if last is not None else "",
    )


def _standing_words(_: Translate, figures: Figures, state: RehearsalState) -> str:
    blockers = figures.count(len(state.last.blockers)) if state.last is not None else "0"
    return {
        RehearsalStanding.NO_PLAN: _("This study has no contact plan: it sends nothing."),
        RehearsalStanding.NEVER: _("This wave was never rehearsed.")
        + ("" if state.must else " " + _("Its people are invented, so it does not have to be.")),
        RehearsalStanding.BLOCKED: _(
            "Things are in the way: %(count)s. Nothing can be let go before they are mended.",
            count=blockers,
        ),
        RehearsalStanding.VOID: _(
            "Something changed since: plan, words, sender, questionnaire, dates, people or their"
            " addresses. Rehearse again before anything is let go."
        ),
        RehearsalStanding.HOLDS: _("It holds: nothing changed since, and nothing is in the way."),
    }[state.standing]


def _counts(_: Translate, figures: Figures, steps: Sequence[Mapping[str, Any]]) -> Table:
    """Exact counts: a row per step and language, a total per step."""
    rows = []
    total_now = total_most = 0
    for step in steps:
        channel = channel_words(_, Channel(step["channel"]))
        for language in sorted(step["at_most"]):
            parts = step["parts"].get(language)
            rows.append(
                Row(
                    step["step"],
                    [
                        channel,
                        figures.language(language),
                        figures.count(step["now"].get(language, 0)),
                        figures.count(step["at_most"][language]),
                        figures.count(parts),
                        _span(figures, step),
                        "",
                    ],
                )
            )
        now, most = sum(step["now"].values()), sum(step["at_most"].values())
        total_now, total_most = total_now + now, total_most + most
        rows.append(
            Row(
                step["step"],
                [
                    channel,
                    _("All languages"),
                    figures.count(now),
                    figures.count(most),
                    "",
                    _span(figures, step),
                    figures.euros(step["cost"]),
                ],
            )
        )
    cost = sum(step["cost"] for step in steps)
    foot = ["", "", figures.count(total_now), figures.count(total_most), "", "",
            figures.euros(cost)]  # fmt: skip
    return Table(
        id="counts",
        caption=_("Messages by step, channel and language"),
        head=[
            _("Step"),
            _("Channel"),
            _("Language"),
            _("Now"),
            _("At most"),
            _("Parts each"),
            _("Days"),
            _("Cost at most"),
        ],
        rows=rows,
        foot=[Row(_("Total"), foot)],
        numbers_from=3,
    )


def _span(figures: Figures, step: Mapping[str, Any]) -> str:
    if not step["first_due"]:
        return ""
    first = day_of(figures, datetime.fromisoformat(step["first_due"]))
    last = day_of(figures, datetime.fromisoformat(step["last_due"]))
    return first if first == last else f"{first} – {last}"


def _without(_: Translate, figures: Figures, steps: Sequence[Mapping[str, Any]]) -> Table | None:
    """Who could get a step and cannot be written to, by the reason."""
    rows = [
        Row(step["step"], [reason_words(_, reason), figures.count(count)])
        for step in steps
        for reason, count in sorted(step["without"].items())
    ]
    if not rows:
        return None
    return Table(
        id="without",
        caption=_("People who could get a step and do not"),
        head=[_("Step"), _("Why not"), _("People")],
        rows=rows,
        numbers_from=2,
    )


def reason_words(_: Translate, reason: str) -> str:
    """Return why somebody does not get a message."""
    return {
        "no_address": _("No address, e-mail or number on record"),
        "no_code": _("No code that can be printed"),
        "undeliverable": _("It came back before"),
        "opted_out": _("Does not want messages by this way"),
        "refused": _("Refused"),
        "not_asked": _("Not asked in this wave any more"),
        "had_it": _("Had it already"),
        "no_recontact": _("Did not say yes to being asked again"),
        "person_paused": _("Asked for a pause"),
        "person_finished": _("Finished integrating"),
        "person_moved_abroad": _("Moved abroad"),
        "person_deceased": _("Died"),
        "person_withdrawn": _("Withdrew"),
        "person_erased": _("Was forgotten"),
    }.get(reason, reason.replace("_", " "))


def _blocker(_: Translate, stored: str) -> BlockerLine:
    name, _colon, detail = stored.partition(": ")
    ground = next((one for one in Ground if one.value == name), None)
    if ground is None:
        return BlockerLine(stored, (), may_pass=False)
    told = REHEARSAL.say(_, detail)
    return BlockerLine(_ground_words(_, ground), (told,), ground.may_be_overridden)


def _together(lines: Sequence[BlockerLine]) -> list[BlockerLine]:
    """What is mended in the same way as one line, with each place."""
    found: dict[str, BlockerLine] = {}
    for one in lines:
        before = found.get(one.words, BlockerLine(one.words, (), one.may_pass))
        found[one.words] = replace(before, details=(*before.details, *one.details))
    return list(found.values())


def _ground_words(_: Translate, ground: Ground) -> str:
    return {
        Ground.NO_VERSION: _("The questionnaire is not published: publish it."),
        Ground.GATE_OVERRIDE: _("The questionnaire was published although checks failed."),
        Ground.EMPTY: _("Nobody is in the sample: draw it."),
        Ground.SENDER: _("The sender is still an example: fill in who really writes."),
        Ground.WORDS: _("Words of a message are missing: write or translate them."),
        Ground.LANGUAGE: _("People are to be written to in a language that is not asked."),
        Ground.NO_CODE: _("People have no code to print: issue codes on the sample page."),
        Ground.UNKNOWN: _("Of messages nobody knows whether they went out: settle them."),
        Ground.UNREACHED: _("People cannot be reached in any way."),
        Ground.FEW: _("More than one in ten cannot be reached by a step."),
        Ground.LATE: _("A step goes on after the last day of the wave."),
        Ground.LONG: _("A text message takes more than one part and costs more."),
        Ground.PRELOAD: _("People took part before, and nothing they said is frozen."),
        Ground.UNREVIEWED: _("What the wave remembers was not approved: approve it."),
        Ground.LETTERS: _("A letter cannot be made."),
        Ground.ADDRESS: _("Letters to some people cannot be written."),
        Ground.WINDOW: _("Nobody has tried yet whether the address fits the window."),
        Ground.GONE: _("A step that was sent before is gone from the plan."),
    }[ground]
