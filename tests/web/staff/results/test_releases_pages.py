"""Releases in the browser: made, read, fetched, compared and withdrawn, by who may do so."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable
from uuid import UUID

import pytest

from app.panel.states import Role
from app.services import jobs
from app.services.context import ServiceContext
from app.services.privacy.erasing import Order, erase
from app.services.publication.kept_plans import begin_plan
from app.services.publication.table_request import TableRequest
from tests.integration.staff.released import make, the_release
from tests.web.staff.desk import Desk

LIST = "/staff/results/releases"
ONE = f"{LIST}/1"
Visitor = Callable[[Role], Desk]


def links(page_desk: Desk, path: str) -> list[str]:
    page = page_desk.get(path)
    return [link.get("href") or "" for link in page.tree.iter("a")]


def test_list_says_what_is_there_and_leads_to_it(visitor: Visitor) -> None:
    desk = visitor(Role.ANALYST)

    rows = desk.get(LIST).table("releases")

    assert rows[0][0] == "Release 1"
    assert rows[0][3:5] == ["First results", "key figures"]
    assert rows[0][-1] == "Frozen"
    assert ONE in links(desk, LIST)
    content = desk.fetch(f"{LIST}.csv").get_data(as_text=True).lstrip("\ufeff")
    assert [line["Release"] for line in csv.DictReader(io.StringIO(content))] == ["1"]


def test_before_the_first_release_the_list_says_what_one_is(
    signed_in: Callable[[Role], Desk],
) -> None:
    page = signed_in(Role.ANALYST).get(LIST)

    assert "No releases yet. A release freezes the answers" in page.words


def test_page_says_that_every_hash_holds(visitor: Visitor, released: ServiceContext) -> None:
    page = visitor(Role.ANALYST).get(ONE)

    kept = the_release(released)
    assert f"Every file is as it was made: {len(kept.files)} hashes computed again." in page.words
    rows = {(row[0], row[1]): row for row in page.table("manifest")}
    tables = rows["tables.csv", "publication"]
    content = (kept.publication / "tables.csv").read_bytes()
    assert tables[3] == hashlib.sha256(content).hexdigest()
    assert {row[2] for row in page.table("manifest")} == {"as made"}


def test_page_warns_of_a_file_that_somebody_changed(
    visitor: Visitor, released: ServiceContext
) -> None:
    changed = the_release(released).publication / "tables.csv"
    changed.chmod(0o600)
    changed.write_bytes(changed.read_bytes() + b"\n")

    page = visitor(Role.ANALYST).get(ONE)

    assert "Do not use this release" in page.words
    assert "tables.csv" in page.words


def test_analyst_fetches_tables_and_no_rows_of_persons(visitor: Visitor) -> None:
    desk = visitor(Role.ANALYST)
    found = links(desk, ONE)

    assert not [link for link in found if "/data/" in link]
    files = [link for link in found if link.startswith(f"{ONE}/files/")]
    assert {f"{ONE}/files/{name}" for name in ("tables.xlsx", "report.pdf", "report.html")} <= set(
        files
    )
    for link in files:
        response = desk.fetch(link)
        assert response.status_code == 200, link
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert "synthetic-release-1-" in response.headers["Content-Disposition"]
        assert response.headers["Cache-Control"] == "no-store"
    assert desk.fetch(f"{ONE}/data/data/responses.csv").status_code == 403


def test_researcher_fetches_every_data_file_on_record(
    visitor: Visitor, released: ServiceContext
) -> None:
    desk = visitor(Role.RESEARCHER)
    files = [link for link in links(desk, ONE) if link.startswith(f"{ONE}/data/")]
    kept = the_release(released)

    for link in files:
        part, name = link.removeprefix(f"{ONE}/data/").split("/")
        assert desk.fetch(link).get_data() == (kept.folder / part / name).read_bytes()

    endings = {link.rpartition(".")[2] for link in files}
    assert {"csv", "sav", "dta", "parquet", "xml", "html"} <= endings
    assert recorded(released).count("release.fetched") == len(files)


def recorded(ctx: ServiceContext) -> list[str]:
    from sqlalchemy import select

    from app.storage import models

    event = models.AuditEvent
    with ctx.databases.research.read() as connection:
        return list(connection.execute(select(event.action)).scalars())


@pytest.mark.parametrize(
    "path",
    [
        f"{LIST}/9",
        f"{ONE}/files/release.json",
        f"{ONE}/files/..%2Frelease.json",
        f"{ONE}/data/publication.archive/cells.json",
        f"{ONE}/data/data/nothing.csv",
        f"{ONE}/data/..%2F..%2F/erasures.jsonl",
        f"{LIST}/compare?first=1&second=1",
        f"{LIST}/compare?first=1&second=9",
        f"{LIST}/compare?first=1&second=x'--",
        f"{LIST}/compare",
        f"{LIST}?sort=password",
    ],
)
def test_what_is_not_there_is_404(visitor: Visitor, path: str) -> None:
    assert visitor(Role.RESEARCHER).fetch(path).status_code == 404


def test_new_release_is_made_by_a_job_and_found_on_its_page(
    visitor: Visitor, released: ServiceContext
) -> None:
    desk = visitor(Role.RESEARCHER)
    page = desk.get(f"{LIST}/new")

    answer = desk.submit(page, f"{LIST}/new", wave="2024", why="Second look", plan="")
    assert answer.status_code == 303
    job = answer.headers["Location"]
    assert jobs.run_here(released, UUID(job.rpartition("/")[2]))

    assert f"{LIST}/2" in links(desk, job)
    new = desk.get(f"{LIST}/2")
    assert "Second look" in new.words
    assert "researcher@example.org" in new.words
    assert "data only" in new.words


def test_form_says_all_faults_at_once_and_keeps_what_was_typed(visitor: Visitor) -> None:
    desk = visitor(Role.RESEARCHER)
    token = desk.get(f"{LIST}/new").form(f"{LIST}/new")["csrf_token"]

    page = desk.send(
        f"{LIST}/new", {"csrf_token": token, "wave": "2025", "why": " ", "plan": "../etc"}
    )

    words = page.get_data(as_text=True)
    assert page.status_code == 422
    assert "Choose at least one wave that is closed." in words
    assert "Say why this release is made" in words
    assert "Choose one of the table plans." in words
    assert "<title>Error: Make a release" in words


def test_kept_plan_leads_a_researcher_to_a_release_with_its_tables(
    visitor: Visitor, released: ServiceContext
) -> None:
    table = TableRequest(stub=("q_tevreden",), banner=("sekse",), waves=(2024,))
    plan = begin_plan(released, "Lessen naar sekse", table, by="analyst@example.org")
    desk = visitor(Role.RESEARCHER)
    lead = f"{LIST}/new?plan=kept-{plan.id.hex}"

    assert lead in links(desk, f"/staff/results/tables/{plan.id}")
    page = desk.get(lead)
    assert "kept plan “Lessen naar sekse”: tables 1, of wave 2024" in page.words
    chosen = [
        one.get("value")
        for one in page.tree.iter("input")
        if one.get("name") == "plan" and one.get("checked") is not None
    ]
    assert chosen == [f"kept-{plan.id.hex}"]
    answer = desk.submit(page, f"{LIST}/new", wave="2024", why="For the board", plan=chosen[0])
    assert jobs.run_here(released, UUID(answer.headers["Location"].rpartition("/")[2]))

    assert "kept plan “Lessen naar sekse”" in desk.get(f"{LIST}/2").words


def test_analyst_is_told_who_makes_the_release(visitor: Visitor, released: ServiceContext) -> None:
    table = TableRequest(stub=("q_tevreden",), waves=(2024,))
    plan = begin_plan(released, "Lessen", table, by="analyst@example.org")

    page = visitor(Role.ANALYST).get(f"/staff/results/tables/{plan.id}")

    assert "A researcher makes it, and finds this plan there by its name." in page.words
    assert "Make a release with these tables" not in page.words


def test_plan_without_a_table_of_the_chosen_wave_is_refused_in_words(
    visitor: Visitor, released: ServiceContext
) -> None:
    table = TableRequest(stub=("q_tevreden",), waves=(2025,))
    plan = begin_plan(released, "Later", table, by="analyst@example.org")
    desk = visitor(Role.RESEARCHER)
    token = desk.get(f"{LIST}/new").form(f"{LIST}/new")["csrf_token"]

    page = desk.send(
        f"{LIST}/new",
        {"csrf_token": token, "wave": "2024", "why": "x", "plan": f"kept-{plan.id.hex}"},
    )

    assert page.status_code == 422
    assert "“Later” has no table of the waves you chose" in page.get_data(as_text=True)


def test_wave_that_runs_cannot_be_chosen(analyst: Desk, panel: ServiceContext) -> None:
    from tests.integration.staff.conftest import add_account

    desk = Desk(analyst.app)
    desk.sign_in(add_account(panel, Role.RESEARCHER, "q@example.org"), panel.clock.now())

    assert "No wave is closed yet" in desk.get(f"{LIST}/new").words


def test_two_releases_of_the_same_answers_differ_in_nothing(
    visitor: Visitor, released: ServiceContext
) -> None:
    make(released, plan="key_figures.yaml")

    page = visitor(Role.ANALYST).get(f"{LIST}/compare?first=2&second=1")

    assert page.heading == "Release 1 beside release 2"
    assert "Nothing differs" in page.words
    assert "learns nothing about small groups" in page.words


def test_difference_counts_who_went_and_names_nobody(
    visitor: Visitor, released: ServiceContext
) -> None:
    """Both have data only while one person's interview is taken out between."""
    from app.storage import models
    from app.storage.types import table_of

    make(released)
    case = table_of(models.SurveyCase)
    with released.databases.research.write() as connection:
        first = connection.execute(case.select().where(case.c.status == "complete").limit(1)).one()
        connection.execute(case.update().where(case.c.id == first.id).values(status="refused"))
    make(released)

    page = visitor(Role.ANALYST).get(f"{LIST}/compare?first=2&second=3")

    assert [row[1:] for row in page.table("cases")] == [["in both, with another answer", "1"]]
    assert first.id.hex not in page.words
    assert first.person_id.hex not in page.words


