"""The commands of the sample, as staff type them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.panel.states import Role, WaveStatus
from app.services.bootstrap import make_context
from app.settings import Settings
from app.storage.migrate import upgrade
from tests.builders import field_wave, real_bank
from tests.integration.sample.conftest import register
from tests.integration.staff.conftest import add_account

STAFF = ["--by", "r@example.org"]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory with wave 2024 of the real study, not open yet."""
    folder = tmp_path / "data"
    folder.mkdir()
    # Marks a directory of synthetic people: hashing codes is cheap there.
    (folder / "demo.json").write_text("{}")
    settings = Settings.from_environment({}, data_dir=folder)
    upgrade(settings.database_url, settings.contacts_url)
    ctx = make_context(settings)
    field_wave(ctx, real_bank(), status=WaveStatus.CHECKED)
    add_account(ctx)
    add_account(ctx, Role.ANALYST, "a@example.org")
    ctx.databases.close()
    return folder


def run(data: Path, *arguments: str | Path) -> Result:
    given = ["--data", str(data), "sample", *map(str, arguments)]
    return CliRunner().invoke(main, given)


def take_in(data: Path, file: Path, *more: str | Path, name: str = "DUO") -> Result:
    return run(data, "import", file, "--name", name, *STAFF, *more)


def test_journey_from_file_to_codes(data: Path, tmp_path: Path) -> None:
    file = register(tmp_path, 120)
    assert "120 people would be imported" in take_in(data, file, "--dry-run").output

    done = take_in(data, file)
    assert done.exit_code == 0, done.output
    assert "Read as CSV, utf-8, semicolon: 120 rows." in done.output

    how = ["--wave", "2024", "--from", "DUO", "--size", "40", "--seed", "7", "--reserves", "1"]
    would = run(data, "draw", *how, *STAFF, "--dry-run")
    drawn = run(data, "draw", *how, *STAFF)
    assert drawn.exit_code == 0, drawn.output
    assert fingerprint_in(would.output) == fingerprint_in(drawn.output)
    assert "40 codes issued." in drawn.output

    released = run(data, "reserve", "--wave", "2024", "--draw", "1", *STAFF)
    assert "40 codes issued." in released.output, released.output
    listed = run(data, "draws", "--verify")
    assert "2 draws were made again: the same people." in listed.output
    assert "0 codes issued." in run(data, "codes", "--wave", "2024").output
    gone = run(data, "discard", "--from", "DUO", *STAFF)
    assert "Contact details of 40 people were destroyed." in gone.output


def fingerprint_in(output: str) -> str:
    return output.split("fingerprint ")[1].split()[0]


def test_faults_are_printed_a_few_and_reported_all_without_a_value(
    data: Path, tmp_path: Path
) -> None:
    file = register(tmp_path, 50, postcode="GEHEIM-12", woonplaats="=cmd|calc")
    listed = tmp_path / "faults.csv"

    done = take_in(data, file, "--report", listed)

    assert done.exit_code == 1
    assert "row 2 and 49 more rows: column postcode: found no postcode" in done.output
    assert len(done.output.splitlines()) == 6
    assert "100 faults in 50 of 50 rows." in done.output
    rows = list(csv.DictReader(listed.read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 100
    assert {row["column"] for row in rows} == {"postcode", "woonplaats"}
    assert listed.stat().st_mode & 0o777 == 0o600
    for secret in ("GEHEIM", "cmd|calc", "Tesfay", "Kerkplein"):
        assert secret not in done.output + listed.read_text()


def test_mapping_file_gives_columns_a_meaning_and_names_its_own_problems_by_line(
    data: Path, tmp_path: Path
) -> None:
    file = register(tmp_path, 10)
    text = file.read_text(encoding="utf-8").replace("groep", "K17").replace("asiel", "AM")
    file.write_text(text, encoding="utf-8")
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(
        'columns: {"K17": fr_group}\nvalues: {fr_group: {"AM": "asiel"}}\nstrata: [fr_group]\n'
    )
    assert take_in(data, file, "--mapping", mapping).exit_code == 0

    mapping.write_text('columns: {"K17": nonsense}\nstrata: [postcode]\nelse: 1\n')
    wrong = take_in(data, file, "--mapping", mapping, name="again")
    assert wrong.exit_code == 1
    assert "mapping.yaml:1: meaning" in wrong.output
    assert "mapping.yaml:2: strata" in wrong.output
    assert "mapping.yaml:3: unknown key" in wrong.output


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["stratum,units", "nergens,3"], "nergens: 3 to draw from 0"),
        (["stratum,units", "asiel_wi2013,1.5"], "no such number"),
        (["stratum,count", "asiel_wi2013,1"], "expected columns stratum,units"),
        (["stratum,units", "asiel_wi2013,999"], "999 to draw from 21"),
    ],
)
def test_allocation_that_does_not_fit_is_refused(
    data: Path, tmp_path: Path, lines: Sequence[str], message: str
) -> None:
    take_in(data, register(tmp_path, 60))
    allocation = tmp_path / "allocation.csv"
    allocation.write_text("\n".join(lines))
    how = ["--wave", "2024", "--from", "DUO", "--seed", "1", "--allocation", allocation]
    done = run(data, "draw", *how, *STAFF)
    assert done.exit_code == 1
    assert message in done.output


