"""Recordings by people: all of them, or every problem at once and none."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from app.services.speech.audio_lists import file_name, match_files, write_list
from app.services.speech.audio_recording import RecordingFaultsError
from tests.integration.audio.conftest import Studio
from tests.unit.delivery.synthetic_speech import write_speech


def list_of(studio: Studio, *, recorded: bool = False) -> Path:
    studio.folder.mkdir(exist_ok=True)
    file = studio.folder / "list.csv"
    write_list(file, studio.coverage(), recorded=recorded)
    return file


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


def write_rows(file: Path, *rows: dict[str, str], delimiter: str = ",") -> Path:
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return file


def faults(studio: Studio, *files: Path) -> str:
    with pytest.raises(RecordingFaultsError) as error:
        studio.add(*files)
    with studio.ctx.databases.research.read() as connection:
        count = connection.exec_driver_sql("SELECT count(*) FROM audio_clip").scalar_one()
    assert count == 0
    return str(error.value)


def test_the_list_holds_what_is_to_be_recorded_with_a_name_for_each_file(studio: Studio) -> None:
    studio.add(studio.recording("k_werk"))

    rows = {row["name"]: row for row in rows_of(list_of(studio))}

    assert "k_werk" not in rows
    row = rows["k_stad|repeat"]
    assert row["file"] == f"k_stad-repeat.{row['hash'][:8]}.wav"
    assert row["read aloud"] == "Vorige keer zei u: u woont in … . Klopt dat nog?"
    assert row["text"] == "Vorige keer zei u: u woont in {prev}. Klopt dat nog?"
    assert row["state"] == "none"
    with pytest.raises(Exception, match="File exists"):
        write_list(studio.folder / "list.csv", studio.coverage())


def test_files_named_as_in_the_list_are_taken_in_whatever_their_format(studio: Studio) -> None:
    files = [
        studio.recording("k_werk"),
        studio.recording("k_land", ".mp3", rate=44_100, channels=2),
        studio.recording("k_werk|option ja", ".ogg"),
    ]

    done = studio.add(*files)

    assert done.added == 3
    assert done.bytes / done.seconds <= 4_000
    assert {"k_werk", "k_land", "k_werk|option ja"} <= {
        one.name for one in studio.coverage().recorded
    }


def test_every_text_of_the_study_has_a_file_name_of_its_own(studio: Studio) -> None:
    listed = rows_of(list_of(studio))
    files = [studio.folder / row["file"] for row in listed]

    found, wrong = match_files(files, studio.texts)

    assert wrong == []
    assert [one.text.hash for one in found] == [row["hash"] for row in listed]
    assert all(len(file.name) < 80 for file in files)


def test_a_filled_in_list_comes_back_from_any_spreadsheet(studio: Studio) -> None:
    row = next(row for row in rows_of(list_of(studio)) if row["name"] == "k_werk")
    write_speech(studio.folder / "take 7.wav", 1.5)
    empty = {**row, "file": "", "name": "k_land"}

    file = write_rows(
        studio.folder / "back.csv", {**row, "file": "take 7.wav"}, empty, delimiter=";"
    )

    assert studio.add(file).added == 1
    assert studio.clip("Heeft u werk?") is not None


def test_a_recording_of_words_that_have_changed_since_is_refused(studio: Studio) -> None:
    named = studio.recording("k_werk")
    rows = rows_of(list_of(studio))
    listed = next(row for row in rows if row["name"] == "k_werk")
    file = write_rows(studio.folder / "back.csv", listed)
    studio.change("k_werk", "Heeft u nu werk?")

    told = faults(studio, named, file)

    assert f"{named}: the text has changed since the list of this recording was made" in told
    assert f"{file}:2: the text has changed since this list was made" in told


def test_every_problem_is_told_at_once_and_nothing_is_taken(studio: Studio) -> None:
    good = studio.recording("k_werk")
    short = studio.recording("k_stad|repeat", seconds=0.6)
    long = studio.recording("k_werk|option ja", seconds=20)
    silent = studio.recording("k_land", loudness=0.0)
    late = studio.recording("k_dag", before=3.0)
    loud = studio.recording("k_wens", loudness=8.0)
    text = studio.folder / file_name(studio.text("b_een"), ".mp3")
    text.write_text("not a sound")
    unknown = write_speech(studio.folder / "something.wav")
    twice = write_speech(studio.folder / "k_werk.wav", 1.5)
    picture = studio.folder / "k_werk.png"
    picture.touch()

    told = faults(
        studio, good, short, long, silent, late, loud, text, unknown, twice, picture
    ).splitlines()  # fmt: skip

    expected = {
        short: "too short for",
        long: "too long for 2 letters",
        silent: "is silent",
        late: "starts with 3.0 seconds of silence",
        loud: "is too loud",
        text: "is no sound that can be read",
        unknown: "no text of this language has this name",
        twice: f"says the same text as {good}",
        picture: "expected a name ending in .mp3, .wav, .ogg or .csv",
    }
    assert {
        file: any(line.startswith(f"{file}: ") and words in line for line in told)
        for file, words in expected.items()
    } == dict.fromkeys(expected, True)
    assert len(told) == len(expected)


@pytest.mark.parametrize(
    "name", ["../out.wav", "/etc/passwd.wav", "..\\out.wav", "link/out.wav", "out\0.wav", "."]
)
def test_a_list_reaches_no_file_outside_its_folder(studio: Studio, name: str) -> None:
    studio.folder.mkdir()
    write_speech(studio.folder.parent / "out.wav", 1.5)
    (studio.folder / "link").symlink_to(studio.folder.parent)

    told = faults(studio, write_rows(studio.folder / "a.csv", {"file": name, "name": "k_werk"}))

    assert "names a file outside the folder of the list" in told


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"file;text\na.wav;b\n", 'expected columns "file" and "name"'),
        (b"", 'expected columns "file" and "name"'),
        (b"file,name\n\xff.wav,k_werk\n", "is not UTF-8"),
        (b'file,name\n"a.wav,k_werk\n', "is not CSV"),
        (b"file,name\na.exe,k_werk\n", "expected a file ending in"),
        (b"file,name\na.wav,k_niets\n", 'there is no text "k_niets"'),
        (b"file,name\na.wav,k_werk\n", "No such file"),
    ],
)
def test_a_list_that_cannot_be_used_says_why(studio: Studio, content: bytes, words: str) -> None:
    studio.folder.mkdir()
    file = studio.folder / "a.csv"
    file.write_bytes(content)

    assert words in faults(studio, file)


def test_a_file_named_for_a_text_alone_is_taken_when_only_one_text_has_that_name(
    studio: Studio,
) -> None:
    file = write_speech(studio.folder / "K_WERK.wav", 1.5)

    assert studio.add(file).added == 1


def test_a_device_or_pipe_under_the_name_of_a_text_is_not_opened(studio: Studio) -> None:
    studio.folder.mkdir()
    pipe = studio.folder / "k_werk.wav"
    os.mkfifo(pipe)

    assert "is not a file" in faults(studio, pipe)
