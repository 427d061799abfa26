"""The commands of the privacy officer: what people asked about their data, and proof it was done.

A person is named by pseudonym or case. Who gives the command is an account of staff, with the role
that may: it is on record with everything done.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from app.cli_place import as_of, services_of, where
from app.i18n.locales import language_sets
from app.panel.privacy import Purpose, Through
from app.services.content.instruments import TRANSLATIONS
from app.services.context import ServiceContext
from app.services.members import consents as consents_
from app.services.members import panel_members
from app.services.members.consents import ErasedError
from app.services.privacy import audit_log, erasing, privacy_requests, retention
from app.services.privacy.access_copies import AccessCopy
from app.services.privacy.access_copies import as_json as told_as_json
from app.services.privacy.erasing import BusyError, NotErasedError, Order, Proof
from app.services.privacy.erasure_list import ErasureListError
from app.services.privacy.privacy_requests import RequestError

BY = click.option("--by", required=True, help="Your account: of a privacy officer or an admin.")


def _spoken(_context: click.Context, _option: click.Parameter, code: str) -> str:
    """A language that people are spoken to in: the copy and its record are in it."""
    supported = language_sets(TRANSLATIONS).supported
    if code not in supported:
        raise click.BadParameter(f"found {code!r}, expected one of {', '.join(supported)}")
    return code


LANGUAGE = click.option("--language", default="nl", show_default=True, callback=_spoken)
SURE = click.option("--yes", is_flag=True, help="Do not ask whether you are sure.")
ALSO = click.option(
    "--also",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Folder or file that is searched too: logs, releases, files of coders.",
)
LIST = click.option(
    "--erasures",
    type=click.Path(dir_okay=False, path_type=Path),
    help="List of who was erased, where there is no data directory.",
)


@click.group("privacy")
def privacy() -> None:
    """What people ask about their own data: a copy, to stop, to be forgotten; and by date."""


@privacy.command("requests")
@click.option("--all", "everything", is_flag=True, help="Also those that were handled.")
@as_of
@where
def requests(everything: bool, **given: Any) -> None:  # noqa: ANN401 (click's options)
    """List what was asked and by when it has to be done; overdue ones are marked."""
    with services_of(given) as ctx:
        today = ctx.clock.now().date()
        for one in privacy_requests.open_requests(ctx, all_of_them=everything):
            late = " OVERDUE" if one.handled_at is None and one.due_on < today else ""
            state = f"done {one.handled_at:%Y-%m-%d}" if one.handled_at else f"due {one.due_on}"
            click.echo(
                f"{one.id} {one.asked:<10} person {one.person_id.hex} asked"
                f" {one.asked_at:%Y-%m-%d} ({one.through}) {state}{late}"
            )


@privacy.command("handled")
@click.argument("request", type=click.UUID)
@click.option("--outcome", required=True, help="A word: done_on_paper, not_identified …")
@BY
@as_of
@where
def handled(request: UUID, outcome: str, by: str, **given: Any) -> None:  # noqa: ANN401
    """Say that a request was done in another way, or why it was not."""
    with _services(given, by) as (ctx, staff_id):
        privacy_requests.handle(ctx, request, outcome=outcome, by=by, staff_id=staff_id)
    click.echo("handled")


@privacy.command("consents")
@click.argument("who")
@click.option("--set", "purpose", type=click.Choice([one.value for one in Purpose]))
@click.option("--given/--not-given", "yes", default=False, help="What the person says to it now.")
@click.option("--words", default="", help="What the person was asked, word for word.")
@LANGUAGE
@BY
@as_of
@where
def consents(
    who: str,
    purpose: str | None,
    yes: bool,
    words: str,
    language: str,
    by: str,
    **given: Any,  # noqa: ANN401 (click's options)
) -> None:
    """Show the last word of a person on each purpose; with --set put another on record."""
    with _services(given, by) as (ctx, _):
        person_id = _person(ctx, who)
        if purpose is not None:
            if not words:
                raise click.UsageError("--set needs --words: what was the person asked?")
            new = consents_.set_consent(
                ctx, person_id, Purpose(purpose), given=yes, language=language, words=[words],
                through=Through.STAFF, by=by,
            )  # fmt: skip
            click.echo("put on record" if new else "that was so already")
        for one in consents_.consents_of(ctx, person_id):
            said = "yes" if one.given else "no"
            version = f"version {one.version_id[:12]}" if one.version_id else "no questionnaire"
            click.echo(
                f"{one.purpose:<10} {said:<3} {one.at:%Y-%m-%d %H:%M} {one.through:<13}"
                f" {one.language} {version} words {one.text_hash[:12]}"
            )


@privacy.command("access")
@click.argument("who")
@click.option("--language", required=True, callback=_spoken, help="That of the person.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="For a program instead of for the person.")
@BY
@as_of
@where
def access(who: str, language: str, out: Path, as_json: bool, by: str, **given: Any) -> None:  # noqa: ANN401
    """Write a copy of all that is known of a person to a new file that only you can read."""
    if out.exists():
        raise click.ClickException(f"{out} is there already")
    with _services(given, by) as (ctx, staff_id):
        copy = privacy_requests.ask_access(
            ctx, _person(ctx, who), language, through=Through.STAFF, by=by, staff_id=staff_id
        )
    text = (
        f"{json.dumps(told_as_json(copy), ensure_ascii=False, indent=1)}\n"
        if as_json
        else as_text(copy)
    )
    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise click.ClickException(f"{out} is there already") from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    click.echo(f"{out}: hand it over and destroy it")


@privacy.command("withdraw")
@click.argument("who")
@LANGUAGE
@SURE
@BY
@as_of
@where
def withdraw(who: str, language: str, yes: bool, by: str, **given: Any) -> None:  # noqa: ANN401
    """End a person's part in the study: nothing is sent any more; answers given so far are kept."""
    with _services(given, by) as (ctx, staff_id):
        person_id = _person(ctx, who)
        _sure(f"person {person_id.hex} takes part no longer", yes)
        done = privacy_requests.withdraw(
            ctx, person_id, language=language, through=Through.STAFF, by=by, staff_id=staff_id
        )
    click.echo("withdrawn" if done.new else "that was so already")


