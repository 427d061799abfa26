"""A study whose every word is an attack: in its files, in what people typed, in what staff wrote.

Each string closes an attribute and a tag, opens a script and an image that fails, and begins as a
formula does. Where any page writes one down unescaped, the browser runs it or its policy says so.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from sqlalchemy import func, insert, select, update

from app.clock import FixedClock
from app.messages.statuses import PersonEventKind
from app.panel.dpia import names_of_fields
from app.panel.privacy import Asked, Outcome
from app.panel.states import Role
from app.questionnaire.model import Bank, Condition, Place
from app.services.accounts.staff import Visit
from app.services.content.instruments import InstrumentLibrary
from app.services.context import ServiceContext
from app.services.members import contacting
from app.services.privacy import audit_heads, privacy_desk
from app.services.privacy import dpia as assessments
from app.services.thanks import incentives_stock
from app.storage import audit, models, people
from app.storage.cases import CaseEvent, add_case_event
from app.storage.models.staff import SignInStage
from app.storage.people import PersonEvent
from app.storage.types import new_id, table_of
from tests.builders import KINDS, context, field_wave, kinds_bank
from tests.conftest import copy_template
from tests.integration.privacy.someone import say, someone
from tests.integration.staff.conftest import NOON, Account, add_account

ATTACK = "='\"></title></textarea></script><script>alert(1)</script><img src=x onerror=alert(2)>"
WORDS = "<script>alert(3)</script><img src=x onerror=alert(4)>\"'"
"""Without what a study's files give a meaning: braces, and a point at the end."""
LANGUAGES = ("nl", "en", "ar", "tr", "ti", "fa")


def email_of(role: Role) -> str:
    """An address that is an attack, and still an address; stored in lower case."""
    return f'"><img/src=x/onerror=alert(5)>{role}@example.org'


def accounts(ctx: ServiceContext) -> dict[Role, Account]:
    """One account for every role, each with such an address; made once."""
    folder = ctx.settings.data_dir
    assert folder is not None
    if folder not in _ACCOUNTS:
        _ACCOUNTS[folder] = {role: add_account(ctx, role, email_of(role)) for role in Role}
    return _ACCOUNTS[folder]


_ACCOUNTS: dict[Path, dict[Role, Account]] = {}


def hostile_study(folder: Path) -> Path:
    """Copy the small study with an attack after every text; its check refuses each of them."""
    shutil.copytree(KINDS, folder)
    for file in folder.rglob("*.yaml"):
        content = yaml.safe_load(file.read_text("utf-8"))
        file.write_text(
            yaml.safe_dump(_in_file(content), allow_unicode=True, sort_keys=False, width=10_000),
            encoding="utf-8",
        )
    return folder


