"""News about people: each piece with its effects on channels, person, case; known news is none."""

from __future__ import annotations

from uuid import uuid4

import pytest

from app.messages.channels import Channel
from app.messages.statuses import PersonEventKind, Reach
from app.panel.states import CaseStatus, Eligibility, PersonStatus
from app.services.context import ServiceContext
from app.services.members import contacting
from app.services.members.people_news import News, NewsError, Recorded, What, record
from app.storage import audit, people
from app.storage.cases import Case, load_case
from app.storage.people import Standing
from tests.builders import Invited, fingerprint, invite

Kind = PersonEventKind
ADDRESS = {"street": "Nieuwe weg", "house_number": "9", "postcode": "9999 ZZ", "city": "Delft"}


def tell(ctx: ServiceContext, invited: Invited, what: What, **given) -> Recorded:
    return record(ctx, [News(invited.person_id, what, **given)], by="f@example.org")


def case_of(ctx: ServiceContext, invited: Invited) -> Case:
    with ctx.databases.research.read() as connection:
        found = load_case(connection, invited.case_id)
    assert found is not None
    return found


def reach(ctx: ServiceContext, invited: Invited) -> dict[Channel, Reach]:
    with ctx.databases.research.read() as connection:
        return people.reach_of(connection, [invited.person_id]).get(invited.person_id, {})


def standing(ctx: ServiceContext, invited: Invited) -> Standing:
    with ctx.databases.research.read() as connection:
        return people.standings(connection, [invited.person_id])[invited.person_id]


def kinds(ctx: ServiceContext, invited: Invited) -> list[PersonEventKind]:
    with ctx.databases.research.read() as connection:
        return [one.kind for one in people.person_events(connection, invited.person_id)]


@pytest.mark.parametrize(
    ("what", "channel"),
    [(What.LETTER_RETURNED, Channel.LETTER), (What.MAIL_BOUNCED, Channel.EMAIL)],
)
def test_what_came_back_closes_its_channel_once(
    ctx: ServiceContext, what: What, channel: Channel
) -> None:
    invited = invite(ctx)
    assert tell(ctx, invited, what) == Recorded(1, 0)
    assert tell(ctx, invited, what) == Recorded(0, 1)
    assert reach(ctx, invited) == {channel: Reach.UNDELIVERABLE}
    assert kinds(ctx, invited) == [Kind(what.value)]
    assert case_of(ctx, invited).status is CaseStatus.OPEN


def test_opting_out_is_per_channel_or_of_all_and_stronger_than_a_returned_letter(
    ctx: ServiceContext,
) -> None:
    invited = invite(ctx)
    tell(ctx, invited, What.OPTED_OUT, channel=Channel.LETTER)
    assert reach(ctx, invited) == {Channel.LETTER: Reach.OPTED_OUT}
    assert tell(ctx, invited, What.LETTER_RETURNED) == Recorded(0, 1)
    tell(ctx, invited, What.OPTED_OUT)
    assert reach(ctx, invited) == dict.fromkeys(Channel, Reach.OPTED_OUT)
    tell(ctx, invited, What.OPTED_IN, channel=Channel.SMS)
    assert reach(ctx, invited)[Channel.SMS] is Reach.OK
    assert reach(ctx, invited)[Channel.EMAIL] is Reach.OPTED_OUT


@pytest.mark.parametrize("what", [What.REFUSED_SOFT, What.REFUSED_HARD])
def test_refusal_ends_a_case_without_answers_and_can_be_taken_back(
    ctx: ServiceContext, what: What
) -> None:
    invited = invite(ctx)
    assert tell(ctx, invited, what, told_by="person") == Recorded(1, 0)
    assert tell(ctx, invited, what) == Recorded(0, 1)
    assert case_of(ctx, invited).status is CaseStatus.REFUSED
    with ctx.databases.research.read() as connection:
        assert people.barrier_of(connection, invited.person_id, Channel.SMS, 2024) == "refused"
    tell(ctx, invited, What.OPTED_IN)
    assert case_of(ctx, invited).status is CaseStatus.OPEN
    assert standing(ctx, invited) == Standing(PersonStatus.ACTIVE)


