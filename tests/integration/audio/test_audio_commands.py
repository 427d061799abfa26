"""The commands as people type them, on the study that ships with the program."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.delivery import speech
from app.services.bootstrap import STUDY
from app.services.speech import audio_drafting
from app.services.speech.audio import texts_to_speak
from app.services.speech.audio_lists import file_name
from tests.integration.audio.drafts import Hum
from tests.unit.delivery.synthetic_speech import write_speech


def run(data: Path, *command: str) -> Result:
    return CliRunner().invoke(main, ["--data", str(data), "audio", *command])


def counts(data: Path, language: str) -> dict[str, str]:
    header, *lines = run(data, "status").output.splitlines()
    names = header.replace("left over", "left").split()
    found = {line.split()[0]: line.split() for line in lines}
    return dict(zip(names, found[language], strict=True))


@pytest.fixture
def data(tmp_path: Path, sqlite_template: Path) -> Path:
    return Path(shutil.copytree(sqlite_template, tmp_path / "data"))


def test_from_a_list_to_recordings_that_can_be_heard(data: Path, tmp_path: Path) -> None:
    listed = tmp_path / "ti.csv"

    assert run(data, "export-list", "--language", "ti", str(listed)).exit_code == 0
    with listed.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    files = [str(write_speech(tmp_path / row["file"], len(row["text"]) * 0.12)) for row in rows[:3]]
    added = run(data, "add", "--language", "ti", "--speaker", "W/ro Selam", *files)

    assert added.output.startswith("ti: 3 recordings added")
    assert counts(data, "ti")["recorded"] == "3"
    assert int(counts(data, "ti")["none"]) == len(rows) - 3
    name = rows[0]["name"]
    assert run(data, "remove", "--language", "ti", "--by", "desk", name).exit_code == 0
    assert counts(data, "ti")["recorded"] == "2"


def test_files_that_are_not_taken_end_the_command_with_all_their_faults(
    data: Path, tmp_path: Path
) -> None:
    text = next(one for one in texts_to_speak(STUDY, "ar") if len(one.text) > 100)
    files = [write_speech(tmp_path / file_name(text), 0.5), write_speech(tmp_path / "x.wav")]

    done = run(data, "add", "--language", "ar", "--speaker", "A", *map(str, files))

    assert done.exit_code == 1
    for file in files:
        assert f"{file}: " in done.stderr
    assert "nothing was added" in done.stderr


def test_a_language_is_listed_with_the_place_of_each_text_that_has_no_recording(
    data: Path,
) -> None:
    lines = run(data, "status", "--language", "ar").output.splitlines()

    assert any(
        line.startswith("ar/LC_MESSAGES/perspectief.po:") and line.endswith(": none")
        for line in lines
    )


def test_a_language_nobody_is_asked_in_and_an_empty_removal_are_refused(data: Path) -> None:
    assert "no texts in" in run(data, "draft", "--language", "so").stderr
    assert run(data, "remove", "--language", "ar", "--by", "desk").exit_code == 2


def test_drafts_of_a_language_without_a_voice_fail_and_say_so(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audio_drafting, "Speech", Hum)

    done = run(data, "draft", "--language", "ti")

    assert done.exit_code == 1
    assert "no other voice takes its place" in done.stderr


def test_without_the_program_there_are_no_drafts(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speech.shutil, "which", lambda _: None)

    done = run(data, "draft", "--language", "nl")

    assert done.exit_code == 1
    assert "espeak-ng is not installed" in done.stderr