@privacy.command("ask-erasure")
@click.argument("who")
@LANGUAGE
@BY
@as_of
@where
def ask_erasure(who: str, language: str, by: str, **given: Any) -> None:  # noqa: ANN401
    """File that a person called or wrote to be forgotten; the part in the study ends at once."""
    with _services(given, by) as (ctx, staff_id):
        asked = privacy_requests.ask_erasure(
            ctx, _person(ctx, who), language=language, through=Through.STAFF, by=by,
            staff_id=staff_id,
        )  # fmt: skip
    click.echo(f"{asked.request_id}: due {asked.due_on}")


@privacy.command("erase")
@click.argument("who")
@click.option("--reason", type=click.Choice(erasing.REASONS), default="asked", show_default=True)
@ALSO
@LIST
@SURE
@BY
@as_of
@where
def erase(
    who: str,
    reason: str,
    also: tuple[Path, ...],
    erasures: Path | None,
    yes: bool,
    by: str,
    **given: Any,  # noqa: ANN401 (click's options)
) -> None:
    """Forget a person for good, search everything for what is left, and print the proof."""
    with _services(given, by) as (ctx, staff_id):
        person_id = _person(ctx, who)
        _sure(f"everything about person {person_id.hex} is destroyed; this cannot be undone", yes)
        proof = erasing.erase(
            ctx,
            Order(person_id, by, reason=reason, staff_id=staff_id, also=also, list_file=erasures),
        )
    _tell(proof)


@privacy.command("verify")
@click.argument("who", type=click.UUID)
@ALSO
@as_of
@where
def verify(who: UUID, also: tuple[Path, ...], **given: Any) -> None:  # noqa: ANN401
    """Look again whether an erased person is gone; ends with 1 when anything is left."""
    with services_of(given) as ctx:
        try:
            proof = erasing.verify(ctx, who, also=also)
        except NotErasedError as error:
            raise click.ClickException("this person was not erased") from error
    _tell(proof)


