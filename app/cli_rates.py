"""The rates of a wave, on a screen, as JSON or as a file; and outcomes that staff gives."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from app.cli_place import services_of, was_already, where
from app.panel.dispositions import CODES, STUDY_RULES
from app.panel.outcome_rates import (
    RATES,
    SMALL_BASE,
    EligibilityMethod,
    EligibleShare,
    OutcomeRates,
    Rate,
)
from app.panel.panel_rates import WavePanelRates
from app.panel.rate_definitions import LANGUAGES, definitions
from app.services.context import STUDY_ZONE
from app.services.messaging.mailings import MAY_SEND
from app.services.open_ended.open_answers import NotAllowedError, member_who
from app.services.response.outcome_tables import (
    GroupRates,
    OutcomesError,
    WaveOutcomes,
    wave_outcomes,
)
from app.services.response.settling import BY_STAFF, SettlingError, settle_case

_DAY = "%Y-%m-%d"
_MOST_PAGES = 10
_LOGGED_ON = frozenset({"device", "door", "mode"})
_COUNTS = (
    ("I", "complete"), ("P", "partial"), ("R", "refusal"), ("NC", "non_contact"), ("O", "other"),
    ("UH", "unknown"), ("UO", "unknown_other"), ("NE", "not_eligible"),
)  # fmt: skip


def _end_of(context: click.Context, option: click.Parameter, text: str | None) -> datetime | None:
    """A day means its end in Amsterdam: "as we knew it on 1 March" is with all of that day."""
    if text is None:
        return None
    try:
        if len(text) == len("2025-03-01"):
            day = datetime.strptime(text, _DAY).replace(tzinfo=STUDY_ZONE).date()
            return datetime.combine(day + timedelta(days=1), time(), tzinfo=STUDY_ZONE)
        return datetime.fromisoformat(text).replace(tzinfo=STUDY_ZONE)
    except ValueError as error:
        raise click.BadParameter(
            f"found {text!r}, expected 2025-03-01 or 2025-03-01T12:00"
        ) from error


@click.command()
@click.option("--wave", "year", type=int, help="Year of the wave.")
@click.option("--by", "marks", default="", help="group, act, language, channel, device, door, fr_…")
@click.option("--as-of", "when", callback=_end_of, help="As it was known at the end of this day.")
@click.option("--e", "share", type=click.FloatRange(0, 1), help="Eligible share of the unknown.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, nothing else.")
@click.option("--csv", "file", type=click.Path(path_type=Path), help="Also write all rates here.")
@click.option("--definitions", "language", type=click.Choice(LANGUAGES), help="Say what they mean.")
@where
def rates(
    year: int | None,
    marks: str,
    when: datetime | None,
    share: float | None,
    as_json: bool,
    file: Path | None,
    language: str | None,
    **given: Any,  # noqa: ANN401 (click's options)
) -> None:
    """Response, panel and break-off rates of a wave, as known now or on a day."""
    if language is not None:
        click.echo("\n".join([*definitions(language), "", *STUDY_RULES]))
    if year is None:
        if language is None:
            raise click.UsageError("give --wave, or --definitions")
        return
    e = None if share is None else EligibleShare(share, EligibilityMethod.GIVEN)
    by = [one.strip() for one in marks.split(",") if one.strip()]
    try:
        with services_of(given) as ctx:
            found = wave_outcomes(ctx, year, by=by, when=was_already(ctx, when), e=e)
    except OutcomesError as error:
        raise click.ClickException(str(error)) from error
    if file is not None:
        with file.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle, lineterminator="\n")
            writer.writerow(["wave", "as_of", *found.by, "weighted", *_LONG])
            writer.writerows(_long(found))
    if as_json:
        click.echo(json.dumps(_as_json(found), ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(_text(found)))


@click.command("settle")
@click.option("--case", "case_id", required=True, type=click.UUID)
@click.option("--code", required=True, type=click.Choice(BY_STAFF), help="AAPOR outcome code.")
@click.option("--by", "email", required=True, help="E-mail address of a member of staff.")
@where
def settle(case_id: UUID, code: str, email: str, **given: Any) -> None:  # noqa: ANN401
    """Give a case an outcome that only people can tell, such as 2.33 for a language barrier."""
    try:
        with services_of(given) as ctx:
            member = member_who(ctx, email, MAY_SEND)
            settle_case(ctx, case_id, code, by=member.email, staff_id=member.id)
    except (NotAllowedError, SettlingError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{code}: {CODES[code].name}")


# --- text -----------------------------------------------------------------------------------------


def _text(found: WaveOutcomes) -> Iterator[str]:
    yield f"wave {found.wave}, as known at {found.as_of.astimezone(STUDY_ZONE):%Y-%m-%d %H:%M}"
    yield f"* = of fewer than {SMALL_BASE} cases; weighted = by base weight"
    yield ""
    listed = [("all", found.total), *((" ".join(one.codes), one) for one in found.groups)]
    yield from _table(
        ["", "cases", *(letter for letter, _ in _COUNTS), "e"],
        (
            [name, f"{one.rates.counts.sampled:g}"]
            + [f"{getattr(one.rates.counts, field):g}" for _, field in _COUNTS]
            + [f"{one.rates.e.value:.3f}"]
            for name, one in listed
        ),
    )
    yield f"e: {found.total.rates.e.method}"
    if _LOGGED_ON & set(found.by):
        yield f"{', '.join(found.by)}: known of who logged on; of all others it is -"
    for names in (RATES[:6], RATES[6:]):
        yield ""
        yield from _table(
            ["", *names],
            ([name, *(_said(one.rates, rate) for rate in names)] for name, one in listed),
        )
    yield ""
    yield from _table(
        ["weighted", *RATES[:6]],
        ([name, *(_said(one.weighted, r, one.rates) for r in RATES[:6])] for name, one in listed),
    )
    yield ""
    yield from _table(["code", "cases", ""], _codes(found.dispositions))
    if found.open_link:
        yield ""
        yield from _table(["open link", "cases", ""], _codes(found.open_link))
    yield ""
    for one in found.panel:
        yield from _panel(one)
    if found.recontact.below:
        yield f"may be asked again: {_percent(found.recontact)} of who said anything to it"
    yield from _spread(found)


def _codes(counted: Sequence[tuple[str, str | None, int]]) -> Iterator[list[str]]:
    for code, reason, cases in counted:
        name = CODES[code].name if code in CODES else ""
        yield [code, str(cases), f"{name}: {reason}" if reason else name]


def _panel(one: WavePanelRates) -> Iterator[str]:
    parts = [("wave response", one.wave_response)]
    parts += [(f"retention of {cohort}", rate) for cohort, rate in one.retention.items()]
    if one.reinterview.below:
        parts += [("re-interview", one.reinterview), ("attrition", one.attrition)]
        parts += [("missed", one.missed), ("came back", one.returned)]
    if one.tracing.below:
        parts += [("tracing", one.tracing)]
    yield f"panel {one.wave}: " + ", ".join(f"{name} {_percent(rate)}" for name, rate in parts)
    for cohort, way in one.cumulative.items():
        yield (
            f"  cumulative response of {cohort}: {_plain(way.value)} = recruitment"
            f" {_percent(way.recruitment)} x retention {_percent(way.retention)} x completion"
            f" {_percent(way.completion)}"
        )
    if one.exits:
        left = ", ".join(f"{state} {people}" for state, people in one.exits.items())
        yield f"  left the population: {left}"


def _spread(found: WaveOutcomes) -> Iterator[str]:
    seen = found.representativity
    if seen is not None:
        yield (
            f"R-indicator {seen.r_adjusted:.3f} (not adjusted {seen.r:.3f}, standard error"
            f" {seen.error:.3f}; {seen.cells} cells of {' x '.join(seen.variables)})"
        )
        for one in seen.partial:
            marks = ", ".join(f"{code} {value:+.3f}" for code, value in one.categories.items())
            yield (
                f"  {one.variable}: {one.unconditional:.3f}, conditional {one.conditional:.3f};"
                f" {marks}"
            )
    if found.minutes.median is not None:
        yield f"minutes: median {found.minutes.median:.1f} of {found.minutes.interviews} interviews"
    if found.break_offs:
        yield "stopped at (of those who saw the page):"
        for stop in found.break_offs[:_MOST_PAGES]:
            yield f"  {stop.page:<24}{stop.stopped.above:>5g}  {_percent(stop.stopped)}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    lines = [list(head), *map(list, rows)]
    wide = [max(len(line[at]) for line in lines) for at in range(len(head))]
    for line in lines:
        cells = [line[0].ljust(wide[0])]
        cells += [
            # The last column of codes says what they mean.
            cell.ljust(wide[at]) if head[at] == "" else cell.rjust(wide[at])
            for at, cell in enumerate(line[1:], start=1)
        ]
        yield "  ".join(cells).rstrip()


def _percent(rate: Rate) -> str:
    return _plain(rate.value) + ("*" if rate.below and rate.small else "")


def _plain(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f}%"


def _said(rates_: OutcomeRates, name: str, unweighted: OutcomeRates | None = None) -> str:
    """A rate; a weighted one is marked by the number of cases below the line, not of weights."""
    base = (unweighted or rates_).rates[name]
    return _plain(rates_[name]) + ("*" if base.below and base.small else "")


# --- files ----------------------------------------------------------------------------------------

_LONG = ("rate", "value", "above", "below", "small_base", "e", "e_method")


def _long(found: WaveOutcomes) -> Iterator[list[Any]]:
    everybody = GroupRates(("all",) * len(found.by), found.total.rates, found.total.weighted)
    for group in (everybody, *found.groups):
        for weighted, made in ((0, group.rates), (1, group.weighted)):
            for name, rate in made.rates.items():
                value = "" if rate.value is None else rate.value
                small = int(group.rates.rates[name].small)
                row = [found.wave, found.as_of.isoformat(), *group.codes, weighted, name, value]
                yield [*row, rate.above, rate.below, small, made.e.value, made.e.method.value]


def _as_json(found: WaveOutcomes) -> dict[str, Any]:
    seen = found.representativity
    return {
        "wave": found.wave,
        "as_of": found.as_of.isoformat(),
        "by": list(found.by),
        "total": _group(found.total),
        "groups": [{"codes": list(one.codes), **_group(one)} for one in found.groups],
        "dispositions": [_code(one) for one in found.dispositions],
        "open_link": [_code(one) for one in found.open_link],
        "panel": [_panel_json(one) for one in found.panel],
        "recontact": _rate(found.recontact),
        "representativity": None
        if seen is None
        else {
            "variables": list(seen.variables),
            "r": seen.r,
            "r_adjusted": seen.r_adjusted,
            "error": seen.error,
            "cells": seen.cells,
            "small_cells": seen.small_cells,
            "partial": {
                one.variable: {
                    "unconditional": one.unconditional,
                    "conditional": one.conditional,
                    "categories": dict(one.categories),
                }
                for one in seen.partial
            },
        },
        "break_offs": [{"page": one.page, **_rate(one.stopped)} for one in found.break_offs],
        "minutes": {"median": found.minutes.median, "interviews": found.minutes.interviews},
    }


def _code(one: tuple[str, str | None, int]) -> dict[str, Any]:
    return {"code": one[0], "reason": one[1], "cases": one[2]}


def _group(one: GroupRates) -> dict[str, Any]:
    return {
        "counts": {letter: getattr(one.rates.counts, field) for letter, field in _COUNTS},
        "e": {"value": one.rates.e.value, "method": one.rates.e.method.value},
        "rates": {name: _rate(rate) for name, rate in one.rates.rates.items()},
        "weighted": {name: rate.value for name, rate in one.weighted.rates.items()},
    }


def _rate(one: Rate) -> dict[str, Any]:
    return {"value": one.value, "above": one.above, "below": one.below, "small_base": one.small}


def _panel_json(one: WavePanelRates) -> dict[str, Any]:
    return {
        "wave": one.wave,
        "wave_response": _rate(one.wave_response),
        "retention": {str(cohort): _rate(rate) for cohort, rate in one.retention.items()},
        "cumulative": {
            str(cohort): {
                "value": way.value,
                "recruitment": _rate(way.recruitment),
                "retention": _rate(way.retention),
                "completion": _rate(way.completion),
            }
            for cohort, way in one.cumulative.items()
        },
        "reinterview": _rate(one.reinterview),
        "returned": _rate(one.returned),
        "attrition": _rate(one.attrition),
        "missed": _rate(one.missed),
        "exits": dict(one.exits),
        "tracing": _rate(one.tracing),
    }
