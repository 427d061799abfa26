"""Nobody gets two, no code goes to two people, and the books balance whatever happens."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app.messages.statuses import Outcome
from app.panel.incentives import Account, IncentiveStatus, Way
from app.panel.states import CaseStatus, PersonStatus
from app.services.thanks import incentives, incentives_post, incentives_sending, incentives_stock
from app.services.thanks.incentives import NoStockError
from app.services.thanks.incentives_stock import StockError
from app.storage.people import set_person_status
from tests.integration.incentives.conftest import BY, Thanks, codes

STOCK, RESERVED, SENT, VOID = Account.STOCK, Account.RESERVED, Account.SENT, Account.VOID


def test_codes_are_taken_in_all_or_none_and_no_message_repeats_one(
    thanks: Thanks, caplog: pytest.LogCaptureFixture
) -> None:
    first = codes(3)
    raw = "\n".join(["code", *first, first[1], "é", ""]).encode()
    with caplog.at_level(logging.DEBUG), pytest.raises(StockError) as refused:
        incentives_stock.add_codes(thanks.ctx, raw, name="a", value="10.00", by=BY)
    assert refused.value.problems == [
        "row 6: no code of 4 to 80 Latin letters, digits and signs",
    ]
    raw = "\n".join(["code", *first, first[1]]).encode()
    with pytest.raises(StockError) as refused:
        incentives_stock.add_codes(thanks.ctx, raw, name="a", value="10.00", by=BY)
    assert refused.value.problems == ["row 5: the same code as row 3"]
    assert incentives_stock.books(thanks.ctx) == []

    incentives_stock.add_codes(
        thanks.ctx, "\n".join(first).encode(), name="a", value="10.00", by=BY
    )
    with pytest.raises(StockError) as refused:
        incentives_stock.add_codes(
            thanks.ctx, f"NEW-1234;x\n{first[2]};y".encode(), name="b", value="10.00", by=BY
        )
    assert refused.value.problems == ["row 2: this code was taken in before"]
    assert thanks.held("a") == {Account.BOUGHT: 3, STOCK: 3}
    everything = thanks.everything()
    for code in first:
        assert code not in everything + caplog.text + str(refused.value)


def test_batch_and_value_that_make_no_sense_are_refused(thanks: Thanks) -> None:
    thanks.buy(1)
    for name, value in (("shop", "10.00"), ("x", "ten"), ("y", "0"), ("z", "1.005"), ("", "1")):
        with pytest.raises(StockError):
            incentives_stock.add_codes(thanks.ctx, b"OTHER-1", name=name, value=value, by=BY)
    assert thanks.held() == {Account.BOUGHT: 1, STOCK: 1}


def test_code_on_the_screen_is_one_of_stock_and_stays_the_same(thanks: Thanks) -> None:
    bought = thanks.buy(5)
    one = thanks.person()

    thanks.ask(one, Way.SCREEN)
    promise = incentives.promised(thanks.ctx, thanks.interview(one))
    assert promise is not None
    code = incentives.shown_code(thanks.ctx, promise)
    thanks.ask(one, Way.SCREEN)
    thanks.ask(one, Way.EMAIL)

    assert code in bought
    again = incentives.promised(thanks.ctx, thanks.interview(one))
    assert again is not None
    assert incentives.shown_code(thanks.ctx, again) == code
    assert thanks.held() == {Account.BOUGHT: 5, STOCK: 4, SENT: 1}
    assert thanks.destinations() == 0
    thanks.clock.advance(timedelta(hours=25))
    assert incentives.shown_code(thanks.ctx, again) is None


def test_code_by_email_reaches_the_address_once_and_the_address_is_gone(thanks: Thanks) -> None:
    bought = thanks.buy(2)
    one = thanks.person()
    thanks.ask(one, Way.EMAIL)
    assert thanks.destinations() == 1
    everything = thanks.everything()
    assert "someone@example.nl" not in everything
    assert thanks.case(one.case_id).id.hex not in _handles(thanks)

    assert thanks.send().outcomes == {"sent": 1}
    assert thanks.send().outcomes == {}

    (mail,) = thanks.provider.taken
    assert mail.to == "someone@example.nl"
    assert sum(code in mail.text for code in bought) == 1
    assert sum(code in mail.html for code in bought) == 1
    assert not any(code in mail.subject for code in bought)
    assert "Onderzoek" not in mail.subject
    assert thanks.held() == {Account.BOUGHT: 2, STOCK: 1, SENT: 1}
    assert thanks.destinations() == 0


def _handles(thanks: Thanks) -> str:
    with thanks.ctx.databases.contacts.read() as connection:
        found = connection.exec_driver_sql("SELECT id FROM incentive_destination").scalars()
        return " ".join(str(one).replace("-", "") for one in found)


def test_text_message_brings_the_code_on_a_line_of_its_own(thanks: Thanks) -> None:
    (code,) = thanks.buy(1)
    thanks.ask(thanks.person(), Way.SMS)
    thanks.send()
    (sms,) = thanks.provider.taken
    assert (sms.to, sms.body.splitlines()[-1]) == ("+31612345678", code)


def test_who_wants_none_is_never_asked_again(thanks: Thanks) -> None:
    thanks.buy(1)
    one = thanks.person()
    thanks.ask(one, None)
    thanks.ask(one, Way.SCREEN)
    assert thanks.statuses() == [IncentiveStatus.DECLINED]
    assert incentives.sweep(thanks.ctx).due == 0
    assert thanks.held() == {Account.BOUGHT: 1, STOCK: 1}


def test_screen_without_stock_changes_nothing(thanks: Thanks) -> None:
    thanks.buy(1, value="5.00")
    one = thanks.person()
    with pytest.raises(NoStockError):
        thanks.ask(one, Way.SCREEN)
    assert thanks.rows() == []
    thanks.ask(one, Way.EMAIL)
    assert thanks.send().no_stock == 1
    thanks.buy(1, "more")
    assert thanks.send().outcomes == {"sent": 1}
    assert thanks.held() == {Account.BOUGHT: 1, STOCK: 1}


def test_only_who_earned_it_by_the_rule_has_one_due(thanks: Thanks) -> None:
    thanks.person()
    thanks.person(arm="none")
    thanks.person(CaseStatus.PARTIAL)
    thanks.person(CaseStatus.REFUSED)
    assert incentives.sweep(thanks.ctx).due == 1
    assert incentives.sweep(thanks.ctx).due == 0
    assert thanks.statuses() == [IncentiveStatus.DUE]


@pytest.mark.parametrize("outcome", [Outcome.RETRY, Outcome.THROTTLED])
def test_what_was_not_taken_is_sent_later_with_the_same_code(
    thanks: Thanks, outcome: Outcome
) -> None:
    thanks.buy(2)
    thanks.ask(thanks.person(), Way.EMAIL)
    thanks.provider.outcomes = [outcome]
    assert thanks.send().outcomes == {"asked": 1}
    assert thanks.held() == {Account.BOUGHT: 2, STOCK: 1, RESERVED: 1}
    assert thanks.send().outcomes == {}
    thanks.clock.advance(timedelta(hours=2))
    assert thanks.send().outcomes == {"sent": 1}
    assert thanks.held() == {Account.BOUGHT: 2, STOCK: 1, SENT: 1}


def test_address_that_is_refused_lets_the_person_choose_again(thanks: Thanks) -> None:
    thanks.buy(1)
    one = thanks.person()
    thanks.ask(one, Way.EMAIL)
    thanks.provider.outcomes = [Outcome.REFUSED]
    assert thanks.send().outcomes == {"due": 1}
    assert thanks.held() == {Account.BOUGHT: 1, STOCK: 1}
    assert thanks.destinations() == 0
    thanks.ask(one, Way.SCREEN)
    assert thanks.held() == {Account.BOUGHT: 1, SENT: 1}


def test_outcome_that_nobody_knows_is_settled_by_staff_and_the_code_is_the_same(
    thanks: Thanks,
) -> None:
    thanks.buy(3)
    for _ in range(2):
        thanks.ask(thanks.person(), Way.EMAIL)
    thanks.provider.outcomes = [Outcome.UNKNOWN, Outcome.UNKNOWN]
    assert thanks.send().outcomes == {"unknown": 2}
    assert thanks.send().outcomes == {}
    perhaps = [one.text for one in thanks.provider.taken]

    first, second = thanks.rows()
    assert incentives_sending.settle(thanks.ctx, first.id, went_out=True, by=BY)
    assert not incentives_sending.settle(thanks.ctx, first.id, went_out=False, by=BY)
    assert incentives_sending.settle(thanks.ctx, second.id, went_out=False, by=BY)
    assert thanks.send().outcomes == {"sent": 1}

    assert thanks.provider.taken[-1].text in perhaps
    assert thanks.held() == {Account.BOUGHT: 3, STOCK: 1, SENT: 2}
    assert thanks.destinations() == 0


class DiedError(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("point", ["before the call", "in the call", "writing down"])
def test_sender_that_dies_leaves_one_code_and_never_a_second(
    thanks: Thanks, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    thanks.buy(3)
    one = thanks.person()
    thanks.ask(one, Way.EMAIL)

    def die(*_: object, **__: object) -> None:
        raise DiedError

    place = {
        "before the call": (incentives_sending, "compose"),
        "in the call": (thanks.provider, "send"),
        "writing down": (incentives_sending, "_record"),
    }[point]
    with monkeypatch.context() as patched:
        patched.setattr(*place, die)
        with pytest.raises(DiedError):
            thanks.send()
    assert thanks.held() == {Account.BOUGHT: 3, STOCK: 2, RESERVED: 1}
    assert thanks.send("two").outcomes == {}
    thanks.clock.advance(timedelta(minutes=11))
    assert thanks.send("two").outcomes == {}
    assert thanks.statuses() == [IncentiveStatus.UNKNOWN]

    incentives_sending.settle(thanks.ctx, thanks.rows()[0].id, went_out=False, by=BY)
    assert thanks.send("two").outcomes == {"sent": 1}

    assert len({mail.text for mail in thanks.provider.taken}) == 1
    assert thanks.held() == {Account.BOUGHT: 3, STOCK: 2, SENT: 1}


def test_two_senders_at_once_send_each_code_to_one_person(thanks: Thanks) -> None:
    bought = thanks.buy(25)
    for number in range(20):
        thanks.ask(thanks.person(), Way.EMAIL, {"email": f"p{number}@example.nl"})

    with ThreadPoolExecutor(3) as pool:
        ran = list(pool.map(thanks.send, ("one", "two", "three")))

    assert sum(sum(one.outcomes.values()) for one in ran) == 20
    assert sorted(mail.to for mail in thanks.provider.taken) == sorted(
        f"p{number}@example.nl" for number in range(20)
    )
    used = [code for mail in thanks.provider.taken for code in bought if code in mail.text]
    assert len(used) == len(set(used)) == 20
    assert thanks.held() == {Account.BOUGHT: 25, STOCK: 5, SENT: 20}


def test_one_person_who_presses_many_times_at_once_gets_one(thanks: Thanks) -> None:
    thanks.buy(10)
    one = thanks.person()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: thanks.ask(one, Way.SCREEN), range(8)))
    assert thanks.held() == {Account.BOUGHT: 10, STOCK: 9, SENT: 1}


def test_nothing_is_sent_at_night(thanks: Thanks) -> None:
    thanks.buy(1)
    thanks.ask(thanks.person(), Way.SMS)
    thanks.clock.advance(timedelta(hours=10))
    assert thanks.send().quiet
    assert thanks.provider.taken == []


def test_list_for_the_post_is_for_one_reader_and_destroyed_when_handed_over(
    thanks: Thanks,
) -> None:
    bought = thanks.buy(2)
    for _ in range(3):
        thanks.ask(thanks.person(), Way.POST)

    made = incentives_post.make_list(thanks.ctx, by=BY)
    assert made is not None
    assert (made.rows, made.no_stock) == (2, 1)
    assert made.file.stat().st_mode & 0o777 == 0o600
    words = made.file.read_text("utf-8")
    assert words.count("Stille Laan 7") == 2
    assert all(code in words for code in bought)
    assert incentives_post.make_list(thanks.ctx, by=BY) is None

    assert incentives_post.throw_away(thanks.ctx, made.id, by=BY) == 2
    assert not made.file.exists()
    again = incentives_post.make_list(thanks.ctx, by=BY)
    assert again is not None
    assert incentives_post.handed_over(thanks.ctx, again.id, by=BY) == 2
    assert not again.file.exists()
    assert thanks.held() == {Account.BOUGHT: 2, SENT: 2}
    assert thanks.destinations() == 1
    with pytest.raises(incentives_post.PostError):
        incentives_post.handed_over(thanks.ctx, again.id, by=BY)


def test_who_withdraws_gets_nothing_more_and_the_books_balance(thanks: Thanks) -> None:
    thanks.buy(3)
    one, other = thanks.person(), thanks.person()
    incentives.sweep(thanks.ctx)
    thanks.ask(one, Way.EMAIL)
    with thanks.ctx.databases.research.write() as connection:
        for person in (one, other):
            set_person_status(connection, person.person_id, PersonStatus.WITHDRAWN)

    assert thanks.send().outcomes == {}
    assert incentives.sweep(thanks.ctx).void == 2
    assert thanks.statuses() == [IncentiveStatus.VOID, IncentiveStatus.VOID]
    assert thanks.destinations() == 0
    assert thanks.held() == {Account.BOUGHT: 3, STOCK: 3}


def test_who_is_forgotten_leaves_counts_and_books_that_balance(thanks: Thanks) -> None:
    thanks.buy(9)
    due, shown, asked, listed, unknown = (thanks.person() for _ in range(5))
    incentives.sweep(thanks.ctx)
    thanks.ask(shown, Way.SCREEN)
    thanks.ask(listed, Way.POST)
    made = incentives_post.make_list(thanks.ctx, by=BY)
    assert made is not None
    thanks.ask(unknown, Way.EMAIL)
    thanks.provider.outcomes = [Outcome.UNKNOWN]
    thanks.send()
    thanks.ask(asked, Way.EMAIL)

    for one in (due, shown, asked, listed, unknown):
        with thanks.ctx.databases.research.write() as connection:
            assert incentives.forget_incentives(thanks.ctx, connection, one.person_id) == 1

    assert all(one.case_id is None and one.person_id is None for one in thanks.rows())
    assert thanks.statuses() == sorted(
        [*[IncentiveStatus.VOID] * 3, IncentiveStatus.SENT, IncentiveStatus.LISTED]
    )
    assert thanks.destinations() == 0
    # One shown, one on paper, one perhaps in somebody's mailbox.
    assert thanks.held() == {Account.BOUGHT: 9, STOCK: 6, RESERVED: 1, SENT: 1, VOID: 1}
    incentives_post.handed_over(thanks.ctx, made.id, by=BY)
    assert thanks.held() == {Account.BOUGHT: 9, STOCK: 6, SENT: 2, VOID: 1}


def test_stock_that_expired_is_written_off(thanks: Thanks) -> None:
    thanks.buy(4)
    thanks.ask(thanks.person(), Way.SCREEN)
    assert incentives_stock.write_off(thanks.ctx, "shop", reason="expired", by=BY) == 3
    assert thanks.held() == {Account.BOUGHT: 4, SENT: 1, VOID: 3}


def test_destination_left_behind_by_a_crash_is_swept(
    thanks: Thanks, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = thanks.person()

    def die(*_: object, **__: object) -> None:
        raise DiedError

    with monkeypatch.context() as patched:
        patched.setattr("app.storage.incentives.set_status", die)
        with pytest.raises(DiedError):
            thanks.ask(one, Way.EMAIL)
    assert thanks.destinations() == 1
    assert thanks.rows() == []
    thanks.clock.advance(timedelta(hours=2))
    assert incentives.sweep(thanks.ctx).destinations == 1
    assert thanks.destinations() == 0