def test_optimal_allocation_takes_more_where_people_differ_more(data: Path, tmp_path: Path) -> None:
    take_in(data, register(tmp_path, 200))
    deviations = tmp_path / "deviations.csv"
    deviations.write_text(
        "stratum,deviation\nasiel_wi2013,0.5\nasiel_wi2021,0.1\ngezin_wi2013,0.1\ngezin_wi2021,0.1\n"
    )
    how = ["--wave", "2024", "--from", "DUO", "--seed", "1", "--size", "48"]
    done = run(data, "draw", *how, "--optimal", deviations, *STAFF)
    # N_h S_h: 35, 7, 3, 3 of 48.
    assert [line.split()[3] for line in done.output.splitlines()[1:5]] == ["35", "7", "3", "3"]


def test_import_or_wave_that_is_not_there_is_told(data: Path) -> None:
    how = ["--size", "4", "--seed", "1", *STAFF]
    assert "no import is named X" in run(data, "draw", "--wave", "2024", "--from", "X", *how).output
    assert "no wave 2025" in run(data, "refresh", "--wave", "2025", *how).output


@pytest.mark.parametrize("by", ["nobody", "nobody@example.org", "a@example.org"])
def test_register_is_taken_in_and_drawn_by_staff_with_the_role_only(
    data: Path, tmp_path: Path, by: str
) -> None:
    file = register(tmp_path, 20)
    how = ["--wave", "2024", "--from", "DUO", "--size", "4", "--seed", "1"]
    for words in (
        ["import", file, "--name", "DUO", "--dry-run"],
        ["draw", *how],
        ["refresh", *how],
        ["reserve", "--wave", "2024", "--draw", "1"],
        ["carry", "--wave", "2024"],
        ["discard", "--from", "DUO"],
    ):
        done = run(data, *words, "--by", by)
        assert done.exit_code == 1
        assert "has no account" in done.output or "is analyst" in done.output
    # The older name of the option still works.
    assert run(data, "import", file, "--name", "DUO", "--staff", "r@example.org").exit_code == 0


def test_draw_that_was_stopped_before_its_codes_is_told_the_way_on(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(data, register(tmp_path, 60))
    how = ["draw", "--wave", "2024", "--from", "DUO", "--size", "10", "--seed", "1", *STAFF]
    with monkeypatch.context() as broken:
        broken.setattr("app.services.fieldwork.code_issuing.generate", lambda _: 1 / 0)
        assert run(data, *how).exit_code == 1

    again = run(data, *how)
    codes = run(data, "codes", "--wave", "2024")
    then = run(data, *how)

    assert "10 lack a code: sample codes" in again.output
    assert "10 codes issued." in codes.output
    assert "already; else use refresh" in then.output


def test_day_of_an_import_is_that_of_amsterdam(data: Path, tmp_path: Path) -> None:
    done = take_in(data, register(tmp_path, 20), "--as-of", "2024-07-02 00:30")
    assert done.exit_code == 0, done.output
    assert '"DUO": 20 people, 2024-07-02' in run(data, "draws").output


@pytest.mark.parametrize(
    ("typed", "said"),
    [("2026-03-29 02:30", "does not exist"), ("2026-10-25 02:30", "comes twice")],
)
def test_made_up_time_that_no_clock_shows_once_is_refused(
    data: Path, typed: str, said: str
) -> None:
    done = run(data, "codes", "--wave", "2024", "--as-of", typed)
    assert done.exit_code == 2
    assert said in done.output
    around = (typed.replace("02:30", "01:59"), typed.replace("02:30", "03:00"))
    assert [run(data, "codes", "--wave", "2024", "--as-of", one).exit_code for one in around] == [
        0,
        0,
    ]


def test_databases_and_locks_are_readable_by_their_owner_only(data: Path, tmp_path: Path) -> None:
    take_in(data, register(tmp_path, 20))
    (data / "demo.json").unlink()
    assert {one.name: one.stat().st_mode & 0o077 for one in data.iterdir() if one.is_file()} == {
        one.name: 0 for one in data.iterdir() if one.is_file()
    }
