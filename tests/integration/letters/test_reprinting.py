"""Letters that were handed over and never posted are printed again on the word of two people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.clock import SystemClock
from app.messages.statuses import MessageStatus
from app.panel.states import CaseStatus
from app.services.invented.demo_files import DEMO_FILE
from app.services.lettering import printing, reprinting, returned_letters
from app.services.lettering.letters import reference_of
from app.services.lettering.reprinting import ReprintError
from app.storage.messages import list_messages
from app.storage.staff import StaffMember, find_member
from tests.integration.letters.test_printing import Post
from tests.integration.letters.test_printing import post as post
from tests.integration.outbox.outbox_study import set_case
from tests.integration.staff.conftest import PASSWORD, Account, add_account
from tests.integration.storage.builders import NOON

ASKS, OTHER = "f@example.nl", "g@example.nl"


def member(post: Post, email: str) -> StaffMember:
    with post.ctx.databases.research.read() as connection:
        found = find_member(connection, email)
    assert found is not None
    return found


@pytest.fixture
def accounts(post: Post) -> dict[str, Account]:
    return {email: add_account(post.ctx, email=email) for email in (ASKS, OTHER)}


def handed_over(post: Post, *, destroyed: bool = True) -> UUID:
    printed = post.print()
    assert printed is not None
    batch = printed.batch.id
    printing.hand_over(post.ctx, batch, by=ASKS, moment=lambda _: NOON)
    if destroyed:
        printing.destroy(post.ctx, batch, by=ASKS, moment=lambda _: NOON)
    return batch


def again(post: Post, batch: UUID) -> int:
    at = {"moment": lambda _: NOON + timedelta(hours=1)}
    reprinting.ask(post.ctx, batch, member(post, ASKS), reason="printer_jammed", **at)
    return reprinting.agree(post.ctx, batch, member(post, OTHER), **at)


@pytest.mark.usefixtures("accounts")
def test_letters_are_due_again_when_two_people_say_so_and_go_to_whom_they_may_go(
    post: Post,
) -> None:
    for _ in range(3):
        post.person()
    batch = handed_over(post)
    assert post.print() is None
    with post.ctx.databases.research.write() as connection:
        set_case(connection, post.cases[0], status=CaseStatus.REFUSED)

    assert again(post, batch) == 3
    printed = post.print()

    assert printed is not None
    assert printed.batch.letters == 2
    assert sorted(post.statuses()) == [
        MessageStatus.CANCELLED, MessageStatus.DUE, MessageStatus.DUE,
    ]  # fmt: skip
    printing.hand_over(post.ctx, printed.batch.id, by=ASKS, moment=lambda _: NOON)
    assert post.statuses().count(MessageStatus.SENT) == 2


@pytest.mark.usefixtures("accounts")
def test_one_person_alone_makes_nothing_due(post: Post) -> None:
    post.person()
    batch = handed_over(post)
    with pytest.raises(ReprintError, match="nobody asked"):
        reprinting.agree(post.ctx, batch, member(post, OTHER))
    with pytest.raises(ReprintError, match="is a word"):
        reprinting.ask(post.ctx, batch, member(post, ASKS), reason="The printer jammed")
    reprinting.ask(post.ctx, batch, member(post, ASKS), reason="printer_jammed")
    with pytest.raises(ReprintError, match="somebody else has to agree"):
        reprinting.agree(post.ctx, batch, member(post, ASKS))
    assert post.statuses() == [MessageStatus.SENT]

    assert reprinting.agree(post.ctx, batch, member(post, OTHER)) == 1
    with pytest.raises(ReprintError, match="nothing to print again"):
        reprinting.agree(post.ctx, batch, member(post, OTHER))


@pytest.mark.usefixtures("accounts")
def test_what_may_be_in_the_post_is_not_printed_again(post: Post) -> None:
    post.person()
    kept = handed_over(post, destroyed=False)
    with pytest.raises(ReprintError, match="its files are there"):
        again(post, kept)
    printing.destroy(post.ctx, kept, by=ASKS, moment=lambda _: NOON)
    with post.ctx.databases.research.read() as connection:
        (letter,) = list_messages(connection)
    returned_letters.returned(post.ctx, [reference_of(letter.id)], by=ASKS, moment=lambda _: NOON)
    with pytest.raises(ReprintError, match="came back from the post"):
        again(post, kept)


@pytest.fixture
def run(post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setattr("app.cli_place.make_context", lambda *_: post.ctx)
    monkeypatch.setattr("app.cli_place.upgrade", lambda *_: None)
    monkeypatch.setattr(type(post.ctx.databases), "close", lambda _: None)
    (tmp_path / DEMO_FILE).write_text("{}")

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["--data", str(tmp_path), "letters", *arguments])

    return run


def test_both_sign_in_at_the_command_line(
    post: Post, run: Callable[..., Result], accounts: dict[str, Account]
) -> None:
    post.person()
    batch = str(handed_over(post))

    def sign(email: str, *, steps: int = 0) -> list[str]:
        code = accounts[email].code(SystemClock().now(), steps)
        return ["--by", email, "--password", PASSWORD, "--code", code]

    neither = run("reprint", batch, *sign(ASKS))
    wrong = run("reprint", batch, "--approve", "--by", OTHER, "--password", "x", "--code", "1")
    asked = run("reprint", batch, "--reason", "printer_jammed", *sign(ASKS))
    used = run("reprint", batch, "--approve", *sign(ASKS))
    agreed = run("reprint", batch, "--approve", *sign(OTHER))

    assert neither.exit_code == 2
    assert "not signed in: the password is not right" in wrong.output
    assert "1 letters would be due again" in asked.output, asked.output
    assert "it was used before; wait for the next one" in used.output
    assert agreed.output == "1 letters are due again: letters print\n"
    assert post.statuses() == [MessageStatus.DUE]
