"""The command and its files, as somebody gets them who types it."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from lxml import etree, html
from sqlalchemy import delete

from app.cli import main
from app.services.members.people_news import What
from app.storage import models
from app.storage.types import table_of
from tests.integration.attrition.conftest import Panel


@pytest.fixture
def fielded(panel: Panel, monkeypatch: pytest.MonkeyPatch) -> Panel:
    drawn = panel.draw_2024(12)
    for case in drawn[:5]:
        panel.answer(case, "2024-02-01", p_toestemming="ja")
    panel.answer(drawn[5], "2024-02-01", p_toestemming="nee")
    panel.close_2024()
    panel.tell(drawn[0], What.DECEASED, "2024-08-01")
    panel.next_wave(refresh=4)
    settings = panel.ctx.settings
    monkeypatch.setenv("PERSPECTIEF_SYNTHETIC", "yes")
    monkeypatch.setenv("PERSPECTIEF_SECRET_KEY", settings.secret_key)
    return panel


def ledger(panel: Panel, out: Path, *options: str) -> Result:
    settings = panel.ctx.settings
    where = ["--data", str(settings.data_dir), "--database-url", settings.database_url]
    where += ["--contacts-url", settings.contacts_url]
    return CliRunner().invoke(main, ["ledger", *where, "--out", str(out), *options])


def test_command_writes_rows_flows_chart_and_page_and_says_that_it_balances(
    fielded: Panel, tmp_path: Path
) -> None:
    result = ledger(fielded, tmp_path / "out", "--as-of", "2025-02-01")

    assert result.exit_code == 0, result.output
    assert "Het sluit: elk van 16 mensen staat in elke meting op precies één plek." in result.output
    with (tmp_path / "out" / "ledger.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 2 * 16
    died = [row for row in rows if row["reason"] == "deceased"]
    assert [(row["wave"], row["since"], row["fate"]) for row in died] == [
        ("2025", "2024-08-01", "left")
    ]
    assert {row["entered_by"] for row in rows} == {"2024/1 sample", "2025/1 refreshment"}
    with (tmp_path / "out" / "flow.csv").open(encoding="utf-8", newline="") as lines:
        flows = list(csv.DictReader(lines))
    assert sum(int(row["people"]) for row in flows) == 16
    assert {row["group"] for row in flows} == {"asiel", "gezin"}


@pytest.mark.parametrize(("language", "complete"), [("nl", "Volledig: 6"), ("en", "Complete: 6")])
def test_chart_has_letters_as_letters_its_title_and_its_numbers_in_words(
    fielded: Panel, tmp_path: Path, language: str, complete: str
) -> None:
    ledger(fielded, tmp_path / "out", "--as-of", "2025-02-01", "--language", language)

    svg = etree.parse(tmp_path / "out" / "flow.svg").getroot()
    named = {"s": "http://www.w3.org/2000/svg"}
    words = ["".join(one.itertext()) for one in svg.iterfind(".//s:text", named)]
    assert any(word.startswith(complete) for word in words)
    invented = {"nl": "verzonnen", "en": "invented"}[language]
    assert invented in words[0]
    told = svg.findtext("s:desc", namespaces=named) or ""
    assert complete.replace(":", "") in told
    assert not svg.xpath("//*[local-name()='script' or local-name()='image' or @style]")
    classes = {one.get("class") for one in svg.iterfind(".//s:rect", named)}
    assert {"answered", "nonresponse", "attrition", "left", "outside"} <= classes
    assert svg.find(".//s:pattern[@id='flow-hatch']", named) is not None


def test_page_has_the_numbers_of_the_chart_in_tables_and_nobody_in_it(
    fielded: Panel, tmp_path: Path
) -> None:
    ledger(fielded, tmp_path / "out", "--as-of", "2025-02-01", "--by", "act")

    text = (tmp_path / "out" / "ledger.html").read_text(encoding="utf-8")
    page = html.document_fromstring(text)
    assert page.get("lang") == "nl"
    assert len(page.xpath("//h1")) == 1
    rows = {
        row.findtext("th"): [cell.text for cell in row.findall("td")]
        for row in page.xpath("//table[1]//tbody/tr")
        if row.find("th") is not None
    }
    assert rows["Iedereen die ooit is getrokken"] == ["16", "16"]
    assert rows["Niet meer in de populatie: overleden"] == ["0", "1"]
    assert rows["Niet meer gevraagd: geen toestemming om opnieuw te vragen"] == ["0", "1"]
    assert "2025 naar fr_act" in text
    assert "verzonnen" in text
    for name in ("ledger.html", "flow.svg", "flow.csv"):
        content = (tmp_path / "out" / name).read_text(encoding="utf-8")
        assert not re.search(r"[0-9a-f]{32}", content), name


def test_ledger_that_does_not_balance_ends_with_an_error_and_adds_nothing_up(
    fielded: Panel, tmp_path: Path
) -> None:
    case = table_of(models.SurveyCase)
    silent = fielded.desk.cases(2024)[8]
    with fielded.ctx.databases.research.write() as connection:
        connection.execute(delete(case).where(case.c.id == silent.id))

    result = ledger(fielded, tmp_path / "out", "--as-of", "2025-02-01")

    assert result.exit_code == 1
    assert "wave 2024: 1 people are in a draw and have no case" in result.output
    assert "the ledger does not balance" in result.output
    assert [one.name for one in (tmp_path / "out").iterdir()] == ["ledger.csv"]


def test_wave_that_is_not_there_is_refused_in_words(fielded: Panel, tmp_path: Path) -> None:
    result = ledger(fielded, tmp_path / "out", "--wave", "2031")

    assert result.exit_code == 1
    assert "there is no wave 2031" in result.output