def test_new_address_replaces_the_old_one_as_a_whole_and_opens_the_letter_box(
    ctx: ServiceContext,
) -> None:
    invited = invite(ctx)
    old = {"name": "A. Naam", "street": "Oude weg", "house_number": "1", "house_letter": "b"}
    contacting.change_contacts(ctx, [(invited.person_id, old)], at=ctx.clock.now())
    tell(ctx, invited, What.LETTER_RETURNED)

    tell(ctx, invited, What.ADDRESS_CHANGED, fields=ADDRESS)

    assert contacting.contact_of(ctx, invited.person_id) == {"name": "A. Naam", **ADDRESS}
    assert reach(ctx, invited) == {Channel.LETTER: Reach.OK}
    with ctx.databases.research.read() as connection:
        event = people.person_events(connection, invited.person_id)[-1]
    assert (event.kind, event.detail) == (Kind.ADDRESS_CHANGED, {"fields": sorted(ADDRESS)})


def test_new_phone_does_not_undo_opting_out(ctx: ServiceContext) -> None:
    invited = invite(ctx)
    tell(ctx, invited, What.OPTED_OUT, channel=Channel.SMS)
    tell(ctx, invited, What.CONTACT_CHANGED, fields={"phone": "+31612345678"})
    assert reach(ctx, invited) == {Channel.SMS: Reach.OPTED_OUT}
    assert kinds(ctx, invited)[-1] is Kind.CONTACT_CHANGED


@pytest.mark.parametrize("what", [What.MOVED_ABROAD, What.DECEASED, What.DISPENSED, What.EXEMPT])
def test_who_left_the_population_is_not_eligible_until_that_proves_wrong(
    ctx: ServiceContext, what: What
) -> None:
    invited = invite(ctx)
    tell(ctx, invited, what)
    case = case_of(ctx, invited)
    assert (case.disposition, case.eligible) == ("4.10", Eligibility.NO)
    assert standing(ctx, invited).status.value == what.value

    tell(ctx, invited, What.ACTIVE)
    case = case_of(ctx, invited)
    assert (case.disposition, case.eligible) == (None, Eligibility.UNKNOWN)
    assert kinds(ctx, invited) == [Kind.STATUS, Kind.STATUS]


def test_who_finished_belonged_to_the_population_when_drawn(ctx: ServiceContext) -> None:
    invited = invite(ctx)
    tell(ctx, invited, What.FINISHED)
    assert case_of(ctx, invited).disposition is None
    with ctx.databases.research.read() as connection:
        barrier = people.barrier_of(connection, invited.person_id, Channel.EMAIL, 2024)
    assert barrier == "person_finished"


def test_tracing_goes_on_record_step_by_step(ctx: ServiceContext) -> None:
    invited = invite(ctx)
    tell(ctx, invited, What.LETTER_RETURNED)
    tell(ctx, invited, What.TRACING_BEGUN)
    assert tell(ctx, invited, What.TRACING_BEGUN) == Recorded(0, 1)
    tell(ctx, invited, What.TRACED, fields=ADDRESS)
    assert standing(ctx, invited).tracing is Kind.TRACED
    assert reach(ctx, invited) == {Channel.LETTER: Reach.OK}


@pytest.mark.parametrize(
    "second",
    [
        News(uuid4(), What.REFUSED_SOFT),
        "address without an address",
        "refusal by e-mail",
        "a sentence",
    ],
)
def test_one_piece_that_cannot_be_recorded_keeps_all_others_out(
    ctx: ServiceContext, second: News | str
) -> None:
    invited = invite(ctx)
    wrong = {
        "address without an address": News(invited.person_id, What.ADDRESS_CHANGED),
        "refusal by e-mail": News(invited.person_id, What.REFUSED_HARD, Channel.EMAIL),
        "a sentence": News(invited.person_id, What.REFUSED_HARD, told_by="His wife Anna"),
    }
    bad = wrong[second] if isinstance(second, str) else second
    news = [News(invited.person_id, What.CONTACT_CHANGED, fields={"email": "a@b.nl"}), bad]
    before = fingerprint(ctx.databases)

    with pytest.raises(NewsError) as caught:
        record(ctx, news, by="f@example.org")

    assert caught.value.number == 1
    assert "Anna" not in str(caught.value)
    assert fingerprint(ctx.databases) == before


def test_no_detail_of_contact_stands_in_the_research_database(ctx: ServiceContext) -> None:
    from tests.builders import run_site

    invited = invite(ctx)
    tell(ctx, invited, What.ADDRESS_CHANGED, fields=ADDRESS)
    tell(ctx, invited, What.CONTACT_CHANGED, fields={"email": "iemand@voorbeeld.nl"})
    rows = run_site(ctx).rows()
    assert [
        value for value in (*ADDRESS.values(), "iemand") if len(value) > 3 and value in rows
    ] == []
    with ctx.databases.research.snapshot() as connection:
        assert audit.verify_chain(connection) is None
