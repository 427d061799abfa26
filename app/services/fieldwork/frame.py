"""Taking register files in: checked as a whole, people to the contacts, the rest to the frame.

All of a file is taken in, or nothing. Contacts are committed first, in short units that keep
nobody waiting; the one unit in the research database decides. What a failed import left behind
is removed before the next one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from app.panel.sample_file import open_table, read_bytes
from app.panel.sample_file_checks import FrameRules
from app.panel.sample_file_columns import SampleMapping
from app.panel.sample_file_rows import Checked, Fault, SampleRow, check_rows
from app.panel.sample_limits import Limits
from app.panel.states import Role
from app.questionnaire.model import Bank, CodeEntry
from app.services.context import ServiceContext
from app.storage import audit, frame
from app.storage.contacts import bulk
from app.storage.contacts.keys import ContactKeys
from app.storage.contacts.people import NewContact
from app.storage.encryption import KeyRing
from app.storage.types import new_id

T = TypeVar("T")

MAY_DRAW = frozenset({Role.FIELDWORK, Role.RESEARCHER, Role.ADMIN})
"""Who may take in register files, draw from them and carry people on."""
UNKNOWN = "unknown"
_COHORT = re.compile(r"[A-Za-z0-9-]{1,20}")
_AT_A_TIME = 1_000
"""People written in one unit of the contacts: some 0.2 s, in which others wait."""

Progress = Callable[[int, int], None]


class FrameImportError(Exception):
    """A file cannot be taken in, for a reason that is not in its rows."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A file that was read and checked, and waits to be taken in."""

    sha256: str
    read_as: str
    checked: Checked = field(repr=False)
    mapping: SampleMapping
    cohort: str
    """Added to every stratum: people who were not in the frame of an earlier draw."""


def stage(
    ctx: ServiceContext,
    bank: Bank,
    path: Path,
    mapping: SampleMapping,
    *,
    limits: Limits,
    cohort: str = "",
    sheet: str | None = None,
    skip_known: bool = False,
) -> Staged:
    """Read a file and check every row of it, also against what was taken in before.

    Parameters
    ----------
    skip_known
        Leave out people of earlier imports, and count them; otherwise they are faults.

    Raises
    ------
    FrameImportError, SampleFileError
        If the cohort or the file is refused as a whole.
    """
    if cohort and not _COHORT.fullmatch(cohort):
        raise FrameImportError("a cohort is named by 1 to 20 letters, digits and hyphens")
    data = read_bytes(path, limits)
    table = open_table(data, limits, encoding=mapping.encoding, sheet=sheet)
    rules = frame_rules(bank, last_birth_year=ctx.clock.now().year)
    checked = check_rows(table.header, table.rows, mapping, rules, table.hidden)
    if checked.good:
        _check_against_earlier(ctx, checked, skip_known=skip_known)
    return Staged(hashlib.sha256(data).hexdigest(), table.read_as, checked, mapping, cohort)


@dataclass(frozen=True, slots=True)
class Again:
    """People of the frame as a later register knows them."""

    frames: dict[UUID, dict[str, str]] = field(repr=False)
    """Frame variables by pseudonym."""
    unknown: int
    """Rows of people who were never taken in."""


def read_again(
    ctx: ServiceContext, bank: Bank, path: Path, mapping: SampleMapping, *, limits: Limits
) -> Again:
    """Read a later register and return what it says of people of the frame; changes nothing.

    People are found by the key that the register itself gives them; names and addresses of the file
    are not looked at, and nothing of it is kept. What it does not know stays out.

    Raises
    ------
    FrameImportError, SampleFileError
        If the file has faults or gives people no key.
    """
    data = read_bytes(path, limits)
    table = open_table(data, limits, encoding=mapping.encoding)
    rules = frame_rules(bank, last_birth_year=ctx.clock.now().year)
    checked = check_rows(table.header, table.rows, mapping, rules, table.hidden)
    if not checked.good:
        first = checked.faults[0]
        raise FrameImportError(
            f"the register has {len(checked.faults)} faults; first, row {first.row},"
            f" {first.column}: expected {first.expected}"
        )
    by_key = {row.contact.get("register_key", ""): row for row in checked.rows}
    if "" in by_key:
        raise FrameImportError("the register gives people no key: nobody can be found again")
    with ctx.databases.contacts.read() as connection:
        same = bulk.people_with(connection, contact_keys(ctx), "register_key", by_key)
    with ctx.databases.research.snapshot() as connection:
        known = frame.units_by_id(connection, list(same.values()))
    frames = {
        who: {name: value for name, value in by_key[key].frame.items() if value != UNKNOWN}
        for key, who in same.items()
        if who in known
    }
    return Again(frames, len(checked.rows) - len(frames))


