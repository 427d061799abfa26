"""Letters from the database to the printer: which, once, and what is left behind."""

import hashlib
import json
import logging
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pypdfium2 as pdfium
import pytest
import zxingcpp
from sqlalchemy import select

from app.clock import FixedClock
from app.messages.channels import Channel
from app.messages.statuses import MessageStatus, Reach
from app.panel.access_code import generate
from app.panel.states import CaseStatus
from app.services.bootstrap import STUDY, make_context
from app.services.content.study_calendar import WavePlan, read_wave_plan
from app.services.context import ServiceContext
from app.services.lettering import letters, printing, returned_letters
from app.services.lettering.letters import LetterOrder, render_letters
from app.services.lettering.printing import PrintingError, PrintRequest
from app.services.lettering.returned_letters import NotOursError
from app.services.lettering.trial_addresses import TrialAddressesError, read_trial_addresses
from app.storage import audit, models
from app.storage.contacts.keys import ContactKeys
from app.storage.contacts.people import NewContact, add_contacts
from app.storage.encryption import KeyRing
from app.storage.messages import NewMessage, add_due, list_messages
from app.storage.people import reach_of
from app.storage.waves import load_wave
from tests.builders import settings
from tests.integration.outbox.outbox_study import run_mailing, set_case
from tests.integration.storage.builders import NOON, draw_case, field_wave

STEP = "letter_1"


class Post:
    """A wave with people who are to get a letter."""

    def __init__(self, ctx: ServiceContext) -> None:
        self.ctx = ctx
        self.codes: dict[UUID, str] = {}
        self.cases: list[UUID] = []
        with ctx.databases.research.write() as connection:
            field_wave(connection)
            run_mailing(connection, STEP)

    def person(self, language: str = "nl", *, due: bool = True, **fields: str | None) -> UUID:
        """A person with address and code; a field that is ``None`` is not known."""
        code = generate(random.Random(len(self.cases)))
        known = {
            "name": f"P. Persoon-{len(self.cases):03d}",
            "street": "Geheimstraat",
            "house_number": str(len(self.cases) + 1),
            "postcode": "1234 AB",
            "city": "Utrecht",
            "code:2024": code,
        } | fields
        given = {name: value for name, value in known.items() if value is not None}
        with self.ctx.databases.research.write() as connection:
            case = draw_case(connection, language=language)
            if due:
                new = NewMessage(case.id, 2024, STEP, Channel.LETTER, "invitation", language, NOON)
                add_due(connection, [new], now=NOON)
        keys = ContactKeys(
            KeyRing(self.ctx.settings.contact_keys), self.ctx.settings.contact_index_key
        )
        with self.ctx.databases.contacts.write() as connection:
            add_contacts(connection, keys, [NewContact(case.person_id, given)], at=NOON)
        self.cases.append(case.id)
        self.codes[case.person_id] = code
        return case.person_id

    def print(self, **changes: object) -> printing.Printed | None:
        given = {"wave": 2024, "step": STEP, "by": "f@example.nl", "processes": 1}
        request = PrintRequest(**(given | changes), moment=lambda _: NOON)  # type: ignore[arg-type]
        return printing.print_letters(self.ctx, request)

    def statuses(self) -> list[MessageStatus]:
        with self.ctx.databases.research.read() as connection:
            return [one.status for one in list_messages(connection)]


@pytest.fixture
def post(database_urls: tuple[str, str], tmp_path: Path, clock: FixedClock) -> Iterator[Post]:
    given = settings(
        database_urls, data_dir=tmp_path / "data", public_url="https://onderzoek-perspectief.nl"
    )
    ctx = make_context(given, clock, study=STUDY)
    yield Post(ctx)
    ctx.databases.close()


def codes_in(folder: Path) -> list[str]:
    """The codes that a phone reads from the pages of a batch."""
    found = []
    for file in sorted(folder.glob("*.pdf")):
        with pdfium.PdfDocument(file) as document:
            for number in range(0, len(document), 2):
                page = document[number].render(scale=200 / 72).to_pil()
                found += [one.text.rpartition("/")[2] for one in zxingcpp.read_barcodes(page)]
    return found


def test_everybody_gets_one_letter_in_their_language_and_the_manifest_adds_up(post: Post) -> None:
    for language in ("nl", "ar", "ti", "ar"):
        post.person(language)

    printed = post.print()

    assert printed is not None
    manifest = json.loads((printed.folder / printing.MANIFEST).read_text())
    assert manifest == printed.batch.manifest
    assert manifest["languages"] == {"ar": 2, "nl": 1, "ti": 1}
    assert (manifest["letters"], manifest["pages"], manifest["synthetic"]) == (4, 8, True)
    for file in manifest["files"]:
        content = (printed.folder / file["name"]).read_bytes()
        assert file["sha256"] == hashlib.sha256(content).hexdigest()
        with pdfium.PdfDocument(content) as document:
            assert len(document) == file["pages"] == 2 * file["letters"]
    assert sorted(codes_in(printed.folder)) == sorted(post.codes.values())
    assert post.print() is None
    # The printer has not got them yet.
    assert set(post.statuses()) == {MessageStatus.DUE}


