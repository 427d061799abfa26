"""The panel through its waves: counted by hand, on a day, by group, as files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.clock import FixedClock
from app.panel.attrition_ledger import flows
from app.panel.states import Role
from app.services.context import ServiceContext
from app.services.members.people_news import News, What, record
from app.services.response import panel_flow
from app.services.response.attrition import panel_ledger_at
from app.storage import audit
from tests.builders import invite
from tests.web.staff.desk import Desk

PATH = "/staff/panel"


def test_panel_without_anybody_says_how_it_begins(researcher: Desk) -> None:
    page = researcher.get(PATH)

    assert "Nobody is in the panel yet. It begins with the first sample" in page.words
    assert not page.has("where")


def test_everybody_is_in_one_place_with_a_reason(
    signed_in: Callable[[Role], Desk], ctx: ServiceContext
) -> None:
    people = [invite(ctx, frame={"fr_group": "asiel"}) for _ in range(3)]
    people.append(invite(ctx, frame={"fr_group": "gezin"}))
    told = [
        News(people[0].person_id, What.REFUSED_HARD),
        News(people[1].person_id, What.DECEASED),
    ]
    record(ctx, told, by="f@example.org")

    page = signed_in(Role.ANALYST).get(f"{PATH}?by=fr_group")

    assert page.table("where") == [
        ["In the field", "2"],
        ["Asked, no answer yet", "2"],
        ["Did not take part this time", "1"],
        ["Refused: never again", "1"],
        ["Left the population", "1"],
        ["Out of the population: died", "1"],
        ["Everybody ever drawn", "4"],
    ]
    groups = {row[0]: row[1:] for row in page.table("groups-2024")}
    assert groups["In the field"] == ["1 (33%)", "1 (100%)"]
    assert groups["Left the population"] == ["1 (33%)", "0 (0%)"]
    assert "It balances: each of 4 people is in exactly one place in every wave." in page.words
    assert page.has("flow-title")


def test_paths_that_are_kept_have_the_counts_and_flows_of_the_ledger(
    panel: ServiceContext,
) -> None:
    whole = panel_ledger_at(panel, by="fr_act")

    told = panel_flow.panel_flow(panel, by="fr_act")

    assert told.ledger is not None
    assert told.ledger.people == whole.people
    assert [told.ledger.counts(year) for year in whole.waves] == [
        whole.counts(year) for year in whole.waves
    ]
    assert panel_flow.flow_csv(flows(told.ledger.waves, told.ledger.lines)) == (
        panel_flow.flow_csv(flows(whole.waves, whole.lines))
    )
    again = panel_flow.panel_flow(panel, by="fr_act")
    assert again.made_at == told.made_at


def test_news_makes_the_page_new(researcher: Desk, ctx: ServiceContext) -> None:
    person = invite(ctx)
    assert researcher.get(PATH).table("where")[0] == ["In the field", "1"]
    record(ctx, [News(person.person_id, What.DECEASED)], by="f@example.org")
    assert isinstance(ctx.clock, FixedClock)
    ctx.clock.advance(timedelta(minutes=5))

    assert researcher.get(PATH).table("where")[0] == ["Left the population", "1"]


def test_day_in_the_past_knows_nothing_that_came_later(ctx: ServiceContext) -> None:
    person = invite(ctx)
    assert isinstance(ctx.clock, FixedClock)
    drawn = ctx.clock.now().date()
    ctx.clock.advance(timedelta(days=2))
    record(ctx, [News(person.person_id, What.DECEASED)], by="f@example.org")

    told = panel_flow.panel_flow(ctx, drawn)

    assert told.ledger is not None
    (placed,) = told.ledger.counts(2024)
    assert placed.place.value == "open"


@pytest.mark.parametrize(
    ("query", "status"), [("?by=fr_country", 404), ("?on=x", 422), ("?by=fr_sex", 200)]
)
def test_address_is_read_with_care(researcher: Desk, query: str, status: int) -> None:
    assert researcher.get(f"{PATH}{query}").status == status


def test_flow_is_a_file_of_counts_and_the_ledger_of_pseudonyms_goes_on_record(
    researcher: Desk, signed_in: Callable[[Role], Desk], ctx: ServiceContext
) -> None:
    person = invite(ctx)

    flow = signed_in(Role.ANALYST).fetch("/staff/panel.csv").get_data(as_text=True)
    ledger = researcher.fetch("/staff/panel/ledger.csv").get_data(as_text=True)

    assert flow.splitlines()[0].startswith("from_wave,from_place")
    assert person.person_id.hex not in flow
    assert person.person_id.hex in ledger
    with ctx.databases.research.read() as connection:
        (event,) = audit.events_of(connection, ["panel.ledger_exported"])
    assert event.detail["rows"] == 1
