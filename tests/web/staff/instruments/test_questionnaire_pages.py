"""How a questionnaire stands, what changed, publishing it: as a researcher sees and does it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.panel.states import Role
from app.questionnaire.document import Problem
from app.questionnaire.model import Place
from app.services import jobs
from app.services.content.check_reports import CheckReport, save_report
from app.services.content.instruments import TRANSLATIONS
from app.services.content.questionnaires import draft_of, shelf_of
from app.services.content.readiness import Finding, Ground
from app.services.context import ServiceContext
from tests.builders import KINDS, fingerprint
from tests.integration.staff.conftest import add_account
from tests.web.staff.conftest import staff_app
from tests.web.staff.desk import Desk, checked, text

HERE = "/staff/waves/2024/questionnaire"
REVIEW = Finding(Ground.REVIEW, Problem(Place("ar/kinds.po", 12), "3 texts are not reviewed"))
SCREENS = Finding(Ground.SCREENS, Problem(Place("waves/2024.yaml", 4), "sees 70 screens"))
BROKEN = Finding(Ground.UNUSABLE, Problem(Place("kinds/study.yaml", 1), "<b>broken</b>"))


@pytest.fixture
def changed(ctx: ServiceContext, tmp_path: Path) -> ServiceContext:
    """The study in the field, with a question changed in the files since."""
    copy = tmp_path / "surveys" / "kinds"
    shutil.copytree(KINDS, copy)
    file = copy / "modules" / "kinds.yaml"
    file.write_text(file.read_text("utf-8").replace("Heeft u werk?", "Hebt u nu werk?"), "utf-8")
    shutil.copytree(TRANSLATIONS, tmp_path / "translations")
    return replace(ctx, study=copy, catalogs=tmp_path / "translations")


@pytest.fixture
def author(changed: ServiceContext) -> Desk:
    """A researcher's browser at the changed study."""
    desk = Desk(staff_app(changed))
    account = add_account(changed, Role.RESEARCHER, "author@example.org")
    desk.sign_in(account, changed.clock.now())
    return desk


def keep(ctx: ServiceContext, *findings: Finding, proving: bool = True) -> None:
    signature = draft_of(ctx).signature
    save_report(
        ctx, CheckReport(2024, ctx.clock.now(), signature, proving, findings, plain=(), screens=())
    )


# --- how it stands --------------------------------------------------------------------------------


def test_page_says_first_whether_there_is_anything_to_do(researcher: Desk, author: Desk) -> None:
    same, new = researcher.get(HERE), author.get(HERE)

    assert "Version 1 is in use, and the files say the same." in same.words
    assert "Version 1 is in use. The files say something else" in new.words
    assert "Nobody has checked this questionnaire on this site yet." in new.words
    (row,) = same.table("versions")
    assert row[0] == "Version 1 in use"


def test_wave_that_is_not_published_says_how_to(researcher: Desk) -> None:
    page = researcher.get("/staff/waves/2023/questionnaire")

    assert "Nothing was published yet. Check what the files say, try it" in page.words
    assert "No versions yet." in page.words


def test_findings_stand_by_kind_with_what_must_be_mended_first(
    author: Desk, changed: ServiceContext
) -> None:
    keep(changed, REVIEW, SCREENS, BROKEN)
    page = author.get(HERE)

    assert "Must be mended: 1. May be overridden by name: 2." in page.words
    groups = [text(one) for one in page.tree.iter("h3")]
    assert groups == [
        "Cannot be used as it is 1",
        "Not reviewed by a second person 1",
        "Too many screens for some people 1",
    ]
    assert "kinds/study.yaml:1 <b>broken</b>" in page.words
    assert "The files have changed since." not in page.words


def test_report_of_other_files_says_that_it_is_old(author: Desk, changed: ServiceContext) -> None:
    keep(changed, REVIEW)
    file = changed.study / "modules" / "start.yaml"
    file.write_text(file.read_text("utf-8") + "\n", "utf-8")

    assert "The files have changed since." in author.get(HERE).words


def test_fault_in_a_file_is_told_with_its_line(author: Desk, changed: ServiceContext) -> None:
    (changed.study / "modules" / "start.yaml").write_text("items: [", "utf-8")
    page = author.get(HERE)

    assert "The files cannot be published as they are" in page.words
    assert "kinds/modules/start.yaml:" in page.words


