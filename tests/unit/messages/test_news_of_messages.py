"""Which news may change what is known about a message."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from app.messages.statuses import MessageStatus, may_become

REPORTS = (MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.RETURNED)


def after(*news: MessageStatus) -> MessageStatus:
    status = MessageStatus.SENDING
    for one in news:
        if may_become(status, one):
            status = one
    return status


def test_reports_in_any_order_lead_to_the_same_end() -> None:
    assert {after(*order) for order in permutations(REPORTS)} == {MessageStatus.RETURNED}


@given(st.lists(st.sampled_from(list(MessageStatus)), max_size=12))
def test_what_may_have_gone_out_is_never_due_again(news: list[MessageStatus]) -> None:
    status, gone = MessageStatus.SENDING, False
    for one in news:
        if may_become(status, one):
            status = one
            gone = gone or one in (*REPORTS, MessageStatus.UNKNOWN)
        assert not (gone and status in (MessageStatus.DUE, MessageStatus.SENDING))


def test_cancelled_and_refused_messages_stay_so() -> None:
    for ended in (MessageStatus.CANCELLED, MessageStatus.REFUSED, MessageStatus.FAILED):
        assert not any(may_become(ended, one) for one in MessageStatus)