def frame_rules(bank: Bank, *, last_birth_year: int) -> FrameRules:
    """Return what a bank says of its frame variables, towns and countries."""
    countries = bank.code_lists.get("country", ())
    towns = _by_name(bank.code_lists.get("municipality", ()))
    # Registers write 0518 for what Statistics Netherlands calls GM0518.
    towns |= {code.lower().removeprefix("gm"): code for code in towns.values()}
    return FrameRules(
        values={one.var: one.values for one in bank.frame if one.var.startswith("fr_")},
        towns=towns,
        countries=_by_name(countries),
        country_names={one.code: one.text.get("nl", one.code) for one in countries},
        last_birth_year=last_birth_year,
    )


def take_in(
    ctx: ServiceContext, staged: Staged, *, name: str, by: str, progress: Progress | None = None
) -> frame.FrameImport:
    """Take a staged file in, all of it.

    Raises
    ------
    FrameImportError
        If the file has faults, or an import of that name is there.
    ImportRunningError
        If somebody else takes a file in, or draws, at this moment.
    """
    if not 1 <= len(name.strip()) <= 80 or not name.isprintable():
        raise FrameImportError("an import is named by 1 to 80 printable characters")
    if not staged.checked.good:
        raise FrameImportError("a file with faults is not taken in")
    if not staged.checked.rows:
        raise FrameImportError("everybody in the file is known or left out: nobody to take in")
    keys = contact_keys(ctx)
    with frame.one_at_a_time(ctx.databases.research):
        with ctx.databases.research.read() as connection:
            earlier = frame.list_imports(connection)
        if any(one.name == name for one in earlier):
            raise FrameImportError(f'an import named "{name}" is there already')
        if any(one.sha256 == staged.sha256 for one in earlier):
            raise FrameImportError("this very file was taken in already")
        sweep(ctx, keys)
        made = frame.FrameImport(
            id=new_id(),
            name=name,
            sha256=staged.sha256,
            rows=len(staged.checked.rows),
            mapping={
                **staged.mapping.as_json(),
                "cohort": staged.cohort,
                "read_as": staged.read_as,
                "left_out": dict(staged.checked.left_out),
            },
            at=ctx.clock.now(),
            by=by,
        )
        ids = [new_id() for _ in staged.checked.rows]
        with ctx.databases.contacts.write() as connection:
            bulk.open_journal(connection, keys, made.id, ids, at=made.at)
        _write_contacts(ctx, keys, made, staged.checked.rows, ids, progress)
        with ctx.databases.research.write() as connection:
            units = zip(ids, staged.checked.rows, strict=True)
            frame.add_import(connection, made, (_unit(made.id, *one, staged) for one in units))
            audit.append_audit(
                connection,
                at=made.at,
                staff_id=None,
                action="sample.imported",
                subject=f"import {made.id.hex}",
                detail={"by": by, "rows": made.rows, "sha256": made.sha256},
            )
        with ctx.databases.contacts.write() as connection:
            bulk.delete_contacts(connection, [made.id])
    return made


def sweep(ctx: ServiceContext, keys: ContactKeys) -> int:
    """Remove the contacts of imports that never came about; return how many.

    Call it with nobody else importing.
    """
    with ctx.databases.contacts.read() as connection:
        journals = bulk.read_journals(connection, keys)
    with ctx.databases.research.read() as connection:
        came_about = {one.id for one in frame.list_imports(connection)}
    removed = 0
    for import_id, people in journals.items():
        if import_id not in came_about:
            for some in _batches(people):
                with ctx.databases.contacts.write() as connection:
                    removed += bulk.delete_contacts(connection, some)
        with ctx.databases.contacts.write() as connection:
            bulk.delete_contacts(connection, [import_id])
    return removed