def test_files_are_for_nobody_else_and_the_manifest_names_nobody(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        person = post.person()
        printed = post.print()
    assert printed is not None
    assert printed.folder.stat().st_mode & 0o777 == 0o700
    assert {one.stat().st_mode & 0o777 for one in printed.folder.iterdir()} == {0o600}
    told = (printed.folder / printing.MANIFEST).read_text() + caplog.text
    for secret in ("Persoon", "Geheim", "1234 AB", post.codes[person], person.hex):
        assert secret not in told


def test_letters_are_sent_when_the_printer_has_them_and_once(post: Post) -> None:
    post.person()
    printed = post.print()
    assert printed is not None

    assert printing.hand_over(post.ctx, printed.batch.id, by="f@example.nl").sent == 1
    assert post.statuses() == [MessageStatus.SENT]
    with pytest.raises(PrintingError, match="before"):
        printing.hand_over(post.ctx, printed.batch.id, by="f@example.nl")

    # Destroyed files of letters in the post make none of them due again.
    assert printing.destroy(post.ctx, printed.batch.id, by="f@example.nl") == 0
    assert not printed.folder.exists()
    assert post.statuses() == [MessageStatus.SENT]
    (batch,) = printing.batches(post.ctx, 2024)
    assert batch.destroyed_at is not None
    assert batch.manifest["letters"] == 1
    with post.ctx.databases.research.snapshot() as connection:
        assert audit.verify_chain(connection) is None


def test_batch_that_was_never_handed_over_can_be_printed_again(post: Post) -> None:
    post.person()
    first = post.print()
    assert first is not None
    assert printing.destroy(post.ctx, first.batch.id, by="f@example.nl") == 1
    assert printing.destroy(post.ctx, first.batch.id, by="f@example.nl") == 0
    with pytest.raises(PrintingError, match="destroyed"):
        printing.hand_over(post.ctx, first.batch.id, by="f@example.nl")

    again = post.print()
    assert again is not None
    assert again.batch.letters == 1


@pytest.mark.parametrize("where", ["manifest_of", "_settle"])
def test_batch_that_fails_halfway_leaves_nothing_and_can_be_printed_again(
    where: str, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.person()
    with monkeypatch.context() as broken:
        broken.setattr(printing, where, lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            post.print()

    assert printing.batches(post.ctx) == []
    assert list((post.ctx.settings.data_dir / printing.FOLDER).iterdir()) == []
    assert post.print() is not None


def test_who_answered_meanwhile_gets_no_letter(post: Post) -> None:
    post.person()
    post.person()
    with post.ctx.databases.research.write() as connection:
        set_case(connection, post.cases[0], CaseStatus.COMPLETE)

    printed = post.print()

    assert printed is not None
    assert printed.batch.letters == 1
    assert sorted(post.statuses()) == [MessageStatus.CANCELLED, MessageStatus.DUE]


def test_letter_that_cannot_be_written_stays_due_and_is_counted_by_reason(post: Post) -> None:
    post.person()
    post.person(street=None)
    post.person(**{"code:2024": None})
    post.person(name="李 ⼀")
    post.person(name="Wolfeschlegelsteinhausenbergerdorff" * 3)
    post.person("xx")

    printed = post.print()

    assert printed is not None
    reasons = {"no_address": 1, "no_code": 1, "no_glyph": 1, "no_words": 1, "too_long": 1}
    assert printed.cannot == printed.batch.manifest["left_out"] == reasons
    assert printed.batch.letters == 1
    assert printing.hand_over(post.ctx, printed.batch.id, by="f@example.nl").sent == 1
    assert post.statuses().count(MessageStatus.DUE) == 5


def test_letters_to_staff_are_among_the_others_and_open_nothing(post: Post, tmp_path: Path) -> None:
    for _ in range(5):
        post.person()
    file = tmp_path / "staff.yaml"
    file.write_text(
        "addresses:\n"
        '  - {name: "T. Tester", street: "Proefweg", house_number: "1", postcode: "1000 AA",'
        ' city: "Proefdorp"}\n'
        '  - {name: "T. Tester", street: "Proefweg", house_number: "1", postcode: "1000 AA",'
        ' city: "Proefdorp", language: "ar"}\n'
    )

    printed = post.print(test_addresses=read_trial_addresses(file), seed=7)

    assert printed is not None
    assert (printed.batch.letters, printed.batch.test_letters) == (5, 2)
    manifest = (printed.folder / printing.MANIFEST).read_text()
    assert "Tester" not in manifest
    codes = codes_in(printed.folder)
    assert len(codes) == 7
    assert set(post.codes.values()) < set(codes)
    assert printing.hand_over(post.ctx, printed.batch.id, by="f@example.nl").sent == 5


def test_file_of_test_addresses_is_refused_without_quoting_it(tmp_path: Path) -> None:
    file = tmp_path / "staff.yaml"
    file.write_text('addresses:\n  - {name: "T. Tester", straat: "Proefweg"}\n')
    with pytest.raises(TrialAddressesError) as refused:
        read_trial_addresses(file)
    assert "staff.yaml:2" in str(refused.value)
    assert "Proef" not in str(refused.value)


def test_letter_that_came_back_closes_the_channel_of_its_person(post: Post) -> None:
    person = post.person()
    printed = post.print()
    assert printed is not None
    with pdfium.PdfDocument(next(printed.folder.glob("*.pdf"))) as document:
        told = document[0].get_textpage().get_text_range()
    (reference,) = re.findall(r"Ref\. ([0-9a-f]{10})", told)
    with pytest.raises(NotOursError, match="no letter that was sent"):
        returned_letters.returned(post.ctx, [reference], by="f@example.nl")
    printing.hand_over(post.ctx, printed.batch.id, by="f@example.nl")

    once = returned_letters.returned(post.ctx, [f"Ref. {reference.upper()}"], by="f@example.nl")
    again = returned_letters.returned(post.ctx, [reference], by="f@example.nl")

    assert (once.new, again.new, again.known) == (1, 0, 1)
    assert post.statuses() == [MessageStatus.RETURNED]
    with post.ctx.databases.research.read() as connection:
        assert reach_of(connection, [person]) == {person: {Channel.LETTER: Reach.UNDELIVERABLE}}


@pytest.mark.parametrize("reference", ["", "12345", "zzzzzzzzzz", "0123456789"])
def test_reference_of_no_letter_is_refused(reference: str, post: Post) -> None:
    with pytest.raises(NotOursError, match="reference 1"):
        returned_letters.returned(post.ctx, [reference], by="f@example.nl")


@pytest.mark.parametrize("step", ["email_1", "letter_9"])
def test_step_without_letters_is_refused(step: str, post: Post) -> None:
    with pytest.raises(PrintingError, match=step):
        post.print(step=step)


def test_rehearsal_sees_letters_as_they_would_be_and_changes_nothing(post: Post) -> None:
    people = [post.person("ar", due=False), post.person("fa", due=False, city=None)]
    with post.ctx.databases.research.read() as connection:
        wave = load_wave(connection, 2024)
        before = connection.execute(select(models.Message.id)).all()
    assert wave is not None
    orders = [
        LetterOrder(case, person, "invitation", language)
        for case, person, language in zip(post.cases, people, ("ar", "fa"), strict=True)
    ]

    good, bad = render_letters(post.ctx, wave, orders)

    assert bad.problem == "no_address"
    assert good.pdf is not None
    with pdfium.PdfDocument(good.pdf) as document:
        assert len(document) == 2
        assert "Persoon-000" in document[0].get_textpage().get_text_range()
    with post.ctx.databases.research.read() as connection:
        assert connection.execute(select(models.Message.id)).all() == before
    problems = letters.letter_problems(post.ctx, wave, ["invitation", "again"])
    assert [one.partition(" of envelope")[0] for one in problems] == [
        "nobody has tested the window"
    ]


@pytest.mark.parametrize(("helpers", "said"), [(True, True), (False, False)])
def test_letter_of_a_wave_that_forbids_helpers_does_not_speak_of_them(
    post: Post, monkeypatch: pytest.MonkeyPatch, helpers: bool, said: bool
) -> None:
    def plan(study: Path, year: int) -> WavePlan:
        return replace(read_wave_plan(study, year), helpers=helpers)

    monkeypatch.setattr("app.services.lettering.letter_words.read_wave_plan", plan)
    person = post.person("ar", due=False)
    with post.ctx.databases.research.read() as connection:
        wave = load_wave(connection, 2024)
    assert wave is not None
    order = LetterOrder(post.cases[0], person, "invitation", "ar")

    (letter,) = render_letters(post.ctx, wave, [order])

    assert letter.pdf is not None
    with pdfium.PdfDocument(letter.pdf) as document:
        words = "".join(page.get_textpage().get_text_range() for page in document)
    assert ("mag u helpen" in " ".join(words.split())) is said
