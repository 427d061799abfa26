"""All answers in words, by module, before they are sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.questionnaire.answers import other_variable
from app.questionnaire.model import Kind, Missing, Value
from app.questionnaire.wording import question, translated
from app.services.interviewing.interviews import Interview
from app.web.respond.view import ReviewPart, ReviewRow, ReviewSection, ReviewView
from app.web.respond.words import answer_words, with_isolates

REVIEW_URL = "/review?part={}"
CHANGE_URL = "/q/{}?from=review"
ROWS_A_PART = 24
"""Answers on one review page: with more it would weigh over 3 KB."""


def review_view(
    interview: Interview,
    language: str,
    hidden: Sequence[tuple[str, str]],
    part: int,
) -> ReviewView:
    """Return one part (from 1) of all answers in words, by module, with links that change them."""
    parts = _parts(_review_rows(interview, language))
    at = min(max(part, 1), len(parts))
    modules = interview.instrument.module_by_id
    return ReviewView(
        action=REVIEW_URL.format(at),
        sections=[
            ReviewSection(translated(modules[module].title, language), rows)
            for module, rows in parts[at - 1].items()
        ],
        hidden=hidden,
        parts=[
            ReviewPart(number, REVIEW_URL.format(number), number == at)
            for number in range(1, len(parts) + 1)
        ]
        if len(parts) > 1
        else [],
        next_url=REVIEW_URL.format(at + 1) if at < len(parts) else None,
    )


def _review_rows(interview: Interview, language: str) -> dict[str, list[ReviewRow]]:
    """Rows by module, in the order of the route."""
    instrument = interview.instrument
    by_module: dict[str, list[ReviewRow]] = {}
    for page in interview.route.pages:
        if page.item.kind is Kind.INFO:
            continue
        asked = question(instrument, page, interview.known, interview.route.values, language)
        texts = {one.var: translated(one.text, language) for one in page.statements}
        for var in page.variables:
            value: Value = interview.answers.get(var, Missing.SKIP)
            other = interview.answers.get(other_variable(var))
            answer = answer_words(instrument, var, value, other, language)
            row = ReviewRow(
                question=with_isolates(texts.get(var, asked)),
                answer=with_isolates(answer),
                change_url=CHANGE_URL.format(page.id),
            )
            by_module.setdefault(page.item.module, []).append(row)
    return by_module


def _parts(by_module: Mapping[str, list[ReviewRow]]) -> list[dict[str, list[ReviewRow]]]:
    """Modules gathered into parts that fit the budget of a page; a module is never split."""
    parts: list[dict[str, list[ReviewRow]]] = [{}]
    rows = 0
    for module, listed in by_module.items():
        if rows and rows + len(listed) > ROWS_A_PART:
            parts.append({})
            rows = 0
        parts[-1][module] = listed
        rows += len(listed)
    return parts
