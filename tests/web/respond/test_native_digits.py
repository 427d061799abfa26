"""Digits of three scripts in every numeric field: understood, stored as 0-9, shown as typed."""

from __future__ import annotations

import pytest

from tests.builders import Running
from tests.web.respond.conftest import at_page
from tests.web.respond.language_checks import SIX
from tests.web.respond.visitor import Visitor

DIGITS = {
    "arabic": str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"),
    "persian": str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"),
}
NUMERIC = {
    "k_uren": ({"k_uren": "40"}, "40"),
    "k_geboren": ({"k_geboren": "1988"}, "1988"),
    "k_sinds": ({"k_sinds.month": "5", "k_sinds.year": "2019"}, "2019-05"),
    "k_dag": ({"k_dag.day": "3", "k_dag.month": "2", "k_dag.year": "2021"}, "2021-02-03"),
}
each_script = pytest.mark.parametrize("script", DIGITS)


@each_script
@pytest.mark.parametrize("page_id", NUMERIC)
@pytest.mark.parametrize("language", SIX)
def test_number_in_own_digits_is_stored_in_those_that_are_compared(
    language: str, page_id: str, script: str, six: Running
) -> None:
    visitor, invited = Visitor(six.app, language=language), six.invite(language=language)
    page = at_page(visitor, invited, page_id)
    fill, stored = NUMERIC[page_id]

    visitor.send(page, {name: typed.translate(DIGITS[script]) for name, typed in fill.items()})

    assert six.answers(invited)[page_id] == stored


@each_script
@pytest.mark.parametrize("page_id", NUMERIC)
def test_number_that_is_refused_is_shown_as_it_was_typed(
    page_id: str, script: str, six: Running
) -> None:
    visitor, invited = Visitor(six.app, language="fa"), six.invite(language="fa")
    page = at_page(visitor, invited, page_id)
    fill = {
        name: typed.translate(DIGITS[script]) + "x" for name, typed in NUMERIC[page_id][0].items()
    }

    refused = visitor.send(page, fill)

    assert refused.status == 422
    assert {name: refused.shown[name] for name in fill} == fill
    assert page_id not in six.answers(invited)


@each_script
@pytest.mark.parametrize("language", SIX)
def test_code_in_own_digits_opens_the_questions(language: str, script: str, six: Running) -> None:
    visitor, invited = Visitor(six.app, language=language), six.invite(language=language)

    page = visitor.send(visitor.open("/"), {"code": invited.code.translate(DIGITS[script])})

    assert (page.id, page.lang) == ("x_hallo", language)


@pytest.mark.parametrize("script", DIGITS)
def test_wrong_code_is_shown_as_it_was_typed(script: str, six: Running) -> None:
    visitor = Visitor(six.app, language="ar")
    typed = "1234 567".translate(DIGITS[script])

    page = visitor.send(visitor.open("/"), {"code": typed})

    assert page.status == 422
    assert page.shown["code"] == typed


def test_joiners_that_persian_is_written_with_survive(six: Running) -> None:
    visitor, invited = Visitor(six.app, language="fa"), six.invite(language="fa")
    words = "می\u200cخواهم کتاب\u200cها را بخوانم"

    page = visitor.send(at_page(visitor, invited, "k_wens"), {"k_wens": words})

    assert six.answers(invited)["k_wens"] == words
    assert visitor.open("/q/k_wens").shown["k_wens"] == words
    assert page.status == 200
