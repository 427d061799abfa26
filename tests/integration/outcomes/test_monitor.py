"""The monitor of a wave, against counts made by hand; on both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from app.messages.channels import Channel
from app.panel.response_curve import Response, quartiles, response_curve
from app.services import jobs
from app.services.members.people_news import What
from app.services.response import monitor, monitor_figures
from app.services.response.monitor import monitor as look
from app.services.response.monitor import work_out
from app.storage import staff as accounts
from app.storage.staff import StaffMember
from tests.builders import WAVE
from tests.integration.outcomes.conftest import OPENED, Field
from tests.integration.outcomes.test_rates import field_eight
from tests.integration.staff.conftest import add_account


def test_counts_and_rates_are_those_of_the_eight_cases(field: Field) -> None:
    field_eight(field)

    told = look(field.ctx, WAVE)

    assert told is not None
    assert dict(told.counts) == {
        "open": 2, "partial": 1, "complete": 3, "refused": 1, "not_eligible": 1,
    }  # fmt: skip
    figures = told.figures
    assert figures is not None
    (total,) = figures["rates"][""]
    # I 3, R 3 (break-off, refusal, logged on), UH 1, NE 1
    assert total["counts"] == [3, 0, 3, 0, 0, 1, 0, 1]
    assert total["rates"]["RR1"] == [3, 7]
    assert total["rates"]["COOP1"] == [3, 6]
    groups = {one["code"]: one["rates"]["RR1"] for one in figures["rates"]["fr_group"]}
    assert groups == {"asiel": [2, 4], "gezin": [1, 3]}
    languages = {one["code"]: one["rates"]["RR1"] for one in figures["rates"]["language"]}
    assert languages == {"nl": [2, 4], "en": [1, 3]}
    devices = {one["code"]: one["cases"] for one in figures["rates"]["device"]}
    assert devices == {"-": 3, "phone": 1, "computer": 1, "unknown": 3}
    assert figures["minutes"]["interviews"] == 3
    assert [one[:3] for one in figures["break_offs"]] == [["k_werk", 1, 4]]


def test_curve_counts_who_began_and_who_finished_by_each_day(field: Field) -> None:
    field_eight(field)  # two finish on days 2 and 3, one finishes and one stops on day 10

    told = look(field.ctx, WAVE)

    assert told is not None
    assert told.figures is not None
    (curve,) = told.figures["curves"][""]
    assert curve["eligible"] == 7
    by_day = {day: (begun, finished) for day, begun, finished in curve["days"]}
    assert by_day["2024-02-02"] == (0, 0)
    assert by_day["2024-02-03"] == (1, 1)
    assert by_day["2024-02-04"] == (2, 2)
    assert by_day["2024-02-10"] == (2, 2)
    assert by_day["2024-02-11"] == (4, 3)
    assert (min(by_day), max(by_day)) == ("2024-02-01", "2024-02-11")
    asiel = next(one for one in told.figures["curves"]["fr_group"] if one["code"] == "asiel")
    assert asiel["days"][-1] == ["2024-02-11", 3, 2]


def test_day_in_the_past_is_told_as_it_was_known_then(field: Field) -> None:
    field_eight(field)

    told = look(field.ctx, WAVE, date(2024, 2, 3))

    assert told is not None
    assert told.figures is not None
    (total,) = told.figures["rates"][""]
    assert total["counts"] == [1, 0, 0, 0, 0, 7, 0, 0]
    assert told.figures["curves"][""][0]["days"][-1] == ["2024-02-03", 1, 1]


def test_messages_are_counted_by_day_and_what_came_back_by_channel(field: Field) -> None:
    one, other = field.invite(), field.invite()
    field.go_to(1)
    back = field.send(one, Channel.EMAIL)
    field.send(other, Channel.EMAIL)
    field.go_to(2)
    field.send(one, Channel.LETTER)
    field.bounce(back)

    told = look(field.ctx, WAVE)

    assert told is not None
    assert told.figures is not None
    assert told.figures["sent"] == [["2024-02-02", "email", 2], ["2024-02-03", "letter", 1]]
    assert told.figures["undelivered"] == [["email", "returned", "5.1.1", 1]]
    channels = {one["code"]: one["cases"] for one in told.figures["rates"]["channel"]}
    assert channels == {"email": 1, "email+letter": 1}
    before = look(field.ctx, WAVE, date(2024, 2, 2))
    assert before is not None
    assert before.figures is not None
    assert before.figures["undelivered"] == []


def test_figures_are_kept_until_something_happens(
    field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Any] = []
    monkeypatch.setattr(monitor, "make_figures", _counting(made, monitor_figures.make_figures))
    person = field.invite()
    first = look(field.ctx, WAVE)
    field.clock.advance(timedelta(hours=1))
    again = look(field.ctx, WAVE)
    assert first is not None
    assert again is not None
    assert (len(made), again.stale, again.made_at) == (1, False, first.made_at)

    field.tell(person, What.REFUSED_SOFT)
    field.clock.advance(timedelta(hours=1))
    after = look(field.ctx, WAVE)

    assert after is not None
    assert after.figures is not None
    assert (len(made), after.stale) == (2, False)
    assert after.figures["rates"][""][0]["counts"][2] == 1


def test_large_wave_is_counted_at_once_and_worked_out_by_a_job(
    field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monitor, "AT_ONCE", 3)
    field_eight(field)
    told = look(field.ctx, WAVE)
    assert told is not None
    assert (told.large, told.figures, told.counts["complete"]) == (True, None, 3)

    job = jobs.ask(
        field.ctx, "monitor", {"wave": WAVE, "on": None}, by=_member(field).id, start=False
    )
    assert jobs.run_here(field.ctx, job)

    done = jobs.look(field.ctx, job, "en")
    assert done is not None
    assert done.stored.leads_to == f"/staff/waves/{WAVE}/monitor"
    told = look(field.ctx, WAVE)
    assert told is not None
    assert told.figures is not None
    assert not told.stale
    field.invite()
    later = look(field.ctx, WAVE)
    assert later is not None
    assert later.stale
    assert later.figures == told.figures


def test_wave_without_cases_has_no_figures_and_none_is_no_wave(field: Field) -> None:
    told = look(field.ctx, WAVE)
    assert told is not None
    assert (told.sampled, told.figures) == (0, None)
    assert look(field.ctx, 1999) is None
    with pytest.raises(LookupError):
        work_out(field.ctx, 1999)


def _counting(made: list[Any], make: Callable[..., Any]) -> Callable[..., Any]:
    def counted(*given: Any) -> Any:
        made.append(given)
        return make(*given)

    return counted


def _member(field: Field) -> StaffMember:
    add_account(field.ctx)
    with field.ctx.databases.research.read() as connection:
        found = accounts.find_member(connection, "r@example.org")
    assert found is not None
    return found


# --- pure -----------------------------------------------------------------------------------------


def test_curve_begins_on_the_first_day_and_leaves_out_what_came_later() -> None:
    day = OPENED.date()
    early, late = day - timedelta(days=3), day + timedelta(days=9)
    found = response_curve(
        [Response(early, day), Response(day, None), Response(late, late)],
        day,
        day + timedelta(days=1),
    )
    assert [(one.began, one.finished) for one in found] == [(2, 1), (2, 1)]


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        ([7.0], (7.0, 7.0, 7.0)),
        # R: quantile(c(1, 2, 3, 4), c(.25, .5, .75), type = 7)
        ([4.0, 1.0, 3.0, 2.0], (1.75, 2.5, 3.25)),
        ([10.0, 20.0], (12.5, 15.0, 17.5)),
    ],
)
def test_quartiles_lie_on_the_line_between_the_nearest_numbers(
    minutes: list[float], expected: tuple[float, float, float]
) -> None:
    assert quartiles(minutes) == pytest.approx(expected)


def test_no_interview_has_no_quartiles() -> None:
    assert quartiles([]) is None
