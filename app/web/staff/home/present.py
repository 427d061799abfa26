"""From what waits, how waves stand and what they cost to what Today says."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from app.messages.channels import Channel
from app.services.context import STUDY_ZONE
from app.services.fieldwork.decisions import Decision
from app.services.fieldwork.response_outlook import GroupOutlook, Method, Targets, WaveOutlook
from app.services.jobs import Job
from app.services.messaging.message_costs import WaveCosts
from app.services.response.monitoring import WaveState
from app.web.respond.words import Translate
from app.web.staff.charts import dot_chart
from app.web.staff.figures import Figures
from app.web.staff.home.decision_words import place_of, sentence
from app.web.staff.home.view import CostsView, DecisionLine, ResponseView, TodayView, WaveCard
from app.web.staff.labels import status_words
from app.web.staff.view import DotChart, Row, Table
from app.web.staff.waves.life_words import next_words
from app.web.staff.waves.present import group_words
from app.web.staff.waves.tabs import leads_somewhere


def today_view(
    _: Translate,
    figures: Figures,
    *,
    today: datetime,
    email: str,
    decisions: Sequence[Decision],
    failed: Sequence[Job],
    states: Sequence[WaveState],
    outlooks: Sequence[WaveOutlook],
    costs: Sequence[tuple[int, WaveCosts]],
) -> TodayView:
    """Return the page; ``email`` is who reads it."""
    day = today.astimezone(STUDY_ZONE).date()
    return TodayView(
        day=figures.day(day),
        decisions=[_line(_, figures, one, day, email) for one in decisions]
        + [
            DecisionLine(
                _("%(job)s: this failed. Look why, and ask for it again.", job=one.title),
                f"/staff/jobs/{one.id}",
                due=None,
                late=False,
            )
            for one in failed
        ],
        waves=[_card(_, figures, one, day) for one in reversed(states)],
        responses=[_response(_, figures, one) for one in outlooks],
        costs=[_costs(_, figures, year, one) for year, one in costs],
    )


def _line(_: Translate, figures: Figures, one: Decision, today: date, email: str) -> DecisionLine:
    url, due, late = place_of(one), None, False
    if one.due_on is not None:
        late = one.overdue(today)
        due = _due_words(_, figures, one.due_on, today)
    return DecisionLine(
        sentence(_, figures, one, email=email), url if leads_somewhere(url) else None, due, late
    )


def _due_words(_: Translate, figures: Figures, due: date, today: date) -> str:
    days = (due - today).days
    if days < 0:
        return _("Was due on %(day)s", day=figures.day(due))
    if days == 0:
        return _("Due today")
    if days == 1:
        return _("Due tomorrow")
    return _("Due on %(day)s, in %(days)s days", day=figures.day(due), days=days)


def _card(_: Translate, figures: Figures, state: WaveState, today: date) -> WaveCard:
    wave, total = state.wave, state.total
    url = f"/staff/waves/{wave.year}"
    lines = [next_words(_, figures, state, today)]
    if total.sampled:
        lines.append(
            _(
                "Completed by %(complete)s of %(eligible)s people (%(rate)s, RR1).",
                complete=figures.count(total.complete),
                eligible=figures.count(total.eligible),
                rate=figures.percent(total.rr1, 1),
            )
        )
    return WaveCard(
        title=_("Wave %(year)s", year=wave.year),
        url=url if leads_somewhere(url) else None,
        status=str(wave.status),
        status_words=status_words(_, wave.status),
        lines=lines,
    )


# --- response -----------------------------------------------------------------------------------


def _response(_: Translate, figures: Figures, one: WaveOutlook) -> ResponseView:
    year = one.wave.year
    named = [(group_words(_, group.codes), group) for group in one.groups]
    table = _outlook_table(_, figures, year, named, one.total)
    return ResponseView(
        title=_("Response of wave %(year)s and its outlook", year=year),
        chart=_outlook_chart(_, figures, year, named),
        summary=_summary(_, figures, one),
        table=table,
        method=_method(_, figures, one),
        targets=_targets(_, figures, one),
        warnings=[
            _(
                "%(group)s: the sample (%(eligible)s) is smaller than the target (%(target)s).",
                group=words,
                eligible=figures.count(group.response.eligible),
                target=figures.count(group.target),
            )
            if group.out_of_reach
            else _("%(group)s: the target is not reached as things go.", group=words)
            for words, group in named
            if group.short
        ],
    )


def _summary(_: Translate, figures: Figures, one: WaveOutlook) -> str:
    total = one.total
    day = _("Day %(day)s of %(days)s.", day=figures.count(one.day), days=figures.count(one.days))
    if total.outlook.method is Method.OVER:
        day = _("The last day, %(day)s, is past.", day=figures.day(one.wave.closes_on))
    return "{} {}".format(
        day,
        _(
            "Complete so far: %(complete)s. Expected at the end: %(expected)s, from %(low)s to"
            " %(high)s. Target: %(target)s.",
            complete=figures.count(total.response.complete),
            expected=figures.count(total.outlook.expected),
            low=figures.count(total.outlook.low),
            high=figures.count(total.outlook.high),
            target=figures.count(total.target),
        ),
    )


def _outlook_table(
    _: Translate,
    figures: Figures,
    year: int,
    groups: Sequence[tuple[str, GroupOutlook]],
    total: GroupOutlook,
) -> Table:
    def cells(one: GroupOutlook) -> list[str]:
        return [
            figures.count(one.response.eligible),
            figures.count(one.response.complete),
            figures.percent(one.response.rr1, 1),
            figures.count(one.outlook.expected),
            f"{figures.count(one.outlook.low)} – {figures.count(one.outlook.high)}",
            figures.count(one.target),
        ]

    return Table(
        id=f"outlook-{year}",
        caption=_("Complete interviews by group: now, expected on the last day, and needed"),
        head=[
            _("Group"),
            _("People asked"),
            _("Complete"),
            "RR1",
            _("Expected at the end"),
            _("From – to"),
            _("Target"),
        ],
        rows=[Row(words, cells(one)) for words, one in groups],
        foot=[Row(_("Total"), cells(total))],
    )


def _outlook_chart(
    _: Translate, figures: Figures, year: int, groups: Sequence[tuple[str, GroupOutlook]]
) -> DotChart | None:
    """Expected share of the target; a mark stands where the target is."""
    rows = [(words, one) for words, one in groups if one.target > 0]
    if not rows:
        return None
    highest = max(one.outlook.high / one.target for _words, one in rows)
    # Four even marks, at round shares.
    reach = min(max(3, math.ceil(highest / 0.4)), 8) * 0.4
    made = dot_chart(
        [
            (
                words,
                figures.percent(one.outlook.expected / one.target),
                _(
                    "%(group)s: %(expected)s expected, from %(low)s to %(high)s, of a target of"
                    " %(target)s",
                    group=words,
                    expected=figures.count(one.outlook.expected),
                    low=figures.count(one.outlook.low),
                    high=figures.count(one.outlook.high),
                    target=figures.count(one.target),
                ),
                one.outlook.expected / one.target,
                one.outlook.low / one.target,
                one.outlook.high / one.target,
            )
            for words, one in rows
        ],
        id=f"outlook-chart-{year}",
        caption=_(
            "Expected complete interviews, as a share of the target of each group. The dashed line"
            " is the target."
        ),
        say=lambda share: figures.percent(share),
        reach=(0.0, reach),
    )
    if made is None:
        return None
    return replace(made, dots=[replace(one, target=100 / reach) for one in made.dots])


def _method(_: Translate, figures: Figures, one: WaveOutlook) -> str:
    if one.total.outlook.method is Method.OVER:
        return _("The wave is past its last day: what is there is counted, nothing is expected.")
    if one.compared_with is not None:
        return _(
            "Expected: whoever has not completed it yet does so as often as people of the same"
            " group of wave %(earlier)s did between the same day and the last. From – to: 95 times"
            " in 100, if the waves are alike (beta-binomial prediction with Jeffreys' prior; Gelman"
            " and others, Bayesian Data Analysis, 2013). Another plan of reminders, or other"
            " people, can make it worse or better than that.",
            earlier=one.compared_with,
        )
    return _(
        "Expected: a rule of thumb, as no earlier wave can be compared. The pace of the last 14"
        " days goes on and halves every 14 days. From: nobody answers any more. To: the pace stays"
        " as it is."
    )


def _targets(_: Translate, figures: Figures, one: WaveOutlook) -> str:
    if one.targets == Targets.PLAN:
        return _("Target: the number of complete interviews that the plan of the wave names.")
    return _(
        "Target: as many complete interviews as make a share of a group known within 10 points, 95"
        " times in 100, given how many people the group has in the register (Cochran, Sampling"
        " Techniques, 1977, equation 4.2). The plan of the wave names no targets of its own."
    )


# --- costs --------------------------------------------------------------------------------------


def _costs(_: Translate, figures: Figures, year: int, one: WaveCosts) -> CostsView:
    rows = [
        Row(
            _channel(_, cost.channel),
            [
                figures.count(cost.sent),
                figures.euros(cost.sent_cost),
                figures.count(cost.to_come),
                figures.euros(cost.to_come_cost),
            ],
        )
        for cost in one.channels
    ]
    if one.thanks or one.thanks_due:
        rows.append(
            Row(
                _("Thank-yous"),
                [
                    figures.count(one.thanks),
                    figures.euros(one.thanks_cents * 100),
                    figures.count(one.thanks_due),
                    figures.euros(one.thanks_due_cents * 100),
                ],
            )
        )
    total = ["", figures.euros(one.so_far), "", figures.euros(one.to_come)]
    unpriced = [_channel(_, cost.channel) for cost in one.channels if not cost.priced]
    note = _(
        "So far: what providers reported, else the price in the contact plan. To come: at most, if"
        " nobody else answers and every step of the plan is let go. Printing and people's time are"
        " not in it."
    )
    if unpriced:
        note += " " + _("The plan names no price for: %(channels)s.", channels=", ".join(unpriced))
    return CostsView(
        title=_("Costs of wave %(year)s", year=year),
        summary=_("Nothing was sent, and nothing is to be sent.")
        if not (one.so_far or one.to_come)
        else _(
            "So far %(so_far)s; at most %(to_come)s still to come.",
            so_far=figures.euros(one.so_far),
            to_come=figures.euros(one.to_come),
        ),
        table=None
        if not (one.so_far or one.to_come)
        else Table(
            id=f"costs-{year}",
            caption=_("Costs by channel"),
            head=[_("Channel"), _("Sent"), _("Cost so far"), _("To come at most"),
                  _("Cost to come at most")],
            rows=rows,
            foot=[Row(_("Total"), total)],
        ),
        note=note,
    )  # fmt: skip


def _channel(_: Translate, channel: Channel) -> str:
    return {
        Channel.LETTER: _("Letters"),
        Channel.EMAIL: _("E-mails"),
        Channel.SMS: _("Text messages"),
    }[channel]
