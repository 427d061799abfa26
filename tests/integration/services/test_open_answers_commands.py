"""The commands, from the queue of a real study to a release, as staff type them."""

from __future__ import annotations

import csv
import json
import logging
import random
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.panel.states import Mode, Role
from app.services.accounts import staff
from app.services.bootstrap import make_context
from app.services.fieldwork import enrolment
from app.services.fieldwork.enrolment import SampledPerson
from app.settings import Settings
from app.storage import cases, interviews, openings
from app.storage.interviews import PageSave
from app.storage.migrate import upgrade
from tests.builders import KINDS, field_wave, real_bank
from tests.integration.services.conftest import ANALYST, NOON, RESEARCHER, framed_study

ORIGINAL = "Amina van de gemeente hielp. Bel 06-12345678"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Data of the real study, wave 2024 in the field: one person wrote one answer."""
    data = tmp_path / "data"
    data.mkdir()
    settings = Settings.from_environment(data_dir=data, database_url=None, contacts_url=None)
    upgrade(settings.database_url, settings.contacts_url)
    ctx = make_context(settings, study=KINDS)  # which writes to nobody: nothing to rehearse
    version = field_wave(ctx, real_bank())
    person = SampledPerson(
        stratum="all",
        stratum_population=9,
        stratum_sample=1,
        frame={"fr_group": "asiel", "fr_act": "wi2021"},
        language="nl",
    )
    (case,) = enrolment.enrol(ctx, 2024, [person], assigned=(), rng=random.Random(1))
    with ctx.databases.research.write() as connection:
        cases.add_assignments(connection, [cases.Assignment(case.person_id, "x_split", "a")])
        opened = openings.open_interview(
            connection, case.id, version_id=version, language="nl", mode=Mode.WEB, at=NOON
        )
        state = interviews.lock_interview(connection, opened)
        assert state is not None
        values = {"c_meedoen": "ja", "o_goed": ORIGINAL}
        page = PageSave("op", "d" * 64, "o_goed", "/q", "nl", NOON, "2024-02", values)
        interviews.save_pages(connection, state, [page])
    for role in (Role.RESEARCHER, Role.ANALYST):
        staff.add_member(
            ctx, email=f"{role}@example.org", password="vijftien tekens of meer", role=role
        )
    ctx.databases.close()
    return data


def run(folder: Path, *command: str) -> Result:
    return CliRunner().invoke(main, ["--data", str(folder), *command])


def fill(file: Path, **cells: str) -> None:
    """Do what a spreadsheet does: open, fill in, save."""
    with file.open(encoding="utf-8-sig", newline="") as handle:
        rows = [{**row, **cells} for row in csv.DictReader(handle)]
    with file.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)


def test_an_answer_is_worked_through_by_commands_until_it_is_a_code_in_a_release(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    redact, code, again, settle = (tmp_path / f"{name}.csv" for name in "abcd")
    wave = ("--wave", "2024")
    said = [run(folder, "open-answers", "list", *wave)]

    for stage, file, email, cells in (
        ("redact", redact, RESEARCHER, {"decision": "own", "redacted": "[naam] hielp."}),
        ("code", code, RESEARCHER, {"codes": "contactpersoon"}),
    ):
        said.append(
            run(folder, "open-answers", "export", *wave, "--variable", "o_goed",
                "--stage", stage, "--staff", email, str(file))
        )  # fmt: skip
        assert file.stat().st_mode & 0o777 == 0o600
        fill(file, **cells)
        said.append(run(folder, "open-answers", "import", "--staff", email, str(file)))
    said.append(
        run(folder, "open-answers", "export", *wave, "--stage", "code", "--second",
            "--staff", ANALYST, str(again))
    )  # fmt: skip
    fill(again, codes="begeleiding")
    said.append(run(folder, "open-answers", "import", "--staff", ANALYST, str(again)))
    said.append(run(folder, "open-answers", "agreement", *wave))
    said.append(
        run(folder, "open-answers", "export", *wave, "--stage", "settle",
            "--staff", RESEARCHER, str(settle))
    )  # fmt: skip
    fill(settle, codes="contactpersoon begeleiding")
    said.append(run(folder, "open-answers", "import", "--staff", RESEARCHER, str(settle)))
    release = tmp_path / "release"
    said.append(run(folder, "export", *wave, "--out", str(release)))

    assert [one.exit_code for one in said] == [0] * len(said), [one.output for one in said]
    assert "o_goed" in said[0].output
    assert "waiting" in said[0].output
    assert "Cohen" in said[7].output
    with (release / "responses.csv").open(encoding="utf-8", newline="") as handle:
        (row,) = csv.DictReader(handle)
    assert row["o_goed_coding"] == "coded"
    chosen = {name for name, cell in row.items() if name.startswith("o_goed__") and cell == "1"}
    assert chosen == {"o_goed__contactpersoon", "o_goed__begeleiding"}
    assert row["e_meedoen_open_coding"] == "break_off"
    for text in (caplog.text, *(one.output for one in said)):
        assert "Amina" not in text
        assert "hielp" not in text
    assert json.loads((release / "manifest.json").read_text())["code_frames"]


def test_faults_end_a_command_with_a_message_and_no_trace(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    wave = ("--wave", "2024")

    nobody = run(
        folder, "open-answers", "export", *wave, "--stage", "redact",
        "--staff", "nobody@example.org", str(file),
    )  # fmt: skip
    assert (nobody.exit_code, file.exists()) == (1, False)
    assert "no account" in nobody.output

    assert run(folder, "open-answers", "list", "--wave", "2031").exit_code == 1

    run(folder, "open-answers", "export", *wave, "--stage", "redact", "--staff", RESEARCHER,
        str(file))  # fmt: skip
    taken = run(
        folder, "open-answers", "export", *wave, "--stage", "redact",
        "--staff", RESEARCHER, str(file),
    )  # fmt: skip
    assert taken.exit_code == 1
    assert "already" in taken.output

    fill(file, decision="yes")
    refused = run(folder, "open-answers", "import", "--staff", RESEARCHER, str(file))
    assert refused.exit_code == 1
    assert f"{file}:2: decision" in refused.output
    assert "nothing was imported" in refused.output


def test_check_names_the_faults_of_a_code_frame(tmp_path: Path) -> None:
    study = framed_study(tmp_path / "kinds")
    frame = study / "codeframes" / "k_wens.yaml"
    frame.write_text(frame.read_text(encoding="utf-8").replace("version: 1", "version: 0"))

    checked = CliRunner().invoke(main, ["check", str(study)])

    assert checked.exit_code == 1
    assert "codeframes/k_wens.yaml:2: version is 0" in checked.output