def test_withdrawing_asks_why_and_whether_somebody_has_it(
    visitor: Visitor, released: ServiceContext
) -> None:
    desk = visitor(Role.RESEARCHER)
    form = desk.get(f"{ONE}/withdraw").form(f"{ONE}/withdraw")
    token = {"csrf_token": form["csrf_token"]}
    refused = desk.send(f"{ONE}/withdraw", {**token, "why": ""})
    assert refused.status_code == 422

    sent = desk.send(f"{ONE}/withdraw", {**token, "why": "Wrong margins", "given_out": "no"})

    assert sent.headers["Location"] == ONE
    page = desk.get(ONE)
    assert "Wrong margins" in page.words
    assert desk.get(LIST).table("releases")[0][-1] == "Withdrawn"
    assert desk.fetch(f"{ONE}/withdraw").status_code == 404
    withdrawn = the_release(released).withdrawn
    assert withdrawn is not None
    assert not withdrawn.given_out


def test_page_says_that_data_went_because_somebody_was_forgotten(
    visitor: Visitor, released: ServiceContext
) -> None:
    with (the_release(released).data / "responses.csv").open(encoding="utf-8") as lines:
        person = next(csv.DictReader(lines))["person_id"]
    erase(released, Order(UUID(hex=person), "privacy@example.org"))
    desk = visitor(Role.RESEARCHER)

    page = desk.get(ONE)

    assert "Somebody in these data asked to be forgotten." in page.words
    assert "Every file is as it was made" in page.words
    assert desk.fetch(f"{ONE}/data/data/responses.csv").status_code == 404
    assert desk.fetch(f"{ONE}/files/report.pdf").status_code == 200
    assert "destroyed: somebody was forgotten" in page.words


def test_dutch_pages_say_it_in_dutch(visitor: Visitor) -> None:
    desk = visitor(Role.RESEARCHER)
    form = desk.get(LIST).form("/staff/language") | {"language": "nl"}
    desk.send("/staff/language", form)

    assert desk.get(LIST).heading == "Releases"
    assert "Elk bestand is zoals het gemaakt is" in desk.get(ONE).words
