"""The process behind the jobs of the staff site."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime
from typing import Any

import click

from app.cli_place import as_of, running_from, settings_of, where
from app.services.bootstrap import make_context
from app.services.jobs import work


@click.group()
def jobs() -> None:
    """Long work that staff asked for on a page."""


@jobs.command("work")
@as_of
@where
def work_(moment: datetime | None, **given: Any) -> None:  # noqa: ANN401 (click's options)
    """Do the jobs that wait, then end. The site starts this by itself."""
    settings = settings_of(given)
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(message)s")
    from app.page_sizes import question_page_sizes  # Flask is needed here only

    made = make_context(settings, running_from(moment, settings))
    ctx = replace(made, weigh=question_page_sizes)
    try:
        click.echo(f"{work(ctx)} jobs done")
    finally:
        ctx.databases.close()
