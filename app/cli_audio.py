"""The commands of read aloud: how far it is, drafts, lists to record from, recordings in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from app.cli_place import services_of, where
from app.i18n.catalogs import CatalogError
from app.i18n.spoken import SpokenText
from app.services.content.instruments import StudyFaultsError
from app.services.context import ServiceContext
from app.services.speech import audio as clips

# Reading and writing sound loads numpy and libsndfile; only the commands that do it wait for them.

LANGUAGE = click.option("--language", "code", required=True, help="For example ar.")
BY = click.option("--by", help="Who does this, for the record; the speaker when not given.")
DONE_BY = click.option("--by", required=True, help="Who does this, for the record.")


@click.group("audio")
def audio() -> None:
    """Have the questionnaire read aloud: every clip says exactly the words of one text."""


@audio.command()
@click.option("--language", "code", help="One language, with every text that has no recording.")
@where
def status(code: str | None, **given: Any) -> None:  # noqa: ANN401 (click's options)
    """Count the texts of each language by what can be heard of them."""
    with _services(given) as ctx:
        codes = [code] if code else clips.languages(ctx.study, ctx.translations)
        found = [
            clips.status(ctx, one, clips.texts_to_speak(ctx.study, one, ctx.translations))
            for one in codes
        ]
    click.echo("language  texts  recorded  draft  stale  none  left over  minutes     MB")
    for one in found:
        kinds = one.coverage
        click.echo(
            f"{kinds.language:<8}  {one.texts:>5}  {len(kinds.recorded):>8}"
            f"  {len(kinds.draft):>5}  {len(kinds.stale):>5}  {len(kinds.none):>4}"
            f"  {one.left_over:>9}  {one.seconds / 60:>7.1f}  {one.bytes / 1e6:>5.1f}"
        )
    if code:
        for state in ("draft", "stale", "none"):
            for text in getattr(found[0].coverage, state):
                click.echo(f"{text.place}: {text.name}: {state}")


@audio.command()
@LANGUAGE
@BY
@where
def draft(code: str, by: str | None, **given: Any) -> None:  # noqa: ANN401
    """Let espeak-ng say every text that has no clip, for rehearsal; drafts never count as recorded.

    Only where it has that very language: no text is read in the voice of another one.
    """
    from app.delivery.speech import SpeechError
    from app.services.speech.audio_drafting import NoVoiceError
    from app.services.speech.audio_drafting import draft as make_drafts

    with _services(given) as ctx:
        try:
            done = make_drafts(ctx, code, _texts(ctx, code), by=by or "espeak-ng", told=_told)
        except (SpeechError, NoVoiceError) as error:
            raise click.ClickException(str(error)) from error
    click.echo(
        f"{code}: {done.made} drafts made by {done.voice}, {done.kept} texts had a clip,"
        f" {done.removed} old drafts removed"
    )


@audio.command("export-list")
@LANGUAGE
@click.option("--all", "recorded", is_flag=True, help="Also texts that have a recording.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@where
def export_list(code: str, recorded: bool, file: Path, **given: Any) -> None:  # noqa: ANN401
    """Write the texts that are to be recorded to a new FILE (CSV), with a file name for each."""
    from app.services.speech.audio_lists import ListError, write_list

    with _services(given) as ctx:
        coverage = clips.audio_coverage(ctx.databases.research, code, _texts(ctx, code))
        try:
            rows = write_list(file, coverage, recorded=recorded)
        except ListError as error:
            raise click.ClickException(str(error)) from error
    click.echo(f"{file}: {rows} texts")


@audio.command()
@LANGUAGE
@click.option("--speaker", required=True, help="Whose voice it is.")
@BY
@click.option("--replace", is_flag=True, help="Also where a text has a recording.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@where
def add(
    code: str,
    speaker: str,
    by: str | None,
    replace: bool,
    files: tuple[Path, ...],
    **given: Any,  # noqa: ANN401
) -> None:
    """Take in recordings: FILES named as in the list, or lists (CSV) of a file and a name.

    All of them or, with every problem named, none.
    """
    from app.services.speech.audio_recording import RecordingFaultsError, take_in

    with _services(given) as ctx:
        try:
            done = take_in(
                ctx,
                code,
                _texts(ctx, code),
                files,
                speaker=speaker,
                by=by or speaker,
                replace=replace,
            )
        except RecordingFaultsError as error:
            for fault in error.faults:
                click.echo(fault, err=True)
            raise click.ClickException("nothing was added") from error
    click.echo(
        f"{code}: {done.added} recordings added ({done.seconds:.0f} seconds,"
        f" {done.bytes / 1e6:.1f} MB), for {done.drafts_replaced} drafts and"
        f" {done.recordings_replaced} earlier recordings"
    )


@audio.command()
@LANGUAGE
@DONE_BY
@click.option("--drafts", is_flag=True, help="All drafts.")
@click.option("--stale", is_flag=True, help="What says words that nobody is asked any more.")
@click.argument("names", nargs=-1)
@where
def remove(
    code: str,
    by: str,
    drafts: bool,
    stale: bool,
    names: tuple[str, ...],
    **given: Any,  # noqa: ANN401
) -> None:
    """Remove the clips of the texts NAMES, or all of a kind, for good."""
    if not (drafts or stale or names):
        raise click.UsageError("expected --drafts, --stale or names of texts")
    with _services(given) as ctx:
        count = clips.remove(
            ctx, code, _texts(ctx, code), drafts=drafts, stale=stale, names=names, by=by
        )
    click.echo(f"{code}: {count} clips removed")


def _texts(ctx: ServiceContext, code: str) -> Sequence[SpokenText]:
    return clips.texts_to_speak(ctx.study, code, ctx.translations)


def _told(done: int, of: int) -> None:
    click.echo(f"{done} of {of}", err=True)


@contextmanager
def _services(given: dict[str, Any]) -> Iterator[ServiceContext]:
    """Give the services; what the user can mend ends the command with a message."""
    try:
        with services_of(given) as ctx:
            yield ctx
    except (
        StudyFaultsError,
        CatalogError,
        clips.NoSuchLanguageError,
        clips.NoSuchClipError,
    ) as error:
        raise click.ClickException(str(error)) from error
