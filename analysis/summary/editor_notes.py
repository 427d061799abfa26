"""What the draft of a summary leaves to its editor, as plain text; never part of the summary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from analysis.summary.model import Summary
from analysis.wording import Wording


def editor_notes(summary: Summary, say: Wording) -> str:
    """Give warnings, sentences left out with the reason, and what the summary does not cover."""
    return "\n".join(_lines(summary, say)) + "\n"


def _lines(summary: Summary, say: Wording) -> Iterator[str]:
    yield say.gettext("For the editor of the summary of %(wave)s", wave=summary.wave)
    yield ""
    yield say.gettext("Warnings:")
    yield from (f"- {warning}" for warning in summary.warnings)
    yield ""
    yield say.gettext("Sentences left out:")
    yield from (f"- {one.finding} ({one.place}): {one.reason}" for one in summary.left_out)
    yield ""
    yield say.gettext("Without a finding:")
    for part in fields(summary.coverage):
        missing = getattr(summary.coverage, part.name)
        if missing:
            yield f"- {', '.join(missing)}"
