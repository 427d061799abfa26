"""One print batch → what its page says."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from markupsafe import Markup

from app.messages.statuses import MessageStatus
from app.services.lettering.pile import MOVED
from app.services.lettering.print_desk import BatchAtDesk, Stage, files_of
from app.web.respond.words import Translate
from app.web.staff.cases.message_words import message_status_words, reason_words
from app.web.staff.figures import Figures
from app.web.staff.letters.present import (
    SHORT,
    badge_of,
    cannot_words,
    letters_in,
    stage_words,
)
from app.web.staff.letters.view import BatchView
from app.web.staff.view import Row, Table

SHORT_HASH = 12
REASONS = ("printer_jammed", "damaged", "lost_on_the_way", "wrong_paper")
"""Why letters never reached the post, as they go on record."""
_OLD = (MessageStatus.RETURNED, MessageStatus.DELIVERED)


def why_again_words(_: Translate, reason: str) -> str:
    """Return why letters never reached the post."""
    return {
        "printer_jammed": _("The printer jammed or broke down"),
        "damaged": _("The letters were damaged"),
        "lost_on_the_way": _("The letters were lost before they were posted"),
        "wrong_paper": _("They were printed wrong, or on the wrong paper"),
    }.get(reason, reason.replace("_", " "))


def batch_view(
    _: Translate,
    figures: Figures,
    one: BatchAtDesk,
    *,
    email: str,
    may_change: bool,
    may_take: bool,
    ticked: Collection[str] = (),
) -> BatchView:
    """Return the page of a batch.

    Parameters
    ----------
    email
        Who reads it: nobody agrees to their own word.
    may_change, may_take
        Whether the reader may say what became of it; may take its files, with names and addresses.
    """
    batch, stage = one.batch, one.stage
    came_back = sum((one.became or {}).get(status, 0) for status in _OLD)
    may_again = may_change and stage is Stage.DONE and _sent(one) > 0 and not came_back
    return BatchView(
        id=batch.id.hex[:SHORT],
        path=f"/staff/waves/{batch.wave}/letters/{batch.id}",
        stage=str(stage),
        badge=badge_of(stage),
        stage_words=stage_words(_, stage),
        next_words=_next(_, figures, one, came_back),
        facts=_facts(_, figures, one),
        out=_out(_, figures, one),
        pulled=[
            (each.reference, f"Ref. {each.reference}", each.reference in ticked)
            for each in one.in_the_way
        ],
        files=_files(_, figures, one, may_take=may_take) if files_of(batch) else None,
        became=_became(_, figures, one),
        asked=None
        if one.asked is None
        else _(
            "%(who)s says that these letters never reached the post: %(reason)s.",
            who=one.asked.by,
            reason=why_again_words(_, one.asked.reason),
        ),
        may_hand_over=may_change and stage is Stage.PRINTED,
        may_destroy=may_change and _may_destroy(one),
        destroy_words=_destroy_words(_, stage),
        may_ask=may_again and one.asked is None,
        may_agree=may_again and one.asked is not None and one.asked.by != email,
    )


def _sent(one: BatchAtDesk) -> int:
    return (one.became or {}).get(MessageStatus.SENT, 0)


def _may_destroy(one: BatchAtDesk) -> bool:
    if one.stage is Stage.UNFINISHED:
        return not one.being_made
    return one.stage in (Stage.PRINTED, Stage.HANDED_OVER)


def _next(_: Translate, figures: Figures, one: BatchAtDesk, came_back: int) -> str:
    match one.stage:
        case Stage.UNFINISHED if one.being_made:
            return _("Its letters are being made. Come back when that work is done.")
        case Stage.UNFINISHED:
            return _(
                "Making it was stopped in the middle, and no other batch gets its letters. Throw"
                " it away: they can be printed again at once."
            )
        case Stage.PRINTED if one.in_the_way:
            return _(
                "Some letters may not go any more. Take them out of the pile before it leaves, and"
                " say so below."
            )
        case Stage.PRINTED:
            return _(
                "Have the files printed, check the pile, and say here when it has gone to the"
                " post. Only then its letters count as sent."
            )
        case Stage.HANDED_OVER:
            return _("Its letters are sent. Destroy the files as soon as they are printed.")
        case Stage.THROWN_AWAY:
            return _("It was never handed over: its letters were due again.")
    if one.asked is not None:
        return _("Somebody asks to print these letters again: another person has to agree.")
    if came_back:
        return _(
            "Its letters are sent, and the post brought back %(count)s.",
            count=figures.count(came_back),
        )
    if not _sent(one):
        return _("None of its letters is in it any more: they were printed again.")
    return _("Its letters are sent. Nothing is left to do.")


def _destroy_words(_: Translate, stage: Stage) -> str:
    if stage is Stage.HANDED_OVER:
        return _("The files hold names and addresses. The list of what was in them stays.")
    return _(
        "Use this when the pile is not posted: a misprint, or too many letters to take out. Its"
        " letters are due again and go into the next batch."
    )


def _facts(_: Translate, figures: Figures, one: BatchAtDesk) -> list[tuple[str, str]]:
    batch, manifest = one.batch, one.batch.manifest
    facts = [
        (_("Letters"), figures.count(letters_in(one))),
        (_("Made"), f"{figures.moment(batch.made_at)}, {batch.made_by}"),
    ]
    # Of a simulated batch there is hardly any: nothing was printed.
    if "pages" in manifest:
        facts.append((_("Pages"), figures.count(manifest["pages"])))
    if "envelope" in manifest:
        facts.append((_("Envelope"), str(manifest["envelope"])))
    if batch.test_letters:
        facts.append((_("Letters to staff among them"), figures.count(batch.test_letters)))
    for reason, count in manifest.get("left_out", {}).items():
        words = _("Left out: %(reason)s", reason=cannot_words(_, reason))
        facts.append((words, figures.count(count)))
    if batch.handed_over_at is not None:
        facts.append((_("Handed over"), figures.moment(batch.handed_over_at)))
    if batch.destroyed_at is not None:
        facts.append((_("Files destroyed"), figures.moment(batch.destroyed_at)))
    return facts


def _out(_: Translate, figures: Figures, one: BatchAtDesk) -> Table | None:
    if not one.in_the_way:
        return None
    rows = [
        Row(
            Markup('<code dir="ltr">{}</code>').format(each.file),
            [
                figures.count(each.page),
                Markup('<code dir="ltr">{}</code>').format(each.reference),
                _out_words(_, each.reason),
                _("Next batch, to the new address") if each.reason == MOVED else _("Not sent"),
            ],
        )
        for each in one.in_the_way
    ]
    head = [_("File"), _("Page"), _("Ref. on the letter"), _("Why"), _("What becomes of it")]
    return Table("out", _("Take these letters out of the pile"), head, rows, numbers_from=9)


def _out_words(_: Translate, reason: str) -> str:
    if reason == MOVED:
        return _("has moved since")
    known = {
        "person_paused": _("asked for a pause"),
        "person_finished": _("has finished integrating"),
        "person_dispensed": _("is dispensed"),
        "person_exempt": _("is exempt"),
        "person_moved_abroad": _("moved abroad"),
        "person_deceased": _("died"),
        "person_withdrawn": _("withdrew"),
        "person_erased": _("was forgotten"),
    }
    return known.get(reason) or reason_words(_, reason)


def _files(_: Translate, figures: Figures, one: BatchAtDesk, *, may_take: bool) -> Table:
    base = f"/staff/waves/{one.batch.wave}/letters/{one.batch.id}/files"
    there = may_take and one.batch.destroyed_at is None
    link = Markup('<a href="{0}/{1}" dir="ltr">{1}</a>')
    plain = Markup('<code dir="ltr">{1}</code>')
    rows = [
        Row(
            (link if there else plain).format(base, file["name"]),
            [
                figures.language(file["language"]),
                Markup('<code title="{}">{}</code>').format(
                    file["sha256"], file["sha256"][:SHORT_HASH]
                ),
                figures.count(file["letters"]),
                figures.count(file["pages"]),
            ],
        )
        for file in files_of(one.batch)
    ]
    head = [_("File"), _("Language"), "SHA-256", _("Letters"), _("Pages")]
    return Table("files", _("Files for the printer"), head, rows, numbers_from=3)


def _became(_: Translate, figures: Figures, one: BatchAtDesk) -> Table | None:
    found: Mapping[MessageStatus, int] = one.became or {}
    if one.batch.handed_over_at is None or not found:
        return None
    rows = [
        Row(message_status_words(_, status), [figures.count(found[status])])
        for status in MessageStatus
        if found.get(status)
    ]
    foot = [Row(_("Total"), [figures.count(sum(found.values()))])]
    return Table(
        "became", _("What became of its letters"), [_("State"), _("Letters")], rows, foot=foot
    )