def test_check_is_asked_for_and_leads_to_its_progress(
    author: Desk, changed: ServiceContext
) -> None:
    response = author.submit(author.get(HERE), f"{HERE}/check", depth="quick")

    assert response.status_code == 303
    progress = response.headers["Location"]
    assert progress.startswith("/staff/jobs/")
    assert author.get(progress).heading == "Quick check of the questionnaire of wave 2024"
    (job,) = jobs.list_jobs(changed, "en")
    jobs.run_here(changed, job.id)
    assert HERE in {one.get("href") for one in author.get(progress).tree.iter("a")}
    assert "Quick check, without proofs" in author.get(HERE).words


def test_depth_nobody_offers_is_not_there(author: Desk) -> None:
    response = author.submit(author.get(HERE), f"{HERE}/check", depth="deep")

    assert checked(response).status == 404


# --- what changed ---------------------------------------------------------------------------------


def test_changed_question_stands_with_its_words_before_and_after(author: Desk) -> None:
    page = author.get(f"{HERE}/differences")

    assert "Differences: 1, in 1 variables." in page.words
    ((var, change, before, after),) = page.table("differences")
    assert (var, before, after) == ("k_werk", "Heeft u werk?", "Hebt u nu werk?")
    assert change == "other words Dutch"
    file = author.fetch(f"{HERE}/differences.csv")
    assert "k_werk,other words,Heeft u werk?,Hebt u nu werk?" in file.get_data(as_text=True)


def test_version_is_compared_with_the_wave_before(researcher: Desk) -> None:
    page = researcher.get(f"{HERE}/differences?before=2023:draft&after=2024:1")

    assert "Both ask the very same." in page.words


@pytest.mark.parametrize(
    "query", ["after=2024:7", "before=x:1", "before=2031:draft", "after=2024:"]
)
def test_questionnaire_that_is_not_there_cannot_be_compared(researcher: Desk, query: str) -> None:
    assert researcher.get(f"{HERE}/differences?{query}").status == 404


# --- publishing -----------------------------------------------------------------------------------


def test_page_says_why_nothing_can_be_published(
    author: Desk, researcher: Desk, changed: ServiceContext
) -> None:
    publish = f"{HERE}/publish"
    assert "the version in use says the same" in researcher.get(publish).words
    assert "Nobody has done a full check yet." in author.get(publish).words
    keep(changed, BROKEN)
    page = author.get(publish)
    assert "found something that nobody may override" in page.words
    assert publish not in page.actions


def test_clean_questionnaire_is_published_by_one_button(
    author: Desk, changed: ServiceContext
) -> None:
    keep(changed)
    response = author.submit(author.get(f"{HERE}/publish"), f"{HERE}/publish")

    assert response.status_code == 303
    page = author.get(response.headers["Location"])
    assert "Published: new interviews of wave 2024 get this questionnaire." in page.words
    assert [row[0] for row in page.table("versions")] == ["Version 2 in use", "Version 1"]


def test_override_wants_every_kind_looked_at_and_a_reason(
    author: Desk, changed: ServiceContext
) -> None:
    keep(changed, REVIEW, SCREENS)
    publish = f"{HERE}/publish"
    page = author.get(publish)
    form = {name: value for name, value in page.form(publish).items() if "looked" not in name}
    before = fingerprint(changed.databases)
    refused = checked(author.send(publish, form | {"looked.review": "1", "reason": "Because"}))

    assert refused.status == 422
    assert "Tick every kind of finding that you looked at." in refused.words
    assert refused.by_id("looked.review").get("checked") is not None
    assert refused.by_id("looked.screens").get("checked") is None
    assert refused.by_id("reason").get("value") == "Because"
    both = {"looked.review": "1", "looked.screens": "1"}
    assert "Say why" in checked(author.send(publish, form | both)).words
    assert fingerprint(changed.databases) == before

    done = author.send(publish, form | both | {"reason": "Letters go out on Monday"})
    assert done.status_code == 303
    (row, _) = author.get(HERE).table("versions")
    assert row[-1] == "Findings: 2 Letters go out on Monday"


def test_page_that_is_old_publishes_nothing(author: Desk, changed: ServiceContext) -> None:
    keep(changed)
    page = author.get(f"{HERE}/publish")
    file = changed.study / "modules" / "start.yaml"
    file.write_text(file.read_text("utf-8") + "\n", "utf-8")
    before = fingerprint(changed.databases)

    response = checked(author.submit(page, f"{HERE}/publish"))

    assert response.status == 409
    assert "Nothing was changed." in response.words
    assert fingerprint(changed.databases) == before
    shelf = shelf_of(changed, 2024)
    assert shelf is not None
    assert len(shelf.published) == 1


