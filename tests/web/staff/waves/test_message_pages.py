"""Messages in the browser: the plan in words, a rehearsal, and letting a step go by two people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from app.messages.channels import Channel
from app.messages.statuses import MailingStatus, MessageStatus
from app.panel.states import Role, WaveStatus
from app.services import jobs
from app.services.messaging import mailings, outbox
from app.services.messaging.rehearsal_files import sample_letters
from app.services.messaging.rehearsal_samples import Samples, make_samples
from app.services.messaging.rehearsal_state import RehearsalStanding, rehearsal_state
from app.storage import messages as rows
from app.storage.messages import NewMessage
from tests.conftest import copy_template
from tests.integration.mailings.field import Desk as Fieldwork
from tests.integration.mailings.field import prepare
from tests.integration.staff.conftest import add_account
from tests.web.staff.conftest import staff_app
from tests.web.staff.desk import Desk, checked

MESSAGES = "/staff/waves/2024/messages"
LETTER = f"{MESSAGES}/step/letter_1"


@pytest.fixture
def work(sqlite_template: Path, tmp_path: Path) -> Iterator[Fieldwork]:
    urls = copy_template(sqlite_template, tmp_path / "databases")
    made = prepare(urls, tmp_path / "desk", data_dir=tmp_path / "data")
    yield made
    made.ctx.databases.close()


def browser(work: Fieldwork, role: Role = Role.RESEARCHER, name: str = "") -> Desk:
    """A browser in which somebody of a role has just signed in; real people, so no test mark."""
    app = staff_app(work.ctx)
    desk = Desk(app, base_url="https://onderzoek.nl", synthetic=False)
    work.clock.advance(timedelta(minutes=1))
    account = add_account(work.ctx, role, name or f"{role}@onderzoek.nl")
    desk.sign_in(account, work.clock.now())
    return desk


def test_plan_says_in_words_who_gets_what_when(work: Fieldwork) -> None:
    work.draw(3)
    work.draw(2, language="en", without=["email"])

    page = browser(work).get(MESSAGES)

    steps = {row[0].split()[0]: row for row in page.table("plan")}
    assert "Day 0 after the opening" in steps["letter_1"][1]
    assert "To who has not begun" in steps["letter_1"][1]
    assert "while the response of their group is below 30%" in steps["email_2"][1]
    # Made, now, at most, and what five letters of 1.05 euro cost.
    assert steps["letter_1"][4:] == ["0", "5", "5", "€5.25"]
    assert steps["email_1"][4:7] == ["0", "3", "3"]
    assert "Nothing is sent between 20:00 and 09:00." in page.words
    assert "more than 500 messages needs two people" in page.words


def test_study_without_a_plan_says_what_a_plan_is(researcher: Desk) -> None:
    page = researcher.get(MESSAGES)

    assert "it sends nothing" in page.words
    assert researcher.get(f"{MESSAGES}/rehearsal").status == 200
    assert researcher.get(LETTER).status == 404


def test_rehearsal_counts_and_tells_what_is_in_the_way_and_who_may_let_it_pass(
    work: Fieldwork,
) -> None:
    work.draw(4)
    work.draw(1, without=["code"])
    desk = browser(work)

    asked = desk.submit(desk.get(f"{MESSAGES}/rehearsal"), f"{MESSAGES}/rehearsal")
    job_id = UUID(asked.headers["Location"].rpartition("/")[2])
    jobs.run_here(work.ctx, job_id)
    job = jobs.look(work.ctx, job_id, "en")

    assert job is not None
    assert job.stored.leads_to == f"{MESSAGES}/rehearsal"
    page = desk.get(f"{MESSAGES}/rehearsal")
    totals = {row[0]: row[3:5] for row in page.table("counts") if row[2] == "All languages"}
    assert totals["letter_1"] == ["4", "4"]
    assert totals["email_1"] == ["5", "5"]
    assert ["letter_1", "No code that can be printed", "1"] in page.table("without")
    assert "People have no code to print: issue codes on the sample page." in page.words
    assert "Has to be mended" in page.words
    assert "May be let pass with a reason" in page.words
    state = rehearsal_state(work.ctx, 2024)
    assert state.standing is RehearsalStanding.BLOCKED
    assert state.last is not None
    assert state.last.by == "researcher@onderzoek.nl"


def ask_job(desk: Desk, **filled: str) -> UUID:
    form = desk.get(f"{MESSAGES}/rehearsal").form(f"{MESSAGES}/rehearsal")
    response = desk.send(f"{MESSAGES}/rehearsal", form | filled)
    assert response.status_code == 303
    return UUID(response.headers["Location"].rpartition("/")[2])


def test_things_are_let_pass_only_with_a_reason(work: Fieldwork) -> None:
    work.draw(4)
    desk = browser(work)
    jobs.run_here(work.ctx, ask_job(desk))
    form = desk.get(f"{MESSAGES}/rehearsal").form(f"{MESSAGES}/rehearsal")

    page = checked(desk.send(f"{MESSAGES}/rehearsal", form | {"let_pass": "yes"}), synthetic=False)
    assert page.status == 422
    assert "Say why" in page.words

    work.clock.advance(timedelta(seconds=5))
    jobs.run_here(work.ctx, ask_job(desk, let_pass="yes", override="tried by hand"))
    page = desk.get(f"{MESSAGES}/rehearsal")
    assert "It holds" in page.words
    assert "Reason: tried by hand" in page.words
    assert not page.has("way")


def test_step_of_many_messages_waits_for_another_person(work: Fieldwork) -> None:
    work.draw(501)
    work.rehearsed()
    asks, other = browser(work), browser(work, Role.FIELDWORK)

    page = asks.get(LETTER)
    assert "501 people at most, and costs at most €526.05" in page.words
    assert asks.submit(page, f"{LETTER}/ask").status_code == 303

    mine = asks.get(LETTER)
    assert f"{LETTER}/approve" not in mine.actions
    assert "Somebody else has to sign in and approve it" in mine.words
    home = other.get("/staff/")
    words = "researcher@onderzoek.nl asks you to let 501 messages at most go"
    assert words in home.words
    assert LETTER in {link.get("href") for link in home.tree.iter("a")}
    other.submit(other.get(LETTER), f"{LETTER}/approve")

    (let_go,) = mailings.let_go(work.ctx, 2024)
    assert (let_go.requested_by, let_go.approved_by, let_go.status) == (
        "researcher@onderzoek.nl",
        "fieldwork@onderzoek.nl",
        MailingStatus.RUNNING,
    )


def test_who_asked_cannot_approve_by_sending_the_form_anyhow(work: Fieldwork) -> None:
    work.draw(501)
    work.rehearsed()
    desk = browser(work)
    desk.submit(desk.get(LETTER), f"{LETTER}/ask")
    token = desk.get(LETTER).form(f"{LETTER}/stop")["csrf_token"]

    response = desk.send(
        f"{LETTER}/approve", {"csrf_token": token, "seen": "501 researcher@onderzoek.nl"}
    )

    page = checked(response, synthetic=False)
    assert page.status == 409
    assert "Nothing was changed" in page.words
    (let_go,) = mailings.let_go(work.ctx, 2024)
    assert let_go.status is MailingStatus.WAITING


def test_approving_what_changed_since_the_page_was_shown_is_refused(work: Fieldwork) -> None:
    work.draw(501)
    work.rehearsed()
    asks, other = browser(work), browser(work, Role.FIELDWORK)
    asks.submit(asks.get(LETTER), f"{LETTER}/ask")
    form = other.get(LETTER).form(f"{LETTER}/approve")

    response = other.send(f"{LETTER}/approve", form | {"seen": "499 researcher@onderzoek.nl"})

    assert checked(response, synthetic=False).status == 409
    (let_go,) = mailings.let_go(work.ctx, 2024)
    assert let_go.status is MailingStatus.WAITING


def test_step_is_stopped_with_a_reason_only(work: Fieldwork) -> None:
    work.draw(3)
    work.rehearsed()
    desk = browser(work)
    desk.submit(desk.get(LETTER), f"{LETTER}/ask")

    page = checked(desk.submit(desk.get(LETTER), f"{LETTER}/stop", why=" "), synthetic=False)
    assert page.status == 422
    desk.submit(desk.get(LETTER), f"{LETTER}/stop", why="a fault in the letter")

    (let_go,) = mailings.let_go(work.ctx, 2024)
    assert let_go.status is MailingStatus.STOPPED


def test_nothing_is_let_go_before_the_rehearsal(work: Fieldwork) -> None:
    work.draw(3)

    page = browser(work).get(LETTER)

    assert f"{LETTER}/ask" not in page.actions
    assert "before the rehearsal of the wave was accepted" in page.words


def test_what_changed_since_the_rehearsal_voids_it_on_every_page(work: Fieldwork) -> None:
    work.draw(3)
    work.rehearsed()
    work.draw(1)
    desk = browser(work)

    assert "Something changed since" in desk.get(MESSAGES).words
    assert f"{LETTER}/ask" not in desk.get(LETTER).actions
    assert "rehearse it again" in desk.get("/staff/").words


def test_every_message_is_shown_to_an_invented_person(work: Fieldwork) -> None:
    work.draw(2)
    desk = browser(work, Role.TRANSLATOR)

    page = desk.get(f"{MESSAGES}/previews?language=en")

    assert page.has("email-invitation")
    assert page.has("sms-reminder")
    assert "N. Voorbeeld" not in page.words
    letter = desk.fetch(f"{MESSAGES}/letter/invitation/en.pdf")
    assert letter.content_type == "application/pdf"
    assert letter.get_data().startswith(b"%PDF")
    assert desk.get(f"{MESSAGES}/previews?language=xx").status == 404
    assert desk.get(f"{MESSAGES}/letter/nothing/en.pdf").status == 404


def test_real_letters_are_for_fieldwork_and_each_look_is_on_record(work: Fieldwork) -> None:
    work.draw(3)
    make_samples(work.ctx, 2024)
    desk = browser(work, Role.FIELDWORK)

    page = desk.get(f"{MESSAGES}/samples")
    links = [str(one.get("href")) for one in page.tree.iter("a")]
    letters = [one for one in links if one.endswith(".pdf")]
    assert len(letters) == len(sample_letters(work.ctx, 2024)) == 3
    assert desk.fetch(letters[0]).get_data().startswith(b"%PDF")

    assert browser(work).fetch(letters[0]).status_code == 403
    assert desk.get(f"{MESSAGES}/samples/99.pdf").status == 404


def unknown_message(work: Fieldwork, case_id: UUID) -> UUID:
    now = work.clock.now()
    with work.ctx.databases.research.write() as connection:
        new = NewMessage(case_id, 2024, "sms_1", Channel.SMS, "reminder", "nl", not_before=now)
        rows.add_due(connection, [new], now=now)
        (made,) = rows.list_messages(connection, wave=2024, step="sms_1")
        rows.change_status(connection, made.id, made.status, MessageStatus.UNKNOWN, now, {})
    return made.id


def test_unknown_messages_are_settled_by_what_somebody_found_out(work: Fieldwork) -> None:
    (case_id,) = work.draw(1)
    message = unknown_message(work, case_id)
    desk = browser(work)
    url = f"{MESSAGES}/unknown"
    assert "nobody knows whether they went out: 1" in desk.get("/staff/").words

    page = checked(desk.submit(desk.get(url), url, message="", sent=""), synthetic=False)
    assert page.status == 422
    assert "Choose at least one message. Say whether they went out." in page.words
    token = desk.get(url).form(url)["csrf_token"]
    sent = desk.send(url, {"csrf_token": token, "message": str(message), "sent": "no"})

    assert sent.status_code == 303
    assert outbox.unknown_messages(work.ctx) == []
    assert "There are none" in desk.get(url).words


def test_rehearsal_that_holds_leads_on(work: Fieldwork) -> None:
    work.draw(2)
    work.move(WaveStatus.CHECKED)
    work.rehearse(samples=Samples(), override="a test")
    desk = browser(work)

    page = desk.get(f"{MESSAGES}/rehearsal")
    assert "/staff/waves/2024/rehearsed" in {one.get("href") for one in page.tree.iter("a")}
    step = desk.get("/staff/waves/2024/rehearsed")
    desk.submit(step, "/staff/waves/2024/rehearsed")

    assert (
        "It is ready and opens by itself on 15 January 2024." in desk.get("/staff/waves/2024").words
    )