def _in_file(value: Any, key: object = None) -> Any:
    if isinstance(value, dict):
        return {name: _in_file(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_in_file(one) for one in value]
    return f"{value} {WORDS}" if isinstance(value, str) and key in LANGUAGES else value


def hostile_bank(bank: Bank) -> Bank:
    """Put an attack behind every text that somebody reads, past the check of the files."""
    changed = _in_bank(bank)
    assert isinstance(changed, Bank)
    return changed


def _in_bank(value: Any) -> Any:
    if isinstance(value, Mapping):
        if value and set(value) <= set(LANGUAGES):
            return {code: f"{text} {WORDS}" for code, text in value.items()}
        return {name: _in_bank(inner) for name, inner in value.items()}
    if isinstance(value, tuple):
        return tuple(_in_bank(one) for one in value)
    if is_dataclass(value) and not isinstance(value, type | Condition | Place):
        inner = {one.name: _in_bank(getattr(value, one.name)) for one in fields(value) if one.init}
        return replace(value, **inner)
    return value


def small_site(template: Path, folder: Path, study: Path = KINDS) -> Iterator[ServiceContext]:
    """The small study with a hostile version in the field and one hostile person."""
    urls = copy_template(template, folder / "databases")
    (folder / "data").mkdir()
    opened = context(urls, FixedClock(NOON), study, data_dir=folder / "data")
    accounts(opened)
    # Published versions are kept by their hash, for all tests: this one gets a library of its own.
    opened = replace(opened, instruments=InstrumentLibrary())
    field_wave(opened, hostile_bank(kinds_bank()))
    who = someone(opened, thorough=True)
    say(opened, who, "k_wens", ATTACK)
    leave_attacks(opened, who.person_id, who.case_id)
    yield opened
    opened.databases.close()


def leave_attacks(ctx: ServiceContext, person_id: UUID, case_id: UUID) -> None:
    """Put an attack wherever a person, a file or staff can leave words."""
    now = ctx.clock.now()
    names = ("name", "street", "city", "email", "phone", "second_name", "second_email")
    contacting.change_contacts(ctx, [(person_id, dict.fromkeys(names, ATTACK))], at=now)
    _rows(ctx, person_id, case_id)
    incentives_stock.add_cards(ctx, 3, name="Cards", value="10.00", by=ATTACK)
    incentives_stock.write_off(ctx, "Cards", reason=ATTACK, by=ATTACK)
    _privacy(ctx, person_id)


def _rows(ctx: ServiceContext, person_id: UUID, case_id: UUID) -> None:
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:

        def put(model: type, **values: object) -> None:
            connection.execute(insert(table_of(model)), values)

        case, interview = table_of(models.SurveyCase), table_of(models.Interview)
        frame = connection.execute(select(case.c.frame).where(case.c.id == case_id)).scalar_one()
        hostile = frame | {"fr_municipality": ATTACK, "fr_country": ATTACK, "fr_birth_year": ATTACK}
        connection.execute(update(case).where(case.c.id == case_id).values(frame=hostile))
        answer = table_of(models.Answer)
        own = select(interview.c.id).where(interview.c.case_id == case_id)
        connection.execute(
            update(answer)
            .where(answer.c.interview_id.in_(own), func.length(answer.c.value) > 12)
            .values(value=ATTACK)
        )
        connection.execute(
            update(interview).where(interview.c.case_id == case_id).values(device=ATTACK)
        )
        put(models.WaveEvent, wave=2024, from_status="open", to_status="paused", at=now, by=ATTACK,
            note=ATTACK)  # fmt: skip
        put(models.WaveEvent, wave=2024, from_status="paused", to_status="open", at=now, by=ATTACK,
            note=ATTACK)  # fmt: skip
        put(models.FrameImport, id=new_id(), name=ATTACK, sha256="1" * 64, rows=1, mapping={},
            at=now, by=ATTACK)  # fmt: skip
        put(models.OpenLink, id=new_id(), wave=2024, slug="hostile", name=ATTACK, opened_at=now)
        add_case_event(connection, case_id, CaseEvent("call", now, {"told_by": ATTACK}))
        events = [
            PersonEvent(person_id, kind, now, ATTACK, 2024, {"reason": ATTACK, "told_by": ATTACK})
            for kind in (PersonEventKind.REFUSED_SOFT, PersonEventKind.REFUSAL_UNDONE)
        ]
        people.add_person_events(connection, events)
        audit.append_audit(
            connection, at=now, staff_id=None, action="hostile", subject=ATTACK,
            detail={"by": ATTACK, ATTACK: [ATTACK, {"x": ATTACK}]},
        )  # fmt: skip
        put(models.PreloadCorrection, id=new_id(), wave=2024, variable="k_wens", at=now,
            case_id=case_id, reason=ATTACK, by=ATTACK)  # fmt: skip


def _privacy(ctx: ServiceContext, person_id: UUID) -> None:
    email = email_of(Role.PRIVACY_OFFICER)
    with ctx.databases.research.read() as connection:
        staff = table_of(models.Staff)
        found = connection.execute(select(staff.c.id).where(staff.c.email == email)).first()
    assert found is not None
    visit = Visit(
        staff_id=found.id, email=email, role=Role.PRIVACY_OFFICER, stage=SignInStage.FULL, key="k"
    )
    refused = privacy_desk.file(ctx, visit, person_id, Asked.ACCESS)
    privacy_desk.answer(ctx, visit, refused, Outcome.EXCESSIVE)
    privacy_desk.file(ctx, visit, person_id, Asked.ACCESS)
    texts = dict.fromkeys(names_of_fields(), ATTACK)
    assessments.save(ctx, visit, texts, seen=0, study_hash=ATTACK)
    audit_heads.keep_today(ctx)


def hostile_panel(panel: ServiceContext) -> ServiceContext:
    """The synthetic panel of the real study, with one person and all that staff wrote hostile."""
    accounts(panel)
    with panel.databases.research.read() as connection:
        case = table_of(models.SurveyCase)
        row = connection.execute(
            select(case.c.id, case.c.person_id).where(case.c.status == "complete").limit(1)
        ).one()
    leave_attacks(panel, row.person_id, row.id)
    return panel