def test_fieldwork_may_look_and_not_publish(signed_in: Callable[[Role], Desk]) -> None:
    desk = signed_in(Role.FIELDWORK)

    assert desk.get(HERE).status == 200
    assert desk.get(f"{HERE}/publish").status == 403
    links = {one.get("href") for one in desk.get(HERE).tree.iter("a")}
    assert f"{HERE}/publish" not in links


# --- codebook and side by side --------------------------------------------------------------------


def test_codebook_is_searched_by_words_of_any_language_and_by_code(researcher: Desk) -> None:
    def found(query: str) -> list[str]:
        page = researcher.get(f"{HERE}/codebook?{query}")
        return [row[0] for row in page.table("codebook")] if page.has("codebook") else []

    assert found("q=gemeente woont") == ["k_stad"]
    assert found("q=Tigrinya") == ["k_talen"]
    assert found("q=k_werk ==&kind=number") == ["k_uren"]
    assert found("module=contact") == ["p_mag", "p_adres"]
    assert found("q=nothing at all") == []
    assert found("sort=var&order=desc")[0] == "x_hallo"
    assert researcher.get(f"{HERE}/codebook?kind=nonsense").status == 404


def test_codebook_goes_home_as_a_file(researcher: Desk) -> None:
    lines = researcher.fetch(f"{HERE}/codebook.csv").get_data(as_text=True).splitlines()

    assert lines[0].endswith("Variable,Question,Kind,Options,Asked of,Waves,In a later wave,Care")
    assert "p_adres" in lines[-1]
    assert "kept with the contacts, in no release" in lines[-1]


def test_variable_tells_texts_codes_condition_uses_and_other_waves(researcher: Desk) -> None:
    work = researcher.get(f"{HERE}/codebook/k_werk")
    hours = researcher.get(f"{HERE}/codebook/k_uren")

    assert "Heeft u werk?" in work.words
    assert "Do you have work?" in work.words
    assert work.table("options")[2] == [
        "anders",
        "Iets anders",
        "Something else",
        "asks for own words",
    ]
    assert ["k_uren", "whether it is asked", "k_werk == 'ja'"] in work.table("uses")
    assert work.table("waves") == [["2023", "the same"], ["2024", "this questionnaire"]]
    assert "k_werk is “Yes” (ja)" in hours.words
    assert f"{HERE}/preview?edition=1&at=k_uren" in {
        one.get("href") for one in hours.tree.iter("a")
    }


def test_statement_has_a_page_with_the_scale_of_its_battery(researcher: Desk) -> None:
    page = researcher.get(f"{HERE}/codebook/b_zes")

    assert "Ik had pijn." in page.words
    assert "sensitive" in page.words
    assert page.has("options")


def test_only_what_was_counted_leads_to_the_results(researcher: Desk) -> None:
    def leads_to(var: str) -> set[str | None]:
        page = researcher.get(f"{HERE}/codebook/{var}")
        links = [one.get("href") or "" for one in page.tree.iter("a")]
        return {one for one in links if "/results/variables/" in one}

    assert leads_to("k_werk") == {"/staff/results/variables/k_werk"}
    assert researcher.get("/staff/results/variables/k_werk").status == 200
    assert leads_to("x_hallo") == set()


def test_variable_that_is_not_asked_has_no_page(researcher: Desk) -> None:
    assert researcher.get(f"{HERE}/codebook/no_such").status == 404
    assert researcher.get(f"{HERE}/codebook/{'x' * 200}").status == 404


def test_languages_stand_side_by_side(researcher: Desk) -> None:
    page = researcher.get(f"{HERE}/side-by-side?module=kinds&language=nl&language=en")

    assert "Heeft u werk?" in page.words
    assert "Do you have work?" in page.words
    dutch = [one for one in page.tree.iter("div") if one.get("lang") == "nl"]
    assert len(dutch) == 10
    for query in ("language=xx", "module=nowhere", "edition=7"):
        assert researcher.get(f"{HERE}/side-by-side?{query}").status == 404


def test_only_what_is_marked_can_be_asked_for(researcher: Desk) -> None:
    page = researcher.get(f"{HERE}/side-by-side?module=start&language=nl&only=marked")

    assert "No text of this chapter is marked." in page.words


def test_analysts_look_up_and_do_not_check(signed_in: Callable[[Role], Desk]) -> None:
    desk = signed_in(Role.ANALYST)

    assert desk.get(f"{HERE}/codebook/k_werk").status == 200
    assert desk.get(HERE).status == 403
    tabs = {one.get("href") for one in desk.get(f"{HERE}/codebook").tree.iter("a")}
    assert HERE not in tabs