def discard(ctx: ServiceContext, names: Sequence[str], *, by: str, dry_run: bool = False) -> int:
    """Destroy the contacts of units of some imports that no draw has, reserves included.

    Nobody can be drawn from these imports afterwards. Returns how many.

    Raises
    ------
    FrameImportError
        If there is no import of a name.
    """
    with frame.one_at_a_time(ctx.databases.research):
        with ctx.databases.research.snapshot() as connection:
            imports = imports_named(frame.list_imports(connection), names)
            ids = frame.undrawn_units(connection, [one.id for one in imports])
        if dry_run or not ids:
            return len(ids)
        # Contacts first: when this ends halfway, the same command does the rest.
        for some in _batches(ids):
            with ctx.databases.contacts.write() as connection:
                bulk.delete_contacts(connection, some)
        now = ctx.clock.now()
        with ctx.databases.research.write() as connection:
            frame.mark_discarded(connection, ids, at=now)
            audit.append_audit(
                connection,
                at=now,
                staff_id=None,
                action="sample.discarded",
                subject="frame",
                detail={"by": by, "imports": list(names), "people": len(ids)},
            )
    return len(ids)


def imports_named(
    imports: Iterable[frame.FrameImport], names: Sequence[str]
) -> list[frame.FrameImport]:
    """Return imports by name; raise `FrameImportError` for one that is not there."""
    by_name = {one.name: one for one in imports}
    absent = [name for name in names if name not in by_name]
    if absent:
        raise FrameImportError(f"no import is named {', '.join(absent)}")
    return [by_name[name] for name in names]


def contact_keys(ctx: ServiceContext) -> ContactKeys:
    """Return what reads and writes contacts."""
    return ContactKeys(KeyRing(ctx.settings.contact_keys), ctx.settings.contact_index_key)


def _check_against_earlier(ctx: ServiceContext, checked: Checked, *, skip_known: bool) -> None:
    keys = contact_keys(ctx)
    with ctx.databases.research.snapshot() as connection:
        if not frame.list_imports(connection):
            return
    by_key = {
        row.contact["register_key"]: row for row in checked.rows if "register_key" in row.contact
    }
    by_likeness = {keys.likeness(row.likeness): row for row in checked.rows}
    with ctx.databases.contacts.read() as connection:
        same = bulk.people_with(connection, keys, "register_key", by_key)
        alike = bulk.people_with(connection, keys, "likeness", by_likeness)
    with ctx.databases.research.snapshot() as connection:
        # Others may be left over from an import that failed.
        known = frame.units_by_id(connection, list({*same.values(), *alike.values()}))
    repeated = {by_key[key].number for key, person in same.items() if person in known}
    if skip_known:
        checked.left_out["known from an earlier import"] += len(repeated)
        checked.rows = [row for row in checked.rows if row.number not in repeated]
    else:
        for number in sorted(repeated):
            checked.add(
                Fault(number, "register_key", "somebody of an earlier import", "new people only")
            )
        checked.faulty_rows += len(repeated)
    for number, person in sorted((by_likeness[key].number, who) for key, who in alike.items()):
        if person in known and number not in repeated:
            checked.warn(
                Fault(
                    number,
                    "(row)",
                    "name, address and birth year of an earlier import",
                    "two people",
                )
            )


def _write_contacts(
    ctx: ServiceContext,
    keys: ContactKeys,
    made: frame.FrameImport,
    rows: Sequence[SampleRow],
    ids: Sequence[UUID],
    progress: Progress | None,
) -> None:
    done = 0
    for some in _batches(list(zip(ids, rows, strict=True))):
        people = [
            NewContact(unit, {**row.contact, "likeness": keys.likeness(row.likeness)})
            for unit, row in some
        ]
        # Encrypting takes most of the time: outside the unit of work.
        sealed = bulk.seal_contacts(keys, people, at=made.at)
        with ctx.databases.contacts.write() as connection:
            bulk.add_sealed(connection, sealed)
        done += len(some)
        if progress is not None:
            progress(done, len(rows))


def _unit(import_id: UUID, unit: UUID, row: SampleRow, staged: Staged) -> frame.FrameUnit:
    parts = [row.frame[one] for one in staged.mapping.strata]
    if staged.cohort:
        parts.append(staged.cohort)
    return frame.FrameUnit(
        id=unit,
        import_id=import_id,
        stratum="_".join(parts),
        frame=row.frame,
        language=row.frame.get("fr_language", UNKNOWN),
    )


def _by_name(entries: Iterable[CodeEntry]) -> dict[str, str]:
    return {
        name.lower(): one.code
        for one in entries
        for name in (one.code, *one.text.values(), *one.also)
    }


def _batches(ones: Sequence[T]) -> Iterable[Sequence[T]]:
    waiting = iter(ones)
    while some := list(islice(waiting, _AT_A_TIME)):
        yield some
