"""Words for messages to a case: what each is called, what became of it, and why it was sent."""

from __future__ import annotations

from app.messages.plan import CLOSED, ContactStep
from app.messages.statuses import MessageStatus
from app.services.context import STUDY_ZONE
from app.services.members.case_timeline import Dispatch, StoredMessage
from app.web.respond.words import Translate
from app.web.staff.figures import Figures
from app.web.staff.labels import channel_words


def message_name(_: Translate, message: StoredMessage) -> str:
    """Return what a message is called: its channel, what it says, and the step of the plan."""
    said = {
        "invitation": _("invitation"),
        "again": _("invitation to who took part before"),
        "reminder": _("reminder"),
        "last_reminder": _("last reminder"),
        "begun": _("reminder to finish"),
        "thanks": _("thank-you"),
        "news": _("news"),
        "stay_in_touch": _("stay in touch"),
    }.get(message.text, message.text)
    return f"{channel_words(_, message.channel)}, {said} ({message.step})"


def message_status_words(_: Translate, status: MessageStatus) -> str:
    """Return what became of a message, in words."""
    return {
        MessageStatus.DUE: _("made, waits for its time"),
        MessageStatus.SENDING: _("is being sent"),
        MessageStatus.SENT: _("went out"),
        MessageStatus.DELIVERED: _("arrived"),
        MessageStatus.RETURNED: _("came back"),
        MessageStatus.REFUSED: _("not accepted"),
        MessageStatus.UNKNOWN: _("nobody knows whether it went out"),
        MessageStatus.CANCELLED: _("not sent"),
        MessageStatus.FAILED: _("given up after several attempts"),
    }[status]


def reason_words(_: Translate, reason: str) -> str:
    """Return a reason on record in words; one that is not listed is shown as it is."""
    return {
        "wave_closed": _("the wave had closed"),
        "mailing_stopped": _("the mailing was stopped"),
        "case_moved_on": _("the person had answered or refused by then"),
        "too_many": _("as many messages as the plan allows had gone out"),
        "refused": _("the person had refused"),
        "opted_out": _("the person does not want this channel"),
        "undeliverable": _("nothing arrives there"),
        "no_address": _("there is no address"),
        "lease_lapsed": _("the sender stopped in the middle"),
        "found_not_sent": _("somebody found that it was not sent"),
    }.get(reason, reason.replace("_", " "))


def why_words(_: Translate, figures: Figures, one: Dispatch) -> list[str]:
    """Return why a message goes or went to this case, a sentence each."""
    found = [_ground(_, one.step)]
    if one.printed_again:
        found.append(_("It was printed twice: the first print never reached the post."))
    if one.approved_by and one.asked_by and one.approved_by != one.asked_by:
        found.append(
            _("Asked for by %(asked)s, let go by %(let)s.", asked=one.asked_by, let=one.approved_by)
        )
    elif one.approved_by:
        found.append(_("Let go by %(let)s.", let=one.approved_by))
    if one.came_back_at is not None:
        found.append(
            _("It came back on %(day)s.", day=figures.day(one.came_back_at.astimezone(STUDY_ZONE)))
        )
    return found


def _ground(_: Translate, step: ContactStep | None) -> str:
    if step is None:
        return _("The plan has no step of this name any more.")
    to = _to_whom(_, step)
    if step.after == CLOSED:
        return _("Planned %(days)s days after the wave closed, for who may be asked again.",
                 days=step.days or 0)  # fmt: skip
    if step.after is not None:
        return _("Planned %(days)s days after finishing.", days=step.days or 0)
    if not step.day:
        return _("The first message of the plan: from the opening of the wave, %(to)s.", to=to)
    return _("A reminder of the plan: from day %(day)s of the wave, %(to)s.", day=step.day, to=to)


def _to_whom(_: Translate, step: ContactStep) -> str:
    return {
        frozenset({"open"}): _("to everybody who had answered nothing by then"),
        frozenset({"partial"}): _("to everybody who had begun and not finished by then"),
        frozenset({"open", "partial"}): _("to everybody who had not finished by then"),
        frozenset({"complete"}): _("to everybody who had finished"),
    }.get(step.to, _("to those the plan names"))
