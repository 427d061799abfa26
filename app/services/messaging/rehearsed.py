"""Whether what a wave would send was rehearsed, and is still what was rehearsed."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from sqlalchemy import Connection

from app.messages.channels import Channel
from app.messages.texts import FOLDER
from app.services.context import ServiceContext
from app.services.messaging.addressing import Field, load_field
from app.services.messaging.contact_plan import load_contact_plan
from app.services.messaging.message_texts import load_message_texts
from app.storage import mailings
from app.storage.mailings import Rehearsal
from app.storage.waves import Wave, load_wave

SAMPLES = "rehearsals"
"""Folder of the data directory in which the samples of each wave lie."""


class NotRehearsedError(Exception):
    """There is no rehearsal that holds; the message says what to do."""


def inputs_of(ctx: ServiceContext, field: Field) -> str:
    """Return SHA-256 of all that decides who could be sent what: another one voids a rehearsal.

    Plan, words, sender, version, dates, cases, their languages and channels. Not what became of a
    case, nor refusals and returned mail: these only ever take messages away, and each message is
    checked against them again at the moment it goes.
    """
    cases = [
        [
            case.case_id.hex,
            case.language,
            case.took_part,
            *(case.person_id in field.channels[channel] for channel in Channel),
            case.has_code and case.person_id in field.printable,
        ]
        for case in field.cases
    ]
    return _sha256([words_of(ctx, field), cases])


def words_of(ctx: ServiceContext, field: Field) -> str:
    """Return SHA-256 of what is said to everybody: plan, words, sender, version, dates."""
    texts, _ = load_message_texts(ctx.study, ctx.translations, languages_of(field))
    wave = field.wave
    return _sha256(
        {
            "files": _files(ctx.study / FOLDER),
            "words": {one.context: dict(one.text) for one in texts.all()} if texts else {},
            "site": ctx.settings.public_url,
            "version": wave.version_id,
            "dates": [wave.opens_on.isoformat(), wave.closes_on.isoformat()],
        }
    )


def still_said(ctx: ServiceContext, connection: Connection, field: Field) -> bool:
    """Tell whether what would be said is what the last rehearsal of the wave said."""
    last = mailings.latest_rehearsal(connection, field.wave.year)
    return last is not None and last.counts.get("words") == words_of(ctx, field)


def languages_of(field: Field) -> tuple[str, ...]:
    """Return the languages that the people of a wave are written to in."""
    return tuple(sorted({case.language for case in field.cases}))


def standing_rehearsal(
    ctx: ServiceContext, connection: Connection, wave: Wave, field: Field
) -> Rehearsal:
    """Return the last rehearsal of a wave if nothing is in its way and nothing changed since.

    Raises
    ------
    NotRehearsedError
        If there is none, or it has blockers, or something is different now.
    """
    last = mailings.latest_rehearsal(connection, wave.year)
    if last is None:
        raise NotRehearsedError(f"wave {wave.year} was never rehearsed")
    if last.blockers:
        count = len(last.blockers)
        raise NotRehearsedError(
            f"the last rehearsal of wave {wave.year} found {count} blockers, first: "
            f"{last.blockers[0]}"
        )
    if last.inputs != inputs_of(ctx, field):
        raise NotRehearsedError(
            f"something changed since the last rehearsal of wave {wave.year}: rehearse again"
        )
    return last


def refuse_unrehearsed(ctx: ServiceContext, year: int) -> None:
    """Raise `NotRehearsedError` when a wave would send what nobody rehearsed.

    A study without a contact plan sends nothing. Synthetic people get nothing, so nobody need
    rehearse; but where somebody did, it counts, as it does for who asks for a step.
    """
    plan = load_contact_plan(ctx.study)
    if plan is None:
        return
    with ctx.databases.research.snapshot() as connection:
        wave = load_wave(connection, year)
        last = mailings.latest_rehearsal(connection, year)
        if wave is not None and (last is not None or not ctx.settings.synthetic):
            field = load_field(ctx, connection, wave, plan)
            standing_rehearsal(ctx, connection, wave, field)


def forget_samples(ctx: ServiceContext, year: int) -> None:
    """Destroy the letters that were rendered for the last rehearsal of a wave."""
    if ctx.settings.data_dir is not None:
        shutil.rmtree(ctx.settings.data_dir / SAMPLES / str(year), ignore_errors=True)


def _files(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.glob("*.yaml"))
    }


def _sha256(content: object) -> str:
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
