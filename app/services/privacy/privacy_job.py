"""Long work about people's data: forgetting somebody, looking again whether it held, keeping terms.

Each is asked for by the request, by names of things, or by the mark of somebody who was erased,
never by a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.panel.privacy import Asked
from app.panel.retention import Kept
from app.services.context import ServiceContext
from app.services.job_progress import Finished, JobKind, JobRefusedError, Progress, Say
from app.services.members.consents import ErasedError
from app.services.privacy import erasing, retention
from app.services.privacy.erasing import BusyError, NotErasedError, Order, Proof
from app.services.privacy.erasure_list import ErasureListError
from app.services.privacy.retention import RetentionError
from app.storage import privacy
from app.storage import staff as accounts

ERASE, VERIFY, RETAIN = "privacy.erase", "privacy.verify", "privacy.retain"


def _erase(ctx: ServiceContext, arguments: Mapping[str, Any], progress: Progress) -> Finished:
    _ = progress.say
    request_id = UUID(arguments["request"])
    with ctx.databases.research.read() as connection:
        request = privacy.load_request(connection, request_id)
    if request is None or request.asked is not Asked.ERASURE or request.handled_at is not None:
        raise JobRefusedError(_("This request was handled in the meantime."))
    by, staff_id = _who(ctx, _, arguments)
    progress.at(None, _("The person is taken out of everything, and looked for afterwards."))
    try:
        proof = erasing.erase(ctx, Order(request.person_id, by, staff_id=staff_id))
    except ErasedError as error:
        raise JobRefusedError(_("This person was erased before.")) from error
    except BusyError as error:
        words = _(
            "A letter or message to this person is being made or sent at this moment. Nothing was"
            " erased. Nothing new is sent; try again in a few minutes."
        )
        raise JobRefusedError(words) from error
    except ErasureListError as error:
        words = _("There is no place for the list of erased people: nothing was erased.")
        raise JobRefusedError(words) from error
    return Finished(_proof_words(_, proof), f"/staff/privacy/requests/{request_id}/proof")


def _verify(ctx: ServiceContext, arguments: Mapping[str, Any], progress: Progress) -> Finished:
    _ = progress.say
    progress.at(None, _("Databases and files are looked through."))
    person_id = UUID(arguments["erased"])
    try:
        proof = erasing.verify(ctx, person_id)
    except NotErasedError as error:
        raise JobRefusedError(_("This person was not erased.")) from error
    return Finished(_proof_words(_, proof), f"/staff/privacy/erasures/{person_id}")


def _proof_words(_: Say, proof: Proof) -> str:
    if proof.clean:
        return _("Nothing of this person was found any more.")
    return _("Something of this person was found: the proof says where. Remove it and look again.")


def _retain(ctx: ServiceContext, arguments: Mapping[str, Any], progress: Progress) -> Finished:
    _ = progress.say
    by, staff_id = _who(ctx, _, arguments)
    only = [Kept(one) for one in arguments["kept"]]
    try:
        policy = retention.load_policy(ctx.study)
    except RetentionError as error:
        raise JobRefusedError(_("The study says not how long things are kept.")) from error
    gone = 0
    for number, kept in enumerate(only):
        progress.at(number / len(only))
        done = retention.apply(ctx, policy, by=by, staff_id=staff_id, only=[kept])
        gone += sum(one.count for one in done)
    words = _("Destroyed: %(count)s. It is on record.", count=gone)
    return Finished(words, "/staff/privacy/retention")


def _who(ctx: ServiceContext, _: Say, arguments: Mapping[str, Any]) -> tuple[str, UUID]:
    """Return the account that asked; a job whose account was closed since is not done."""
    staff_id = UUID(arguments["by"])
    with ctx.databases.research.read() as connection:
        members = accounts.list_members(connection)
    found = next((one for one in members if one.id == staff_id and one.disabled_at is None), None)
    if found is None:
        raise JobRefusedError(_("The account that asked for this was closed."))
    return found.email, staff_id


PRIVACY_KINDS: Mapping[str, JobKind] = {
    ERASE: JobKind(_erase, lambda _, arguments: _("Forgetting a person")),
    VERIFY: JobKind(
        _verify, lambda _, arguments: _("Looking for what is left of an erased person")
    ),
    RETAIN: JobKind(_retain, lambda _, arguments: _("Destroying what is kept no longer")),
}
