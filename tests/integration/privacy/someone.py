"""A person who left traces in every place there is: where tests of privacy start."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import insert, update

from app.messages.channels import Channel
from app.messages.statuses import MessageStatus, PersonEventKind, Reach
from app.services.context import ServiceContext
from app.services.interviewing import entrances
from app.services.interviewing.entrances import Entered
from app.services.interviewing.interviews import PageSaved, answer_page, load
from app.services.interviewing.posts import Post
from app.services.members import contacting
from app.storage import models, people
from app.storage.cases import CaseEvent, add_case_event
from app.storage.people import PersonEvent, ReachChange
from app.storage.types import new_id, table_of
from tests.builders import invite

NAME = "Almaz Tesfamariam"
"""Invented, as everything here."""
WORDS = "Ik mis mijn tuin in Keren, en de geit Bruna."
REFERENCE = "provider-ref-88213"
CLAIMS = "letter to Almaz"


@dataclass(frozen=True)
class Someone:
    """A person with a case, the code that opens it and the interview."""

    person_id: UUID
    case_id: UUID
    interview_id: UUID
    code_id: UUID
    code: str

    @property
    def mark(self) -> str:
        """Eight digits that nobody else has."""
        return f"{self.case_id.int % 10**8:08}"

    @property
    def contact(self) -> dict[str, str]:
        """Contact details, as imported."""
        return {
            "name": f"{NAME} {self.mark}",
            "street": f"Kanariepiet{self.mark}straat",
            "house_number": "117",
            "postcode": "9999 XZ",
            "city": "Rotterdam",
            "email": f"almaz{self.mark}@post.example",
            "phone": f"+316{self.mark}",
            "second_name": f"Yonas Habtemichael {self.mark}",
            "register_key": f"DUO-{self.mark}",
        }

    @property
    def words(self) -> str:
        """The own words of the person."""
        return f"{WORDS} {self.mark}"

    def tokens(self) -> list[bytes]:
        """What would give this person away, wherever it stood."""
        marks = (f"op-{self.mark}", f"device-mark-{self.mark}", f"{REFERENCE}-{self.mark}")
        ids = (self.code, self.interview_id.hex, str(self.interview_id))
        plain = (self.words, *marks, *ids, f"SYR-{self.mark}", f"+316{self.mark}", self.mark)
        own = [one for name, one in self.contact.items() if name not in _COMMON]
        return [one.encode() for one in (*plain, *own)]


_COMMON = ("house_number", "postcode", "city")


def someone(ctx: ServiceContext, *, thorough: bool = False, year: int = 2024) -> Someone:
    """Invite a person who answers, with contacts; ``thorough``: with traces of every kind."""
    frame = {"fr_group": "asiel", "fr_entry": "personal"}
    invited = invite(ctx, year, language="ar", frame=frame)
    now = ctx.clock.now()
    contacting.keep_code(ctx, invited.person_id, year, invited.code, at=now)
    entered = entrances.enter(ctx, invited.code, address="192.0.2.7", language="nl")
    assert isinstance(entered, Entered)
    found = Someone(
        invited.person_id, invited.case_id, entered.interview_id, entered.code_id, invited.code
    )
    contacting.change_contacts(ctx, [(found.person_id, found.contact)], at=now)
    with ctx.databases.research.write() as connection:
        table = table_of(models.SurveyCase)
        frame |= {"fr_birth_year": f"SYR-{found.mark}"}
        connection.execute(update(table).where(table.c.id == found.case_id).values(frame=frame))
    say(ctx, found, "c_mee", "ja")
    say(ctx, found, "k_wens", found.words)
    say(ctx, found, "p_mag", "ja")
    say(ctx, found, "p_adres", f"+316{found.mark}")
    if thorough:
        leave_more_traces(ctx, found)
    return found


def say(
    ctx: ServiceContext, who: Someone, page: str, value: str, *, language: str = "nl"
) -> str | None:
    """Post a page; return where it led, ``None`` when it was not taken."""
    revision = load(ctx, who.interview_id).state.revision
    post = Post(page, f"op-{who.mark}-{page}-{revision}", revision, {page: [value]}, language)
    reply = answer_page(ctx, who.interview_id, post, who.code_id)
    return reply.step if isinstance(reply, PageSaved) else None


def leave_more_traces(ctx: ServiceContext, who: Someone) -> None:
    """Messages, returned mail, an open link's mark, staff's words, printed letters, samples."""
    now, folder = ctx.clock.now(), ctx.settings.data_dir
    assert folder is not None
    batch, staff, opened = new_id(), new_id(), new_id()
    with ctx.databases.research.write() as connection:

        def put(model: type, **values: object) -> None:
            connection.execute(insert(table_of(model)), values)

        put(models.FrameImport, id=(frame := new_id()), name="DUO", sha256="0" * 64, rows=1,
            mapping={}, at=now, by="test")  # fmt: skip
        put(models.FrameUnit, id=who.person_id, import_id=frame, stratum="asiel_all",
            frame={"fr_group": "asiel", "fr_birth_year": f"SYR-{who.mark}"},
            language="ar")  # fmt: skip
        put(models.PrintBatch, id=batch, wave=2024, step="letter_1", letters=1, test_letters=0,
            manifest={"letters": 1}, made_at=now, made_by="test", handed_over_at=now)  # fmt: skip
        for channel in Channel:
            put(
                models.Message, id=(message := new_id()), case_id=who.case_id, wave=2024,
                step=f"{channel}_1", channel=channel, text="invitation", language="ar",
                status=MessageStatus.SENT, not_before=now, attempts=1, provider="bird",
                provider_reference=f"{REFERENCE}-{who.mark}-{channel}", created_at=now,
                settled_at=now,
                print_batch_id=batch if channel is Channel.LETTER else None,
            )  # fmt: skip
            put(models.MessageEvent, message_id=message, at=now, status=MessageStatus.SENT,
                detail={"provider_said": f"{REFERENCE}-{who.mark}"})  # fmt: skip
        add_case_event(
            connection, who.case_id, CaseEvent("call", now, {"told_by": who.contact["name"]})
        )
        people.set_reach(
            connection,
            [ReachChange(who.person_id, Channel.SMS, Reach.UNDELIVERABLE, now, "no_such_number")],
        )
        people.add_person_events(
            connection,
            [
                PersonEvent(
                    who.person_id,
                    PersonEventKind.ASSISTED,
                    now,
                    "test",
                    2024,
                    {"x": who.contact["name"]},
                )
            ],
        )
        put(models.OpenLink, id=(link := new_id()), wave=2024, slug="poster", name="Poster",
            opened_at=now)  # fmt: skip
        put(models.OpenEntry, case_id=who.case_id, link_id=link, counts=True,
            source_hash=f"device-mark-{who.mark}")  # fmt: skip
        put(models.Staff, id=staff, email="coder@example.nl", password_hash="x", totp_secret="x",
            role="analyst", created_at=now)  # fmt: skip
        put(models.OpenAnswer, id=opened, interview_id=who.interview_id, variable="k_wens",
            revision=2)  # fmt: skip
        put(models.OpenAnswerEvent, open_answer_id=opened, step="redacted", staff_id=staff, at=now,
            text=f"Mist een tuin {who.mark}", language="nl")  # fmt: skip
        put(models.PreloadVersion, id=(version := new_id()), wave=2024, number=1, built_on=[2023],
            frozen_at=now, frozen_by="test", hash="0" * 64, cases=1, counts={},
            left_out=0)  # fmt: skip
        put(models.Preload, case_id=who.case_id, version_id=version, frozen_at=now, contact=True,
            earlier={"answers": {"k_wens": {"value": who.words, "wave": 2023}}, "months": {}},
            hash="0" * 64)  # fmt: skip
        put(models.PreloadCorrection, id=new_id(), wave=2024, variable="k_wens", at=now,
            case_id=who.case_id, reason="misread", by="test")  # fmt: skip
    for name in ("letters", "rehearsals"):
        (folder / name / str(batch)).mkdir(parents=True)
        (folder / name / str(batch) / "letters.pdf").write_text(
            f"%PDF {CLAIMS} {who.mark} {who.code}"
        )
    codes = [{"case": who.case_id.hex, "code": who.code}, {"case": new_id().hex, "code": "x"}]
    (folder / "demo.json").write_text(json.dumps({"codes": codes}))
    (folder / "gunicorn.log").write_text("GET /c/**** 200\n")


def let_print_again(ctx: ServiceContext, batch: UUID) -> None:
    """Leave a batch unfinished, as somebody who is printing has it."""
    table = table_of(models.PrintBatch)
    with ctx.databases.research.write() as connection:
        connection.execute(update(table).where(table.c.id == batch).values(manifest={}))


def everything_on_disk(folder: Path) -> bytes:
    """Every byte of every file below a folder."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
