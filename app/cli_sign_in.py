"""Signing in at the command line, for what one person alone may not do."""

from __future__ import annotations

from dataclasses import replace

import click

from app.clock import SystemClock
from app.services.accounts import staff
from app.services.context import ServiceContext
from app.services.messaging.mailings import MAY_SEND
from app.services.open_ended.open_answers import member_who
from app.storage.staff import StaffMember

HERE = "the command line"
_PASSWORD = {
    staff.Refusal.WRONG: "the password is not right",
    staff.Refusal.TOO_MANY: "too many wrong tries; wait an hour",
    staff.Refusal.ENDED: "the password was too long ago; begin again",
}
_CODE = _PASSWORD | {
    staff.Refusal.WRONG: "the code is not right, or it was used before; wait for the next one",
}
password_option = click.option("--password", help="Asked for when it is needed and not given.")
code_option = click.option(
    "--code", help="Of the authenticator; asked for when needed and not given."
)


def signed_in(
    ctx: ServiceContext, email: str, password: str | None, code: str | None
) -> StaffMember:
    """Return who signed in with password and authenticator; the session ends at once."""
    member = member_who(ctx, email, MAY_SEND)
    # An authenticator knows no made-up time.
    ctx = replace(ctx, clock=SystemClock())
    given = password or click.prompt(f"Password of {email}", hide_input=True)
    waiting = staff.check_password(ctx, email, given, address=HERE)
    if isinstance(waiting, staff.Refusal):
        raise click.ClickException(f"not signed in: {_PASSWORD[waiting]}")
    entry = staff.check_code(ctx, waiting, code or click.prompt("Code of the authenticator"))
    if isinstance(entry, staff.Refusal):
        raise click.ClickException(f"not signed in: {_CODE[entry]}")
    staff.sign_out(ctx, entry.token)
    return member
