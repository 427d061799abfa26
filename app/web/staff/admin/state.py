"""The state of the installation in words and tables."""

from __future__ import annotations

from collections.abc import Sequence

from app.messages.channels import Channel
from app.services.accounts.installation import DatabaseHealth, Health, Queues, Setting
from app.services.jobs import JobState
from app.settings import PREFIX
from app.web.respond.words import Translate
from app.web.staff.figures import Figures
from app.web.staff.view import Row, Table

_GIGA, _MEGA = 1_000_000_000, 1_000_000
_ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def needs_of(_: Translate, found: Health) -> list[str]:
    """Return what needs something, each with what to do; empty when all is well."""
    needs = []
    for one in found.databases:
        name = _database_name(_, one)
        if not one.answers:
            needs.append(_("%(name)s does not answer: look at the database server.", name=name))
        elif not one.current:
            needs.append(
                _("%(name)s is older than the program: run “python -m app migrate”.", name=name)
            )
    if found.disk_low:
        needs.append(_("Less than 1 GB is free: make room before the next backup."))
    if found.waits_for_a_worker:
        needs.append(
            _(
                "Messages that are due: %(count)s, and no worker sends them: start"
                " “python -m app worker”.",
                count=found.due,
            )
        )
    if found.backup_old:
        needs.append(_("There is no backup of the last day: run “python -m app backup FILE”."))
    if found.fonts_missing:
        needs.append(_("The fonts of letters are missing: install the package fonts-noto-core."))
    return needs


def health_table(_: Translate, figures: Figures, found: Health) -> Table:
    """Return how everything stands."""
    rows = [Row(_database_name(_, one), (_database_words(_, one),)) for one in found.databases]
    free = _("not known: there is no data directory")
    if found.disk_free is not None:
        free = _("%(size)s GB free", size=figures.decimal(found.disk_free / _GIGA, 1))
    fonts = _("missing") if found.fonts_missing else _("there")
    sent = _("never") if found.last_sent_at is None else figures.moment(found.last_sent_at)
    rows += [
        Row(_("Disk"), (free,)),
        Row(_("Fonts of letters"), (fonts,)),
        Row(_("Workers that send messages"), (_workers_words(_, figures, found),)),
        Row(_("A worker last took a message"), (sent,)),
        Row(_("Last backup"), (_backup_words(_, figures, found),)),
        Row(_("Version of the program"), (found.version,)),
    ]
    return Table(
        "health", _("How everything stands"), [_("What"), _("State")], rows, numbers_from=2
    )


def _workers_words(_: Translate, figures: Figures, found: Health) -> str:
    if found.workers is None:
        return _("not known: there is no data directory")
    if found.at_work:
        return _(
            "%(count)s at work, last heard of %(moment)s",
            count=figures.count(len(found.at_work)),
            moment=figures.moment(found.at_work[0].at),
        )
    if found.workers:
        return _(
            "none at work; one ended without a word, last heard of %(moment)s",
            moment=figures.moment(found.workers[0].at),
        )
    return _("none at work")


def _backup_words(_: Translate, figures: Figures, found: Health) -> str:
    made = found.last_backup
    if made is None:
        return _("none was made by this program")
    return _(
        "%(moment)s; rows: %(rows)s, %(size)s MB",
        moment=figures.moment(made.made_at),
        rows=figures.count(made.rows),
        size=figures.decimal(made.bytes / _MEGA, 1),
    )


def message_table(_: Translate, figures: Figures, found: Queues) -> Table:
    """Return messages on their way by channel."""
    rows = [
        Row(
            _channel_words(_, one.channel),
            [
                figures.count(one.due),
                figures.count(one.sending),
                figures.count(one.unknown),
                figures.count(one.failed),
                _("nothing") if one.paused_until is None else figures.moment(one.paused_until),
            ],
        )
        for one in found.channels
    ]
    head = [
        _("Channel"),
        _("Due"),
        _("Being sent"),
        _("Unknown"),
        _("Given up"),
        _("Held back until"),
    ]
    return Table("messages", _("Messages on their way"), head, rows)


def job_table(_: Translate, figures: Figures, found: Queues) -> Table:
    """Return long work by state, of the last two hundred."""
    words = {
        JobState.WAITING: _("Waiting"),
        JobState.RUNNING: _("Running"),
        JobState.DONE: _("Done"),
        JobState.FAILED: _("Failed"),
        JobState.STOPPED: _("Stopped by somebody"),
    }
    rows = [Row(words[one], (figures.count(found.jobs.get(one, 0)),)) for one in JobState]
    rows.append(Row(_("Gone without a word"), (figures.count(found.jobs_lost),)))
    return Table("jobs", _("Long work, the last 200"), [_("State"), _("Number")], rows)


def settings_table(_: Translate, shown: Sequence[Setting]) -> Table:
    """Return the settings; of secrets only that they are there, of keys their names."""
    rows = [Row(f"{PREFIX}{one.name.upper()}", (_setting_words(_, one),)) for one in shown]
    head = [_("Setting"), _("Value")]
    return Table("settings", _("What this installation is set to"), head, rows, numbers_from=2)


def _setting_words(_: Translate, one: Setting) -> str:
    if one.secret:
        if one.value is None:
            return _("set; not shown")
        return _("keys set, not shown; their names: %(names)s", names=one.value)
    return _("not set") if one.value is None else one.value


def _database_name(_: Translate, one: DatabaseHealth) -> str:
    return {
        "research": _("Database of answers"),
        "contacts": _("Database of people"),
    }[str(one.schema)]


def _database_words(_: Translate, one: DatabaseHealth) -> str:
    engine = _ENGINES.get(one.engine, one.engine)
    if not one.answers:
        return _("%(engine)s, does not answer", engine=engine)
    if not one.current:
        return _("%(engine)s, older than the program", engine=engine)
    return _("%(engine)s, answers and is up to date", engine=engine)


def _channel_words(_: Translate, channel: Channel) -> str:
    return {
        Channel.LETTER: _("Letters"),
        Channel.EMAIL: _("E-mail"),
        Channel.SMS: _("Text messages"),
    }[channel]