@privacy.command("verify-log")
@click.option("--head", "kept", help="A head that was kept elsewhere, as NUMBER:HASH.")
@as_of
@where
def verify_log(kept: str | None, **given: Any) -> None:  # noqa: ANN401
    """Hold the log of staff against its chain and kept heads; ends with 1 and names the row."""
    with services_of(given) as ctx:
        try:
            known = audit_log.parse_head(kept) if kept else None
        except audit_log.HeadError as error:
            raise click.ClickException(str(error)) from error
        found = audit_log.verify(ctx, known)
    if found.forged:
        raise click.ClickException(f"{found.forged} kept heads bear no signature of ours")
    if found.broken is not None:
        broken = found.broken
        raise click.ClickException(f"row {broken.seq}: {broken.kind}: {broken.reason}")
    click.echo(f"{found.rows} rows hold; head {found.head.seq}:{found.head.hash}")


@privacy.command("retention")
@click.option("--apply", "apply_", is_flag=True, help="Destroy what is due.")
@SURE
@click.option("--by", help="Your account; needed with --apply.")
@as_of
@where
def retain(apply_: bool, yes: bool, by: str | None, **given: Any) -> None:  # noqa: ANN401
    """Show what is due to be destroyed by date (retention.yaml of the study), or destroy it."""
    if apply_ and not by:
        raise click.UsageError("--apply needs --by")
    with services_of(given) as ctx:
        try:
            policy = retention.load_policy(ctx.study)
        except retention.RetentionError as error:
            raise click.ClickException(str(error)) from error
        if apply_ and by:
            _account(ctx, by)
            _sure("what is due is destroyed; this cannot be undone", yes)
            found = retention.apply(ctx, policy, by=by)
        else:
            found = retention.due(ctx, policy)
    for one in found:
        when = f"since {one.over_on}" if one.over_on else "as it comes"
        said = "destroyed" if apply_ else "due"
        rest = f"{one.count:>7,} {said} ({when})" if one.count else "        nothing due"
        waits = f" until {one.over_on}" if one.over_on and not one.count else ""
        counted = f"{one.term.days:>4} days after {one.term.since:<12}"
        click.echo(f"{one.term.kept:<22} {counted}{rest}{waits}")


def as_text(copy: AccessCopy) -> str:
    """Return a copy as plain text in its language, for a printer or an envelope."""
    parts = []
    for section in copy.sections:
        lines = [section.title, *filter(None, [section.lead])]
        for row in section.rows:
            note = f" ({row.note})" if row.note else ""
            lines.append(f"- {row.label}: {row.value}{note}")
        if not section.rows:
            lines.append(section.empty)
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _tell(proof: Proof) -> None:
    click.echo(json.dumps(dict(proof.detail), indent=1, ensure_ascii=False, sort_keys=True))
    if not proof.clean:
        raise click.ClickException("something of this person is left: see found and rows_left")


def _sure(what: str, yes: bool) -> None:
    if not yes:
        click.confirm(f"{what}. Are you sure?", abort=True)


def _person(ctx: ServiceContext, who: str) -> UUID:
    try:
        UUID(who)
    except ValueError as error:
        raise click.ClickException("expected the id of a person or of a case") from error
    found = panel_members.find_people(ctx, who)
    if not found:
        raise click.ClickException("there is no such person or case")
    return found[0]


def _account(ctx: ServiceContext, by: str) -> UUID:
    found = privacy_requests.officer(ctx, by)
    if found is None:
        roles = " or ".join(one.value for one in privacy_requests.OFFICERS)
        raise click.ClickException(f"--by is no open account with the role {roles}")
    return found


@contextmanager
def _services(given: dict[str, Any], by: str) -> Iterator[tuple[ServiceContext, UUID]]:
    """Give the services and the account, and say in a line why something cannot be done."""
    with services_of(given) as ctx:
        staff_id = _account(ctx, by)
        try:
            yield ctx, staff_id
        except ErasedError as error:
            raise click.ClickException("this person was erased") from error
        except RequestError as error:
            raise click.ClickException("there is no such open request") from error
        except (BusyError, ErasureListError, ValueError) as error:
            raise click.ClickException(str(error)) from error
