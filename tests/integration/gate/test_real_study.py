"""The real study passes the gate, but for what is true of it: nobody reviewed its translations."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.cli_gate import all_pieces, screen_table
from app.services.bootstrap import STUDY
from app.services.content import translating
from app.services.content.readiness import Ground, Pieces, Readiness, gate
from tests.integration.gate.seeded import LESSONS, Fault
from tests.integration.gate.seeded import STUDY as COPIED


@pytest.fixture(scope="module")
def real() -> Readiness:
    """All waves in all languages; proofs and pages have their own, slower tests."""
    return gate(STUDY, pieces=replace(all_pieces(None), prove=None, measure=None, respondents=300))


def test_nothing_is_said_of_the_real_study_but_that_it_is_unreviewed(real: Readiness) -> None:
    unreviewed = re.compile(
        r"(ar|fa|ti|tr)/LC_MESSAGES/(messages|perspectief)\.po:\d+: "
        r"(\d+ texts are not reviewed|\d+ texts? of letters lack a translation), the first is .*"
    )

    assert [str(one) for one in real.findings if not unreviewed.fullmatch(str(one))] == []
    assert {one.ground for one in real.findings} <= {Ground.REVIEW}
    assert real.bank is not None


def test_rehearsal_of_the_real_study_has_nothing_in_its_way() -> None:
    rehearsed = gate(STUDY, pieces=Pieces(respondents=0), drafts=True)

    assert rehearsed.findings == []
    assert rehearsed.warnings != []


def test_screens_are_told_for_every_group_of_every_wave(real: Readiness) -> None:
    assert set(real.screens) == {2024, 2025, 2027}
    assert not any(one.panel for one in real.screens[2024])
    for year, counts in real.screens.items():
        groups = {one.group for one in counts}
        assert {("wi2021", "asiel"), ("wi2013", "gezin")} <= groups
        assert all(one.median <= one.p90 for one in counts)
        assert max(one.median for one in counts) <= 60, year
        assert sum(one.people for one in counts if not one.panel) == 300
        assert len(screen_table(year, counts)) == len(counts) + 2
    asked_again = [one.median for one in real.screens[2025] if one.panel]
    first_time = [one.median for one in real.screens[2025] if not one.panel]
    assert max(asked_again) < min(first_time)


# --- the command ----------------------------------------------------------------------------------


def check(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["check", *arguments])


def test_check_passes_and_tells_of_plainer_words_beside_it() -> None:
    done = check(str(STUDY))

    assert (done.exit_code, done.stdout) == (0, "")
    assert "surveys/perspectief/modules/01_intro.yaml:1: reads as" in done.stderr
    for line in done.stderr.splitlines():
        assert re.fullmatch(r"surveys/perspectief/\S+:\d+: .* \(warning\)", line), line


def test_check_names_faults_on_stdout_and_fails(copy: Path) -> None:
    fault = Fault("", LESSONS, "t_started", "t_strted", "", start="- var: q_tevreden\n")
    file, line = fault.plant(copy)

    failed = check(str(copy / COPIED))

    assert failed.exit_code == 1
    assert failed.stdout.startswith(f"{file}:{line}: condition reads unknown variable")


def test_check_reads_the_whole_plan_of_every_wave(copy: Path) -> None:
    plan = copy / COPIED / "waves" / "2027.yaml"
    plan.write_text(plan.read_text("utf-8").replace("mode: web", "moode: web"), "utf-8")

    failed = check(str(copy / COPIED))

    assert failed.exit_code == 1
    assert "waves/2027.yaml" in failed.stdout
    assert 'unknown key "moode"' in failed.stdout


def test_plain_words_never_fail_a_check(copy: Path) -> None:
    module = copy / COPIED / "modules" / "08_les.yaml"
    text = module.read_text("utf-8")
    lead = "Nu gaat het over uw lessen."
    module.write_text(text.replace(lead, f"Thans dient u te antwoorden. {lead}"), "utf-8")
    for plan in (copy / COPIED / "waves").glob("*.yaml"):
        plan.write_text(plan.read_text("utf-8").replace("[nl, en, ar]", "[nl, en]"), "utf-8")
    line = text[: text.index(lead)].count("\n") + 1

    done = check(str(copy / COPIED))

    assert (done.exit_code, done.stdout) == (0, "")
    assert f'{COPIED}/modules/08_les.yaml:{line}: module les|lead (nl): "thans"' in done.stderr
    assert f'{COPIED}/modules/08_les.yaml:{line}: module les|lead (nl): "dient u te"' in done.stderr


# --- translators ----------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", ["po", "xliff", "csv", "xlsx"])
def test_translators_are_told_what_could_be_plainer_and_return_the_file(
    copy: Path, format_: str
) -> None:
    file = copy / f"ar.{format_}"
    desk = translating.desk_of(copy / COPIED, copy / "translations")

    translating.export(desk, "ar", format_, file)
    done = translating.take_in(desk, file, reviewed_by=None, on=date(2026, 11, 21))

    assert done.changed == 0
    if format_ != "xlsx":
        said = 'plain: "verschillende" has 4 syllables, at most 3'
        assert said in file.read_text("utf-8").replace("&quot;", '"').replace('""', '"')
    catalog = copy / "translations" / "ar" / "LC_MESSAGES" / "perspectief.po"
    assert "plain: " not in catalog.read_text("utf-8")
