"""Between the printer and the post: what must not go any more is named, taken out, and does not."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pypdfium2 as pdfium
import pytest
from sqlalchemy import select, update

from app.messages.channels import Channel
from app.messages.statuses import MailingStatus, MessageStatus, PersonEventKind, Reach
from app.panel.states import CaseStatus, PersonStatus
from app.services.lettering import letter_lists, letters, printing
from app.storage import models
from app.storage.mailings import list_mailings, put_mailing
from app.storage.people import (
    PersonEvent,
    ReachChange,
    add_person_events,
    set_person_status,
    set_reach,
)
from app.storage.types import table_of
from app.storage.waves import load_wave
from tests.integration.letters.test_letter_commands import AS_OF, BY, PRINT, Run, batch_of
from tests.integration.letters.test_letter_commands import run as run
from tests.integration.letters.test_printing import STEP, Post
from tests.integration.letters.test_printing import post as post
from tests.integration.outbox.outbox_study import set_case
from tests.integration.storage.builders import NOON

_message = table_of(models.Message)
_case = table_of(models.SurveyCase)
LATER = NOON + timedelta(hours=1)


def reference_to(post: Post, person: UUID) -> str:
    with post.ctx.databases.research.read() as connection:
        query = select(_message.c.id).join(_case, _case.c.id == _message.c.case_id)
        found = connection.execute(query.where(_case.c.person_id == person)).scalar_one()
    return letters.reference_of(found)


def status_of(post: Post, person: UUID) -> tuple[MessageStatus, str | None, bool]:
    """Status, reason, and whether it is in a batch."""
    with post.ctx.databases.research.read() as connection:
        query = select(_message.c.status, _message.c.reason, _message.c.print_batch_id).join(
            _case, _case.c.id == _message.c.case_id
        )
        row = connection.execute(query.where(_case.c.person_id == person)).one()
    return row[0], row[1], row[2] is not None


def happens(post: Post, person: UUID, what: str) -> None:
    """Something is told of a person an hour after their letter was printed."""
    with post.ctx.databases.research.write() as connection:
        if what == "refused":
            event = PersonEvent(person, PersonEventKind.REFUSED_HARD, LATER, "test")
            add_person_events(connection, [event])
        elif what == "moved":
            event = PersonEvent(person, PersonEventKind.ADDRESS_CHANGED, LATER, "test")
            add_person_events(connection, [event])
        elif what == "opted_out":
            change = ReachChange(person, Channel.LETTER, Reach.OPTED_OUT, LATER, "test")
            set_reach(connection, [change])
        elif what == "case_moved_on":
            case = connection.execute(select(_case.c.id).where(_case.c.person_id == person))
            set_case(connection, case.scalar_one(), CaseStatus.REFUSED)
        else:
            set_person_status(connection, person, PersonStatus(what.removeprefix("person_")))


NEVER = ("refused", "opted_out", "person_deceased", "person_withdrawn", "case_moved_on")


def test_who_refused_died_withdrew_or_opted_out_since_printing_is_sent_no_letter(
    post: Post, run: Run
) -> None:
    people = {what: post.person() for what in NEVER}
    kept = post.person()
    run(*PRINT, *AS_OF)
    for what, person in people.items():
        happens(post, person, what)

    refused = run("handed-over", batch_of(post), *BY, *AS_OF)

    assert refused.exit_code == 1
    assert "5 letters may not go any more" in refused.output
    assert set(post.statuses()) == {MessageStatus.DUE}
    # The page that is named is the one with that reference.
    folder = Path(str(post.ctx.settings.data_dir)) / printing.FOLDER / batch_of(post)
    for what, person in people.items():
        line = next(one for one in refused.output.splitlines() if what in one.split())
        file, page = re.match(r"(\S+) page (\d+)", line).groups()  # type: ignore[union-attr]
        with pdfium.PdfDocument(folder / file) as document:
            told = document[int(page) - 1].get_textpage().get_text_range()
        assert f"Ref. {reference_to(post, person)}" in told
    assert "Persoon" not in refused.output

    out = [word for one in people.values() for word in ("--pulled", reference_to(post, one))]
    handed = run("handed-over", batch_of(post), *BY, *out, *AS_OF)

    assert "5 cancelled, 0 due again" in handed.output
    assert "1 letters sent" in handed.output
    for what, person in people.items():
        assert status_of(post, person)[:2] == (MessageStatus.CANCELLED, what)
    assert status_of(post, kept)[0] is MessageStatus.SENT


def test_who_moved_since_printing_and_a_letter_that_jammed_are_in_the_next_batch(
    post: Post, run: Run, tmp_path: Path
) -> None:
    moved, jammed, kept = (post.person() for _ in range(3))
    run(*PRINT, *AS_OF)
    happens(post, moved, "moved")
    file = tmp_path / "out.txt"
    file.write_text(f"Ref. {reference_to(post, moved)}\n\n{reference_to(post, jammed).upper()}\n")

    refused = run("handed-over", batch_of(post), *BY, *AS_OF)
    handed = run("handed-over", batch_of(post), *BY, "--pulled-file", str(file), *AS_OF)
    again = run(*PRINT, *AS_OF)

    assert "1 letters may not go any more" in refused.output
    assert "0 cancelled, 2 due again" in handed.output
    assert "2 letters in" in again.output
    assert status_of(post, kept)[0] is MessageStatus.SENT


def test_reference_of_no_letter_in_the_pile_sends_nothing(post: Post, run: Run) -> None:
    post.person()
    run(*PRINT, *AS_OF)

    strange = run("handed-over", batch_of(post), *BY, "--pulled", "0123456789", *AS_OF)
    wrong = run("handed-over", batch_of(post), *BY, "--pulled", "page 3", *AS_OF)

    assert "1 references are of no letter in this batch" in strange.output
    assert "expected references of ten characters" in wrong.output
    assert post.statuses() == [MessageStatus.DUE]


def test_letters_of_a_printing_that_was_killed_are_counted_and_told_of(
    post: Post, run: Run
) -> None:
    for _ in range(3):
        post.person()
    run(*PRINT, *AS_OF, "--limit", "2")
    batch = table_of(models.PrintBatch)
    with post.ctx.databases.research.write() as connection:
        # What a kill leaves: letters in a batch without files.
        connection.execute(update(batch).values(manifest={}, letters=0))

    listed = run("list")
    other = run(*PRINT, *AS_OF)
    nothing = run(*PRINT, *AS_OF)

    assert "2 letters  unfinished" in listed.output
    assert "1 letters in" in other.output
    assert "2 letters are held by batch" in other.output
    assert nothing.exit_code == 1
    assert "holds 2 letters: it is being printed, or was killed" in nothing.output


def test_letters_that_cannot_be_written_are_listed_by_case_and_reference(
    post: Post, run: Run
) -> None:
    post.person()
    without = post.person(**{"code:2024": None})
    strange = post.person(name="P. \u10d0\u10d1")  # Georgian, which the fonts lack
    told = run(*PRINT, *AS_OF)

    listed = run("unwritable", "--wave", "2024")

    assert "letters unwritable --wave 2024" in told.output
    for person, reason in ((without, "no_code"), (strange, "no_glyph")):
        (line,) = [one for one in listed.output.splitlines() if one.endswith(reason)]
        assert f"Ref. {reference_to(post, person)}" in line
        assert UUID(line.split()[0]) in post.cases
    assert "2 letters cannot be written" in listed.output
    assert "\u10d0" not in listed.output


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (MailingStatus.WAITING, "waits for a second person"),
        (MailingStatus.STOPPED, "was stopped"),
    ],
)
def test_printing_says_why_there_is_nothing_to_print(
    post: Post, status: MailingStatus, said: str
) -> None:
    with post.ctx.databases.research.write() as connection:
        (mailing,) = list_mailings(connection)
        put_mailing(connection, replace(mailing, status=status))

    assert said in "; ".join(letter_lists.why_none(post.ctx, 2024, STEP, NOON))


@pytest.mark.parametrize("language", ["ar", "fa"])
def test_address_of_the_site_stays_whole_beside_words_from_right_to_left(
    post: Post, language: str
) -> None:
    settings = replace(post.ctx.settings, public_url="http://localhost:8080")
    with post.ctx.databases.research.read() as connection:
        wave = load_wave(connection, 2024)
    assert wave is not None

    pdf = letters.preview(replace(post.ctx, settings=settings), wave, "invitation", language)

    with pdfium.PdfDocument(pdf) as document:
        page = document[0].get_textpage()
        right = document[0].get_width() / 2
        lines: dict[int, list[tuple[float, str]]] = {}
        for number in range(page.count_chars()):
            left, bottom, _, top = page.get_charbox(number, loose=True)
            if left > right:
                sign = page.get_text_range(number, 1)
                lines.setdefault(round((bottom + top) / 2), []).append((left, sign))
    assert any(
        "http://localhost:8080" in "".join(sign for _, sign in sorted(line))
        for line in lines.values()
    )
