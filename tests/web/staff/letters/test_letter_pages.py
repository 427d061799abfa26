"""Letters in the browser: a batch is made, taken to the printer, handed over, printed again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from app.clock import FixedClock
from app.messages.statuses import MessageStatus, PersonEventKind
from app.panel.states import Role
from app.services import jobs
from app.services.bootstrap import STUDY, make_context
from app.services.lettering import printing
from app.services.lettering.letters import reference_of
from app.storage import audit
from app.storage.messages import list_messages
from app.storage.people import PersonEvent, add_person_events
from tests.builders import settings
from tests.conftest import copy_template
from tests.integration.letters.test_printing import Post
from tests.integration.staff.conftest import add_account
from tests.integration.storage.builders import NOON
from tests.web.staff.conftest import staff_app
from tests.web.staff.desk import Desk, Page, checked

LETTERS = "/staff/waves/2024/letters"


@pytest.fixture(autouse=True)
def no_process_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "begin", lambda _ctx: None)


@pytest.fixture
def post(sqlite_template: Path, tmp_path: Path) -> Iterator[Post]:
    urls = copy_template(sqlite_template, tmp_path / "databases")
    ctx = make_context(settings(urls, data_dir=tmp_path / "data"), FixedClock(NOON), study=STUDY)
    yield Post(ctx)
    ctx.databases.close()


def browser(post: Post, role: Role = Role.FIELDWORK, name: str = "") -> Desk:
    desk = Desk(staff_app(post.ctx))
    account = add_account(post.ctx, role, name or f"{role}@example.org")
    desk.sign_in(account, post.ctx.clock.now())
    return desk


def batch_made(post: Post, desk: Desk) -> Page:
    """Make a batch on the page, and return the page of it."""
    asked = desk.submit(desk.get(LETTERS), f"{LETTERS}/print")
    job_id = UUID(asked.headers["Location"].rpartition("/")[2])
    assert jobs.run_here(post.ctx, job_id)
    job = jobs.look(post.ctx, job_id, "en")
    assert job is not None
    assert job.stored.leads_to is not None
    return desk.get(job.stored.leads_to)


def path_of(page: Page) -> str:
    return page.response.request.path


def said(desk: Desk, page: Page, deed: str, **filled: str) -> Page:
    """Send a form of a batch and return the page that it leads to."""
    answer = desk.submit(page, f"{path_of(page)}/{deed}", **filled)
    return desk.get(answer.headers["Location"]) if answer.status_code == 303 else checked(answer)


def unsure(desk: Desk, page: Page, deed: str) -> Page:
    """Send a form without the tick that says that one is sure."""
    form = page.form(f"{path_of(page)}/{deed}")
    del form["sure"]
    return checked(desk.send(f"{path_of(page)}/{deed}", form))


def statuses(post: Post) -> dict[UUID, MessageStatus]:
    with post.ctx.databases.research.read() as connection:
        return {one.id: one.status for one in list_messages(connection)}


def actions(post: Post) -> list[str]:
    with post.ctx.databases.research.read() as connection:
        return [one.action for one in audit.events_of(connection, ("letters.file_taken",))]


def moved(post: Post, person: UUID, kind: PersonEventKind) -> None:
    later = NOON + timedelta(hours=1)
    with post.ctx.databases.research.write() as connection:
        add_person_events(connection, [PersonEvent(person, kind, later, "test")])


def test_letters_go_from_waiting_to_the_post_and_their_files_are_destroyed(post: Post) -> None:
    for language in ("nl", "ar"):
        post.person(language)
    desk = browser(post)
    assert "Letters that wait to be printed: 2" in desk.get(LETTERS).words

    page = batch_made(post, desk)

    assert [row[-2:] for row in page.table("files")] == [["1", "2"], ["1", "2"]]
    assert set(statuses(post).values()) == {MessageStatus.DUE}
    page = said(desk, page, "hand-over")
    assert "Letters sent: 2" in page.words
    assert set(statuses(post).values()) == {MessageStatus.SENT}
    page = said(desk, page, "destroy", sure="1")
    assert "Handed over, files destroyed" in page.words
    assert not list((post.ctx.settings.data_dir or Path()).glob("letters/*/*.pdf"))
    ((_id, step, _made, count, state, _handed),) = desk.get(LETTERS).table("batches")
    assert (step, count, state) == ("letter_1", "2", "Handed over, files destroyed")


def test_only_fieldwork_takes_a_file_and_who_took_it_is_on_record(post: Post) -> None:
    post.person()
    desk, other = browser(post), browser(post, Role.RESEARCHER)
    path = path_of(batch_made(post, desk))
    file = f"{path}/files/letter_1-invitation-nl-001.pdf"

    taken = desk.fetch(file)

    assert taken.content_type == "application/pdf"
    assert taken.get_data().startswith(b"%PDF")
    assert taken.headers["Cache-Control"] == "no-store"
    assert actions(post) == ["letters.file_taken"]
    assert other.fetch(file).status_code == 403
    assert "/files/letter_1" not in other.fetch(path).get_data(as_text=True)
    manifest = other.fetch(f"{path}/manifest.json")
    assert manifest.get_json()["letters"] == 1
    assert "Geheimstraat" not in manifest.get_data(as_text=True)
    # A file that the batch does not have, also where one lies on the disk.
    assert desk.fetch(f"{path}/files/manifest.json").status_code == 404


def test_who_moved_or_refused_since_is_taken_out_before_the_pile_leaves(post: Post) -> None:
    mover, refuser, _kept = post.person(), post.person(), post.person()
    desk = browser(post)
    page = batch_made(post, desk)
    moved(post, mover, PersonEventKind.ADDRESS_CHANGED)
    moved(post, refuser, PersonEventKind.REFUSED_HARD)

    page = desk.get(path_of(page))

    assert {row[3]: row[4] for row in page.table("out")} == {
        "has moved since": "Next batch, to the new address",
        "the person had refused": "Not sent",
    }
    answer = desk.send(f"{path_of(page)}/hand-over", _without(page, "pulled"))
    refused = checked(answer)
    assert refused.status == 422
    assert "Letters are in the pile that may not go: 2" in refused.words
    form = _without(page, "pulled") | {"others": " ".join(row[2] for row in page.table("out"))}
    answer = desk.send(f"{path_of(page)}/hand-over", form)
    page = desk.get(answer.headers["Location"])
    assert "Letters sent: 1. Taken out: 1 not sent, 1 in the next batch." in page.words
    assert "Letters that wait to be printed: 1" in desk.get(LETTERS).words


def _without(page: Page, name: str) -> dict[str, str]:
    """The form of handing over with nothing ticked."""
    form = page.form(f"{path_of(page)}/hand-over")
    return {key: value for key, value in form.items() if key != name}


def test_reference_of_another_batch_is_named_a_fault_and_what_was_typed_stays(post: Post) -> None:
    post.person()
    desk = browser(post)
    page = batch_made(post, desk)

    page = checked(
        desk.submit(page, f"{path_of(page)}/hand-over", others="0123456789 not-a-reference")
    )

    assert page.status == 422
    assert "no letter in this batch" in page.words
    assert "0123456789 not-a-reference" in page.words


def test_batch_that_is_thrown_away_gives_nobody_a_second_letter(post: Post) -> None:
    post.person()
    desk = browser(post)
    page = batch_made(post, desk)

    assert unsure(desk, page, "destroy").status == 422
    page = said(desk, page, "destroy", sure="1")

    assert "Letters due again: 1" in page.words
    assert "It was never handed over" in page.words
    page = said(desk, batch_made(post, desk), "hand-over")
    assert list(statuses(post).values()) == [MessageStatus.SENT]


def test_letters_are_printed_again_on_the_word_of_two(post: Post) -> None:
    post.person()
    desk, other = browser(post), browser(post, Role.RESEARCHER)
    page = said(desk, said(desk, batch_made(post, desk), "hand-over"), "destroy", sure="1")

    assert said(desk, page, "reprint").status == 422
    page = said(desk, page, "reprint", reason="printer_jammed")

    assert "Somebody else has to sign in and agree" in page.words
    assert f"{path_of(page)}/agree" not in page.actions
    page = other.get(path_of(page))
    assert "fieldwork@example.org says that these letters never reached the post" in page.words
    assert unsure(other, page, "agree").status == 422
    assert "Letters due again: 1" in said(other, page, "agree", sure="1").words
    assert list(statuses(post).values()) == [MessageStatus.DUE]


def test_button_of_an_old_page_changes_nothing(post: Post) -> None:
    post.person()
    desk = browser(post)
    old = batch_made(post, desk)
    said(desk, old, "hand-over")

    page = said(desk, old, "destroy", sure="1")

    assert page.status == 409
    assert "Somebody changed this batch" in page.words
    assert "Handed over, files still here" in page.words


def test_letters_that_came_back_are_put_down_by_reference_all_or_none(post: Post) -> None:
    post.person()
    desk = browser(post)
    page = said(desk, batch_made(post, desk), "hand-over")
    (letter,) = statuses(post)
    returned = desk.get(f"{LETTERS}/returned")
    form = returned.form(f"{LETTERS}/returned")

    wrong = form | {"references": f"Ref. {reference_of(letter)}\n0000000000"}
    refused = checked(desk.send(f"{LETTERS}/returned", wrong))

    assert refused.status == 422
    assert reference_of(letter) in refused.words
    assert statuses(post)[letter] is MessageStatus.SENT
    right = form | {"references": f"Ref. {reference_of(letter)}"}
    answer = desk.send(f"{LETTERS}/returned", right)
    assert "until they have another address: 1" in desk.get(answer.headers["Location"]).words
    assert statuses(post)[letter] is MessageStatus.RETURNED
    page = desk.get(path_of(page))
    assert page.table("became")[0] == ["came back", "1"]


def test_caller_who_reads_the_reference_on_a_letter_is_found(post: Post) -> None:
    post.person()
    post.person()
    desk = browser(post)
    said(desk, batch_made(post, desk), "hand-over")
    with post.ctx.databases.research.read() as connection:
        letter = next(one for one in list_messages(connection) if one.case_id == post.cases[1])
    search = desk.get("/staff/cases")
    form = search.form("/staff/cases")

    answer = desk.send("/staff/cases", form | {"who": f"Ref. {reference_of(letter.id)}"})

    assert answer.headers["Location"].endswith(f"/staff/cases/{post.cases[1]}")


def test_letter_without_an_address_is_left_out_and_leads_to_its_case(post: Post) -> None:
    post.person()
    post.person(street=None)
    desk = browser(post)

    page = batch_made(post, desk)

    assert "Left out: No full address on record" in page.words
    page = desk.get(f"{LETTERS}/unwritable")
    ((case, _step, _language, why),) = page.table("unwritable")
    assert (case, why) == (post.cases[1].hex[:10], "No full address on record")


def test_page_says_why_nothing_can_be_printed_and_where_that_changes(post: Post) -> None:
    post.person(due=False)

    page = browser(post).get(LETTERS)

    assert "No letters are put down yet" in page.words
    assert "Nobody has asked for this step" in page.words
    assert f"{LETTERS}/print" not in page.actions


def test_batch_of_another_wave_or_of_none_is_not_there(post: Post) -> None:
    post.person()
    desk = browser(post)
    path = path_of(batch_made(post, desk))

    assert desk.fetch(path.replace("2024", "2025")).status_code == 404
    assert desk.fetch(f"{LETTERS}/{UUID(int=1)}").status_code == 404
    assert desk.fetch(f"{LETTERS}/no-batch").status_code == 404


def test_batch_whose_making_was_killed_says_so_and_is_thrown_away(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process ends between taking the letters and writing their files."""
    post.person()
    with monkeypatch.context() as patched:
        patched.setattr(printing, "_give_up", lambda *_: None)
        patched.setattr(printing.letters, "write", _killed)
        with pytest.raises(KeyboardInterrupt):
            post.print()
    desk = browser(post)
    ((name, *_rest, state, _handed),) = desk.get(LETTERS).table("batches")
    assert state == "Not finished"
    batch = next(one for one in printing.batches(post.ctx) if one.id.hex.startswith(name))

    page = desk.get(f"{LETTERS}/{batch.id}")

    assert "stopped in the middle" in page.words
    assert "Letters due again: 1" in said(desk, page, "destroy", sure="1").words


def _killed(*_: object) -> None:
    raise KeyboardInterrupt
