"""The command that prints letters again which never reached the post."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import click

from app.cli_place import as_of, moment_of, services_of, where
from app.cli_sign_in import code_option, password_option, signed_in
from app.services.lettering import reprinting
from app.services.open_ended.open_answers import NotAllowedError


@click.command()
@click.argument("batch", type=click.UUID)
@click.option("--reason", help="Ask for it, with why: a word such as printer_jammed.")
@click.option("--approve", is_flag=True, help="Agree to it, as somebody else than who asked.")
@click.option("--by", "email", required=True, help="E-mail address of a member of staff.")
@password_option
@code_option
@as_of
@where
def reprint(
    batch: UUID,
    reason: str | None,
    approve: bool,
    email: str,
    password: str | None,
    code: str | None,
    moment: datetime | None,
    **given: Any,  # noqa: ANN401 (click's options)
) -> None:
    """Make letters due again that were handed over, but destroyed before they were posted.

    One person asks with --reason, another agrees with --approve; both sign in. Only they know that
    the letters are not in the post: whoever got one already would get a second.
    """
    if (reason is None) is not approve:
        raise click.UsageError("give --reason to ask, or --approve to agree, one of the two")
    with services_of(given, moment) as ctx:
        try:
            member = signed_in(ctx, email, password, code)
            at = moment_of(ctx, moment)
            if reason is not None:
                letters = reprinting.ask(ctx, batch, member, reason=reason, moment=at)
                click.echo(f"{letters} letters would be due again; somebody else has to --approve")
            else:
                letters = reprinting.agree(ctx, batch, member, moment=at)
                click.echo(f"{letters} letters are due again: letters print")
        except (NotAllowedError, reprinting.ReprintError) as error:
            raise click.ClickException(str(error)) from error
