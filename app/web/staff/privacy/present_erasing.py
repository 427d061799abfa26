"""An erasure to come, and one that was → the words and figures of their pages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from app.services.privacy.erasure_preview import KeptProof, Preview
from app.web.respond.words import Translate
from app.web.staff.figures import Figures
from app.web.staff.listing import Cell, Column
from app.web.staff.privacy.frame import PATH
from app.web.staff.privacy.words import kind_words, table_words, trace_words
from app.web.staff.view import Row, Table

_RELEASE = re.compile(r"releases/(\d+)(?:/|$)")
_SHORT = 8
"""Digits of a pseudonym that lists show."""


def goes(_: Translate, figures: Figures, found: Preview) -> Table:
    """Return what will go, with how many rows of it there are."""
    counts = {**found.rows, "contact": int(found.contact)}
    rows = [
        Row(words, (figures.count(counts[name]),))
        for name, words in table_words(_).items()
        if counts.get(name)
    ]
    head = (_("What goes"), _("Rows"))
    return Table("goes", _("What goes, for good"), head, rows)


def stays(_: Translate) -> list[str]:
    """Return what stays, and why."""
    return [
        _(
            "That somebody was drawn from this stratum: number of the person, stratum, weight. The"
            " sample has to add up; it leads to nobody any more."
        ),
        _("Who had answered counts as a refusal: a response without answers would be weighted."),
        _("Messages and thank-yous as counts, with day and cost, for the books."),
        _("That this was asked and done, by whom and when, and the proof."),
        _("Tables that were published. Nothing in them leads to one person."),
        _(
            "Backups made before hold the person. When one is put back, the list of erased people"
            " erases again before anybody can read it."
        ),
    ]


def blocked(_: Translate, found: Preview) -> str | None:
    """Return why it cannot be done at this moment."""
    if found.no_place:
        return _("There is no data directory for the list of erased people. Ask the administrator.")
    if found.waits:
        return _(
            "A letter or message to this person is being made or sent at this moment. Try again in"
            " a few minutes."
        )
    return None


def proof_facts(_: Translate, figures: Figures, proof: KeptProof) -> list[tuple[str, str]]:
    """Return when, by whom, and what came of the search."""
    detail = proof.detail
    facts = [
        (_("Erased"), figures.moment(proof.erased_at)),
        (_("By"), proof.by),
        (_("Why"), reason_words(_, proof)),
        (_("Mark that stays in the sample"), proof.person_id.hex),
    ]
    through = detail.get("looked_through")
    if isinstance(through, Mapping):
        facts += [
            (_("Files looked through"), figures.count(through.get("files"))),
            (_("Bytes looked through"), figures.count(through.get("bytes"))),
            (_("Ways of writing looked for"), figures.count(detail.get("forms_looked_for"))),
        ]
        if through.get("rows"):
            words = _("Rows of databases looked through")
            facts.append((words, figures.count(through["rows"])))
    done = detail.get("written_anew")
    if isinstance(done, Mapping) and done:
        # Rows that are deleted can be read in the file of a database until it is written anew.
        facts.append((_("Databases written anew"), figures.count(len(done))))
    holds = detail.get("audit_log", "holds") == "holds"
    said = _("whole, nothing was taken out or changed") if holds else _("not whole: look there")
    facts.append((_("Log of staff"), said))
    return facts


def removed(_: Translate, figures: Figures, proof: KeptProof) -> Table | None:
    """Return what was removed or emptied, by kind."""
    counts: dict[str, Any] = {**proof.detail.get("rows", {}), **proof.detail.get("files", {})}
    order = {name: at for at, name in enumerate(table_words(_))}
    rows = [
        Row(trace_words(_, name), (figures.count(count),))
        for name, count in sorted(counts.items(), key=lambda one: order.get(one[0], len(order)))
        if count
    ]
    head = (_("What"), _("Rows or files"))
    return Table("removed", _("What was removed"), head, rows) if rows else None


def searched(_: Translate, figures: Figures, proof: KeptProof) -> Table | None:
    """Return what was looked for, and what too many people share for a search to say anything."""
    looked = proof.detail.get("looked_for", {})
    common = proof.detail.get("too_common", {})
    rows = [
        Row(kind_words(_, str(name)), (figures.count(count), _("looked for")))
        for name, count in looked.items()
    ]
    passed = _("not looked for")
    rows += [
        Row(kind_words(_, str(name)), (figures.count(count), passed))
        for name, count in common.items()
    ]
    head = (_("Kind of trace"), _("Values"), _("How"))
    caption = _("What was looked for afterwards")
    return Table("searched", caption, head, rows, numbers_from=9) if rows else None


def found(_: Translate, proof: KeptProof) -> list[str]:
    """Return what was found and where: kinds of traces and names of files or tables."""
    there = [
        f"{one['where']}: {kind_words(_, one['what'])}" for one in proof.detail.get("found", [])
    ]
    left = proof.detail.get("rows_left", {})
    return there + [f"{trace_words(_, name)}: {count}" for name, count in left.items()]


def made_before(_: Translate, proof: KeptProof) -> list[str]:
    """Return the releases made while the person was known."""
    return release_names(_, [str(one["release"]) for one in proof.detail.get("made_before", [])])


def release_names(_: Translate, folders: Sequence[str]) -> list[str]:
    """Return folders of the data directory as what they are called on the pages."""
    numbers = [_RELEASE.match(one) for one in folders]
    return [
        _("Release %(number)s", number=match[1]) if match else folder
        for folder, match in zip(folders, numbers, strict=True)
    ]


def reason_words(_: Translate, proof: KeptProof) -> str:
    """Return on what ground somebody was erased."""
    return {
        "asked": _("The person asked for it"),
        "retention": _("The time to keep it was over"),
        "withdrawn": _("The person stopped taking part"),
    }.get(proof.reason, proof.reason)


def erasure_columns(_: Translate, figures: Figures) -> list[Column[KeptProof]]:
    """Return the columns of the list of erasures."""
    return [
        Column(
            "erased",
            _("Erased"),
            lambda one: Cell(figures.moment(one.erased_at), url=f"{PATH}/erasures/{one.person_id}"),
            sort=lambda one: one.erased_at.timestamp(),
            csv=lambda one: one.erased_at.isoformat(timespec="seconds"),
        ),
        Column("why", _("Why"), lambda one: reason_words(_, one), sort=lambda one: one.reason),
        Column(
            "request",
            _("Request"),
            lambda one: Cell(
                _("put down here") if one.request else _("none: by date or by a command"),
                url=f"{PATH}/requests/{one.request.id}" if one.request else None,
            ),
            sort=lambda one: one.request is not None,
        ),
        Column("by", _("By"), lambda one: one.by, sort=lambda one: one.by),
        Column(
            "person",
            _("Person"),
            lambda one: Cell(one.person_id.hex[:_SHORT], dir="ltr"),
            csv=lambda one: one.person_id.hex,
        ),
        Column(
            "clean",
            _("Looked for afterwards"),
            lambda one: Cell(
                _("Nothing left") if one.clean else _("Something is left"),
                badge="open" if one.clean else "bad",
            ),
            sort=lambda one: one.clean,
        ),
    ]
