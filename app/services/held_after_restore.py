"""What a restored backup would send a second time: held until a person says what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, update

from app.messages.channels import Channel
from app.messages.statuses import MailingStatus
from app.services.messaging.lost_days import RESTORED, Halted
from app.storage import incentive_stock, incentives
from app.storage.audit import append_audit
from app.storage.messages import presume_sent
from app.storage.migrate import METADATA, Schema
from app.storage.moment import database_now


@dataclass(frozen=True, slots=True)
class Doubtful:
    """Thank-yous of a restored backup, of which some may have gone out since it was made."""

    unknown: int = 0
    """Waited to be sent then; staff settles each."""
    codes: int = 0
    """Gift codes in stock then: whoever was given one since has it, and it is given once more."""


def doubt_thanks(research: Connection, manifest: dict[str, Any]) -> Doubtful:
    """Let no thank-you that waited go by itself, on record: it may have gone since."""
    if f"{Schema.RESEARCH}/incentive.jsonl" not in manifest["tables"]:
        return Doubtful()  # of before there were any
    now = database_now(research)
    found = Doubtful(
        incentives.presume_unknown(research, now=now, reason=RESTORED),
        incentive_stock.codes_in_stock(research),
    )
    if found.unknown or found.codes:
        append_audit(
            research,
            at=now,
            staff_id=None,
            action="incentives.restored",
            subject="incentives",
            detail={"unknown": found.unknown, "codes_in_stock": found.codes},
        )
    return found


def halt_mailings(research: Connection, manifest: dict[str, Any]) -> tuple[Halted, ...]:
    """Make running mailings wait for a person's word, on record; return them.

    What was sent after the backup was made is due again: workers would send it a second time. So
    what they may have sent by now is unknown from here on. What was put down after the backup is
    not here; `lost_days` holds that.
    """
    table = METADATA[Schema.RESEARCH].tables["mailing"]
    if f"{Schema.RESEARCH}/{table.name}.jsonl" not in manifest["tables"]:
        return ()  # of before there were any
    running = table.c.status == MailingStatus.RUNNING
    # By name of column: the schema is that of the backup still.
    columns = (table.c.wave, table.c.step, table.c.channel, table.c.approved_at)
    ran = select(*columns).where(running).order_by(table.c.wave, table.c.step)
    halted = tuple(Halted(*row) for row in research.execute(ran))
    if not halted:
        return ()
    research.execute(
        update(table)
        .where(running)
        .values(status=MailingStatus.WAITING, approved_by=None, approved_at=None)
    )
    now = database_now(research)
    unknown = {
        f"{one.wave} {one.step}": presume_sent(
            research, wave=one.wave, step=one.step, by=now, reason=RESTORED, now=now
        )
        for one in halted
        if one.channel is not Channel.LETTER
    }
    append_audit(
        research,
        at=now,
        staff_id=None,
        action="mailing.wait",
        subject="all that ran",
        detail={
            "why": "restored",
            "made_at": manifest["made_at"],
            "steps": [f"{one.wave} {one.step}" for one in halted],
            "unknown": unknown,
        },
    )
    return halted
