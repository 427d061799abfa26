"""A new code: the old one dies, the letter bears the new one, and nobody reads it back."""

from __future__ import annotations

import pytest

from app.messages.statuses import PersonEventKind
from app.panel.states import CaseStatus
from app.services.context import ServiceContext
from app.services.interviewing import open_links
from app.services.interviewing.entrances import Entered, Refusal, Refused, enter
from app.services.members import contacting
from app.services.members.reissuing import NoCodeError, Way, reissue, revoke
from app.storage import cases, people
from app.storage.contacts.people import load_fields
from tests.builders import WAVE, Invited, invite, run_site

NAME = f"code:{WAVE}"


def door(ctx: ServiceContext, code: str) -> Entered | Refused:
    return enter(ctx, code, address="10.0.0.1", language=None)


def printable(ctx: ServiceContext, invited: Invited) -> str | None:
    with ctx.databases.contacts.read() as connection:
        return load_fields(connection, contacting._keys(ctx), invited.person_id).get(NAME)


def test_new_code_opens_the_same_interview_and_the_old_one_and_its_session_end(
    ctx: ServiceContext,
) -> None:
    invited = invite(ctx)
    before = door(ctx, invited.code)
    code = reissue(ctx, invited.case_id, Way.READ_OUT, by="f@example.org")

    assert code is not None
    assert door(ctx, invited.code) == Refused(Refusal.REVOKED)
    after = door(ctx, code)
    assert isinstance(before, Entered)
    assert isinstance(after, Entered)
    assert after.interview_id == before.interview_id
    assert printable(ctx, invited) == code
    with ctx.databases.research.read() as connection:
        (event,) = people.person_events(connection, invited.person_id)
    assert (event.kind, event.detail) == (PersonEventKind.CODE_ISSUED, {"way": "read_out"})
    assert code not in run_site(ctx).rows()


def test_code_on_paper_is_seen_by_nobody_and_stands_in_the_next_letter(
    ctx: ServiceContext,
) -> None:
    invited = invite(ctx)
    assert reissue(ctx, invited.case_id, Way.PAPER, by="f@example.org") is None
    printed = printable(ctx, invited)
    assert printed is not None
    assert isinstance(door(ctx, printed), Entered)
    assert "code:" not in "".join(contacting.contact_of(ctx, invited.person_id))


def test_revoked_code_is_not_printed_either(ctx: ServiceContext) -> None:
    invited = invite(ctx)
    reissue(ctx, invited.case_id, Way.PAPER, by="f@example.org")
    assert revoke(ctx, invited.case_id, by="f@example.org", reason="stolen") == 1
    assert revoke(ctx, invited.case_id, by="f@example.org") == 0
    assert printable(ctx, invited) is None
    with ctx.databases.research.read() as connection:
        kinds = [one.kind for one in people.person_events(connection, invited.person_id)]
    assert kinds == [PersonEventKind.CODE_ISSUED, PersonEventKind.CODE_REVOKED]


def test_case_that_ended_or_came_by_an_open_link_gets_no_letter(ctx: ServiceContext) -> None:
    ended = invite(ctx)
    with ctx.databases.research.write() as connection:
        cases.set_case_status(connection, ended.case_id, CaseStatus.COMPLETE)
    open_links.make_link(ctx, WAVE, "poster", by="test", slug="bieb")
    begun = open_links.begin(ctx, "bieb", "op", address="10.0.0.1", language="nl")
    assert isinstance(begun, open_links.Begun)
    with ctx.databases.research.read() as connection:
        (entrant,) = [one for one in cases.list_cases(connection, WAVE) if one.stratum is None]

    for case_id, way in ((ended.case_id, Way.READ_OUT), (entrant.id, Way.PAPER)):
        with pytest.raises(NoCodeError):
            reissue(ctx, case_id, way, by="f@example.org")
    assert reissue(ctx, entrant.id, Way.READ_OUT, by="f@example.org") is not None
    with ctx.databases.contacts.read() as connection:
        assert load_fields(connection, contacting._keys(ctx), entrant.person_id) == {}
