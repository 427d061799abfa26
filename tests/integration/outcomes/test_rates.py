"""The rates of a wave on a day, from the command that prints them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app import cli_rates
from app.cli_rates import rates
from app.messages.channels import Channel
from app.panel.arrivals import Arrival, Device, Door
from app.panel.interview_times import active_minutes
from app.panel.outcome_rates import EligibilityMethod, EligibleShare, Rate
from app.panel.privacy import Purpose, Through
from app.services.members.people_news import What
from app.services.response.monitoring import wave_report
from app.services.response.outcome_tables import OutcomesError, wave_outcomes
from app.storage import interview_times, models
from app.storage.consents import ConsentEvent, add_consents
from app.storage.types import table_of
from tests.builders import WAVE, Invited
from tests.integration.outcomes.conftest import OPENED, Field

_operation, _interview = table_of(models.Operation), table_of(models.Interview)


def field_eight(field: Field) -> None:
    """Four asielmigranten and four gezinsmigranten; what they do is in the tests' numbers.

    Asiel: two complete, one break-off, one silent. Gezin: one complete, one who refuses, one who
    died, one silent who logs on and answers nothing.
    """
    asiel = [field.invite(frame={"fr_group": "asiel"}) for _ in range(4)]
    gezin = [field.invite(frame={"fr_group": "gezin"}, language="en") for _ in range(4)]
    field.go_to(2)
    field.enter(asiel[0], Arrival(Door.QR, Device.PHONE))
    field.answer(asiel[0])
    field.go_to(3)
    field.enter(gezin[0], Arrival(Door.TYPED, Device.COMPUTER))
    field.answer(gezin[0])
    field.go_to(10)
    field.answer(asiel[1], minutes=2)
    field.answer(asiel[2], until="k_werk")
    field.tell(gezin[1], What.REFUSED_HARD)
    field.tell(gezin[2], What.DECEASED)
    field.enter(gezin[3])


def test_rates_by_group_are_those_of_the_cases(field: Field) -> None:
    field_eight(field)
    found = wave_outcomes(field.ctx, WAVE, by=["group"])
    # I 3, R 3 (break-off, refusal, logged on), UH 1, NE 1; e = 6/7
    total = found.total.rates
    assert total.e == EligibleShare(6 / 7, EligibilityMethod.PROPORTIONAL)
    assert total.rates["RR1"] == Rate(3, 7)
    assert total["RR3"] == pytest.approx(3 / (6 + 6 / 7))
    assert total.rates["RR5"] == Rate(3, 6)
    assert total.rates["REF1"] == Rate(3, 7)
    assert total.rates["CON1"] == Rate(6, 7)
    by_group = {one.codes[0]: one.rates for one in found.groups}
    assert by_group["asiel"].rates["RR1"] == Rate(2, 4)
    assert by_group["gezin"].rates["RR1"] == Rate(1, 3)
    assert ("4.90", "deceased", 1) in found.dispositions
    assert sum(cases for *_, cases in found.dispositions) == 8


def test_the_page_of_the_wave_has_the_same_response_rate(field: Field) -> None:
    field_eight(field)
    page = wave_report(field.ctx, WAVE)
    assert page is not None
    assert page.state.total.rr1 == wave_outcomes(field.ctx, WAVE).total.rates["RR1"]
    assert page.state.total.not_eligible == 1


def test_a_given_e_is_used_and_said(field: Field) -> None:
    field_eight(field)
    half = EligibleShare(0.5, EligibilityMethod.GIVEN)
    total = wave_outcomes(field.ctx, WAVE, e=half).total.rates
    assert total["RR3"] == pytest.approx(3 / 6.5)
    assert total.e == half


def test_rates_as_they_were_known_before_the_later_news(field: Field) -> None:
    field_eight(field)
    then = wave_outcomes(field.ctx, WAVE, when=OPENED + timedelta(days=5)).total.rates
    assert then.rates["RR1"] == Rate(2, 8)
    assert then.counts.not_eligible == 0
    with pytest.raises(OutcomesError, match="nobody"):
        wave_outcomes(field.ctx, WAVE, when=OPENED - timedelta(days=1))


@pytest.mark.parametrize(
    ("mark", "codes"),
    [
        ("language", {"nl": 4, "en": 4}),
        ("device", {"-": 3, "phone": 1, "computer": 1, "unknown": 3}),
        ("door", {"-": 3, "qr": 1, "typed": 1, "unknown": 3}),
        ("fr_group", {"asiel": 4, "gezin": 4}),
    ],
)
def test_cases_are_counted_by_any_mark(field: Field, mark: str, codes: dict[str, int]) -> None:
    field_eight(field)
    found = wave_outcomes(field.ctx, WAVE, by=[mark])
    assert {one.codes[0]: one.rates.counts.sampled for one in found.groups} == codes


def test_channels_are_those_by_which_something_was_sent_until_then(field: Field) -> None:
    both, letter, _ = field.invite(), field.invite(), field.invite()
    field.send(both, Channel.LETTER)
    field.send(letter, Channel.LETTER)
    field.go_to(3)
    field.send(both, Channel.EMAIL)
    now = wave_outcomes(field.ctx, WAVE, by=["channel"])
    then = wave_outcomes(field.ctx, WAVE, by=["channel"], when=OPENED + timedelta(days=1))
    assert [one.codes[0] for one in now.groups] == ["-", "email+letter", "letter"]
    assert [one.codes[0] for one in then.groups] == ["-", "letter"]


def test_people_stop_where_they_stopped_and_minutes_leave_pauses_out(field: Field) -> None:
    field_eight(field)
    found = wave_outcomes(field.ctx, WAVE)
    # Whoever is on the page about work has said yes to taking part: three passed it, one stopped.
    assert [(one.page, one.stopped) for one in found.break_offs] == [("k_werk", Rate(1, 4))]
    # Fifteen pages and the review: 16 minutes twice, and 32 at two minutes a page
    assert (found.minutes.interviews, found.minutes.median) == (3, pytest.approx(16, abs=0.01))


def test_refusing_to_be_asked_again_is_no_refusal_of_the_interview(field: Field) -> None:
    yes, no, silent = field.invite(), field.invite(), field.invite()
    field.answer(yes)
    field.answer(no)
    field.answer(silent, until="p_mag")
    told = field.clock.now()
    field.go_to(2)
    say(field, no, given=False)
    found = wave_outcomes(field.ctx, WAVE)
    assert found.recontact == Rate(1, 2)
    assert found.total.rates.rates["RR2"] == Rate(3, 3)
    assert wave_outcomes(field.ctx, WAVE, when=told).recontact == Rate(2, 2)


def say(field: Field, invited: Invited, *, given: bool) -> None:
    event = ConsentEvent(
        invited.person_id,
        invited.case_id,
        Purpose.RECONTACT,
        given,
        field.clock.now(),
        Through.QUESTIONNAIRE,
        "self",
        "nl",
        None,
        "0" * 64,
    )
    with field.ctx.databases.research.write() as connection:
        add_consents(connection, [event])


def test_minutes_of_the_database_are_those_of_the_definition(field: Field) -> None:
    invited = field.invite()
    field.answer(invited, until="k_talen", minutes=7)
    field.go_to(4)
    field.answer(invited, minutes=30)
    now = field.clock.now()
    with field.ctx.databases.research.read() as connection:
        counted = interview_times.minutes_at_questions(connection, WAVE, now)
        interview = connection.execute(_interview.select()).one()
        rows = connection.execute(_operation.select().order_by(_operation.c.revision)).all()
    expected = active_minutes(interview.started_at, [row.saved_at for row in rows])
    assert expected > 100
    assert counted == {invited.case_id: pytest.approx(expected, abs=0.01)}


def test_a_mark_nobody_knows_and_a_wave_that_is_not_there_are_refused(field: Field) -> None:
    field.invite()
    with pytest.raises(OutcomesError, match="cannot count by"):
        wave_outcomes(field.ctx, WAVE, by=["shoe_size"])
    with pytest.raises(OutcomesError, match="no wave 2031"):
        wave_outcomes(field.ctx, 2031)


@pytest.fixture
def run(field: Field, monkeypatch: pytest.MonkeyPatch) -> Any:
    @contextmanager
    def given(*_: object) -> Iterator[Any]:
        yield field.ctx

    monkeypatch.setattr(cli_rates, "services_of", given)

    def call(*words: str) -> str:
        done = CliRunner().invoke(rates, list(words), obj={})
        assert done.exit_code == 0, done.output
        return done.output

    return call


def test_the_command_prints_tables_with_e_and_small_bases_marked(field: Field, run: Any) -> None:
    field_eight(field)
    printed = run("--wave", "2024", "--by", "group")
    assert "RR1" in printed
    assert "COOP4" in printed
    assert "e: proportional" in printed
    assert "42.9%*" in printed  # RR1 of seven cases
    assert "R-indicator" in printed


def test_the_command_gives_one_json_object_and_a_file(
    field: Field, run: Any, tmp_path: Path
) -> None:
    field_eight(field)
    file = tmp_path / "rates.csv"
    told = json.loads(run("--wave", "2024", "--by", "group", "--json", "--csv", str(file)))
    assert told["total"]["rates"]["RR1"]["above"] == 3
    assert {tuple(one["codes"]) for one in told["groups"]} == {("asiel",), ("gezin",)}
    with file.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    (rr1,) = [
        row
        for row in rows
        if (row["fr_group"], row["rate"], row["weighted"]) == ("gezin", "RR1", "0")
    ]
    assert (float(rr1["value"]), rr1["small_base"]) == (pytest.approx(1 / 3), "1")


def test_a_day_is_meant_to_its_end(field: Field, run: Any) -> None:
    field_eight(field)
    # The wave opened at noon on 1 February; the first interview came on the third.
    assert (
        json.loads(run("--wave", "2024", "--as-of", "2024-02-02", "--json"))["total"]["counts"]["I"]
        == 0
    )
    assert (
        json.loads(run("--wave", "2024", "--as-of", "2024-02-03", "--json"))["total"]["counts"]["I"]
        == 1
    )


@pytest.mark.parametrize(("language", "word"), [("nl", "hoofdcijfer"), ("en", "headline")])
def test_definitions_are_printed_in_both_languages(run: Any, language: str, word: str) -> None:
    printed = run("--definitions", language)
    assert word in printed
    assert "2.1121" in printed
