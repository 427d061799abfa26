"""The commands of letters, as fieldwork types them."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pypdfium2 as pdfium
import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.messages.channels import Channel
from app.messages.statuses import MessageStatus, Reach
from app.panel.states import Role
from app.services.accounts import staff
from app.services.invented.demo_files import DEMO_FILE
from app.storage.messages import list_messages
from app.storage.people import reach_of
from app.storage.print_batches import list_batches
from tests.integration.letters.test_printing import STEP, Post
from tests.integration.letters.test_printing import post as post

Run = Callable[..., Result]

FIELDWORK, ANALYST = "f@example.nl", "a@example.nl"
BY = ("--by", FIELDWORK)
PRINT = ("print", "--wave", "2024", "--step", STEP, *BY)
AS_OF = ("--as-of", "2024-02-01 12:00")
TESTS = """addresses:
  - {name: T. Tester, street: Kantoor, house_number: "1", postcode: 2511 AB, city: Den Haag}
"""


@pytest.fixture
def run(post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr("app.cli_place.make_context", lambda *_: post.ctx)
    monkeypatch.setattr("app.cli_place.upgrade", lambda *_: None)
    monkeypatch.setattr(type(post.ctx.databases), "close", lambda _: None)
    for email, role in ((FIELDWORK, Role.FIELDWORK), (ANALYST, Role.ANALYST)):
        staff.add_member(post.ctx, email=email, password="a long password of them", role=role)
    place = tmp_path / "place"
    place.mkdir()
    (place / DEMO_FILE).write_text("{}")  # invented people: time may be made up

    def run(*arguments: str, typed: str = "") -> Result:
        words = ["--data", str(place), "letters", *arguments]
        return CliRunner().invoke(main, words, input=typed, catch_exceptions=False)

    return run


def batch_of(post: Post) -> str:
    with post.ctx.databases.research.read() as connection:
        return str(list_batches(connection)[-1].id)


def statuses(post: Post) -> list[str]:
    return sorted(str(one) for one in post.statuses())


def test_preview_is_a_letter_to_nobody(run: Run, post: Post, tmp_path: Path) -> None:
    out = tmp_path / "preview.pdf"

    ran = run("preview", "--wave", "2024", "--language", "ar", str(out))

    assert (ran.exit_code, ran.output) == (0, f"{out}\n")
    with pdfium.PdfDocument(out) as document:
        assert len(document) == 2
    assert post.statuses() == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--wave", "2031"], "there is no wave 2031"),
        (["--wave", "2024", "--text", "no_such_words"], "no_such_words"),
        (["--wave", "2024", "--language", "xx"], "found language 'xx'"),
        (["--wave", "2024", "--envelope", "no_such_window"], "no_such_window"),
    ],
)
def test_preview_of_what_there_is_not_is_refused_and_writes_nothing(
    run: Run, tmp_path: Path, words: list[str], said: str
) -> None:
    out = tmp_path / "preview.pdf"

    ran = run("preview", *words, str(out))

    assert ran.exit_code == 1
    assert said in ran.output
    assert not out.exists()


def test_letters_are_printed_handed_over_and_destroyed(run: Run, post: Post) -> None:
    for language in ("nl", "ti"):
        post.person(language)

    printed = run(*PRINT, *AS_OF)
    batch = batch_of(post)
    folder = Path(printed.stdout.strip().rpartition(" in ")[2])
    listed = run("list")
    again = run(*PRINT, *AS_OF)
    handed = run("handed-over", batch, *BY, *AS_OF)
    twice = run("handed-over", batch, *BY, *AS_OF)
    after = run("list", "--wave", "2024")
    destroyed = run("destroy", batch, *BY, *AS_OF)

    assert printed.exit_code == 0, printed.output
    assert printed.stdout.startswith(f"batch {batch}: 2 letters in ")
    assert f"letters handed-over {batch}" in printed.stderr
    assert f"{batch}  2024  letter_1  2 letters  printed\n" == listed.output
    assert again.exit_code == 1
    assert "no letter of letter_1 is due and may go now" in again.output
    assert "2 letters sent" in handed.output
    assert twice.exit_code == 1
    assert "was handed over or destroyed before" in twice.output
    assert "handed over" in after.output
    assert "destroyed; 0 letters are due again" in destroyed.output
    assert not list(folder.glob("*.pdf"))
    assert "files destroyed" in run("list").output
    assert statuses(post) == ["sent", "sent"]


def test_batch_that_was_never_handed_over_is_destroyed_and_printed_again(
    run: Run, post: Post
) -> None:
    post.person()
    run(*PRINT, *AS_OF)

    destroyed = run("destroy", batch_of(post), *BY, *AS_OF)
    again = run(*PRINT, *AS_OF)

    assert "destroyed; 1 letters are due again" in destroyed.output
    assert again.exit_code == 0
    assert statuses(post) == ["due"]


def test_printing_as_json_is_the_manifest_with_its_folder_and_names_nobody(
    run: Run, post: Post, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    post.person()
    file = tmp_path / "tests.yaml"
    file.write_text(TESTS)

    ran = run(*PRINT, *AS_OF, "--test-addresses", str(file), "--seed", "3", "--json")

    told = json.loads(ran.stdout)
    assert (told["letters"], told["test_letters"]) == (2, 1)
    assert Path(told["folder"]).is_dir()
    said = ran.output + caplog.text
    assert not any(word in said for word in ("Persoon-000", "Geheimstraat", "Tester", "Kantoor"))
    assert not any(code in said for code in post.codes.values())


def test_who_cannot_be_written_to_is_left_out_and_counted(run: Run, post: Post) -> None:
    post.person()
    post.person(**{"code:2024": None})

    ran = run(*PRINT, *AS_OF)

    assert ran.exit_code == 0
    assert "1 letters in" in ran.stdout
    assert "1 left out: no_code" in ran.stderr


def test_no_more_letters_are_printed_than_asked_for(run: Run, post: Post) -> None:
    for _ in range(3):
        post.person()

    assert "2 letters in" in run(*PRINT, *AS_OF, "--limit", "2").output
    assert "1 letters in" in run(*PRINT, *AS_OF).output


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"--wave": "2031"}, "there is no wave 2031"),
        ({"--step": "email_1"}, "the contact plan has no letter email_1"),
        ({"--by": ANALYST}, ANALYST),
        ({"--by": "nobody@example.nl"}, "nobody@example.nl"),
        ({"--envelope": "no_such_window"}, "no_such_window"),
    ],
)
def test_what_cannot_be_printed_is_refused_and_makes_no_batch(
    run: Run, post: Post, changes: dict[str, str], said: str
) -> None:
    post.person()
    given = {"--wave": "2024", "--step": STEP, "--by": FIELDWORK} | changes

    ran = run("print", *(word for pair in given.items() for word in pair), *AS_OF)

    assert ran.exit_code == 1
    assert said in ran.output
    assert statuses(post) == ["due"]
    assert run("list").output == ""


def test_test_addresses_that_cannot_be_used_are_told_by_line_and_never_quoted(
    run: Run, post: Post, tmp_path: Path
) -> None:
    post.person()
    file = tmp_path / "tests.yaml"
    file.write_text("addresses:\n  - {street: Geheimlaan}\n")

    ran = run(*PRINT, *AS_OF, "--test-addresses", str(file))

    assert ran.exit_code == 1
    assert "tests.yaml:2" in ran.output
    assert "Geheimlaan" not in ran.output


@pytest.mark.parametrize("command", ["handed-over", "destroy"])
def test_batch_that_is_not_there_or_is_none_of_theirs_is_refused(
    run: Run, post: Post, command: str
) -> None:
    post.person()
    run(*PRINT, *AS_OF)

    strange = run(command, str(uuid4()), *BY)
    no_id = run(command, "batch-1", *BY)
    not_allowed = run(command, batch_of(post), "--by", ANALYST)

    assert (strange.exit_code, "there is no batch" in strange.output) == (1, True)
    assert no_id.exit_code == 2
    assert (not_allowed.exit_code, ANALYST in not_allowed.output) == (1, True)
    assert statuses(post) == ["due"]


def references(post: Post) -> list[str]:
    """What stands at the right of the address: "Ref." and ten digits of the message."""
    with post.ctx.databases.research.read() as connection:
        return [one.id.hex[:10] for one in list_messages(connection)]


def test_letters_that_came_back_are_typed_by_their_reference_or_read_line_by_line(
    run: Run, post: Post
) -> None:
    people = [post.person() for _ in range(3)]
    run(*PRINT, *AS_OF)
    run("handed-over", batch_of(post), *BY, *AS_OF)
    first, second, _ = references(post)

    typed = run("returned", f"Ref. {first}", *BY, *AS_OF)
    read = run("returned", "-", *BY, *AS_OF, typed=f"{first}\n\n{second.upper()}\n")

    assert typed.output.startswith("1 people cannot be reached by letter any more; 0 were known")
    assert read.output.startswith("1 people cannot be reached by letter any more; 1 were known")
    assert statuses(post) == ["returned", "returned", "sent"]
    with post.ctx.databases.research.read() as connection:
        reach = reach_of(connection, people)
    assert sorted(one[Channel.LETTER] for one in reach.values()) == [Reach.UNDELIVERABLE] * 2


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("1234", "expected ten characters"),
        ("'; DROP TABLE", "expected ten characters"),
        ("0000000000", "is of no letter that was sent"),
    ],
)
def test_one_reference_that_is_of_no_letter_refuses_all(
    run: Run, post: Post, reference: str, said: str
) -> None:
    post.person()
    run(*PRINT, *AS_OF)
    run("handed-over", batch_of(post), *BY, *AS_OF)

    ran = run("returned", references(post)[0], reference, *BY, *AS_OF)

    assert ran.exit_code == 1
    assert f"reference 2{'' if 'is of' in said else ':'} {said}" in ran.output
    assert post.statuses() == [MessageStatus.SENT]


def test_letter_that_never_went_out_cannot_come_back(run: Run, post: Post) -> None:
    post.person()
    run(*PRINT, *AS_OF)

    assert run("returned", references(post)[0], *BY, *AS_OF).exit_code == 1
