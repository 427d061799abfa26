"""Builders of the views of every page kind; a test overrides what matters to it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any, cast

from markupsafe import Markup

from app.i18n.locales import language as named
from app.web.respond.view import (
    Box,
    Choice,
    Clip,
    DoneView,
    EntryView,
    ErrorLink,
    Field,
    LanguageChoice,
    PlainView,
    QuestionView,
    ReviewRow,
    ReviewSection,
    ReviewView,
)
from tests.web.templates.sample_words import WORDS, SampleWords


def form_secrets() -> tuple[tuple[str, str], ...]:
    """Hidden fields as long, and as hard to compress, as real ones."""
    return (
        ("op", secrets.token_urlsafe(16)),
        ("rev", "41"),
        ("csrf_token", secrets.token_urlsafe(68)),
    )


def choices(name: str, labels: tuple[str, ...], *, exclusive_last: bool = False) -> list[Choice]:
    return [
        Choice(
            id=f"{name}-{place}",
            value=f"code_{place}",
            label=label,
            exclusive=exclusive_last and place == len(labels),
        )
        for place, label in enumerate(labels, start=1)
    ]


def missing(name: str, words: SampleWords) -> list[Choice]:
    return [
        Choice(id=f"{name}-dk", value="dk", label=words.dk),
        Choice(id=f"{name}-ref", value="ref", label=words.ref),
    ]


def second_languages(lang: str) -> list[LanguageChoice]:
    """Every language a page can be shown in as well."""
    return [
        LanguageChoice(code, named(code).name, named(code).dir, current=False)
        for code in ("nl", "en", "ar", "tr", "ti", "fa")
        if code != lang
    ]


def question(lang: str, kind: str, fields: list[Field], **overrides: Any) -> QuestionView:
    words = WORDS[lang]
    view = QuestionView(
        page_id="d_nu",
        kind=kind,
        action="/q/d_nu",
        heading=words.question,
        help=words.help,
        module_title=words.module,
        module_lead=None,
        position=words.position,
        fields=fields,
        errors=[],
        prompt=None,
        notice=None,
        saved=True,
        hidden=form_secrets(),
        submit_label=words.next,
        can_go_back=True,
        beside=second_languages(lang),
    )
    return replace(view, **overrides)


def single(lang: str, **overrides: Any) -> QuestionView:
    field = Field("d_nu", "d_nu", None, "radio", choices("d_nu", WORDS[lang].options))
    return question(lang, "single", [field], **overrides)


def multiple(lang: str, **overrides: Any) -> QuestionView:
    words = WORDS[lang]
    field = Field(
        name="d_nu",
        id="d_nu",
        legend=None,
        type="checkbox",
        choices=choices("d_nu", words.options, exclusive_last=True),
        missing_choices=missing("d_nu", words),
    )
    return question(lang, "multiple", [field], **({"help": None} | overrides))


def other_namely(lang: str, **overrides: Any) -> QuestionView:
    options = choices("d_nu", WORDS[lang].options[:3])
    options[-1] = replace(options[-1], specify_name="d_nu_other")
    field = Field("d_nu", "d_nu", None, "radio", options)
    return question(lang, "single", [field], **overrides)


def boxes(lang: str, kind: str, *made: Box, offer_missing: bool = True, **overrides: Any):
    field = Field(
        name="d_nu",
        id="d_nu",
        legend=None,
        type="boxes",
        missing_choices=missing("d_nu", WORDS[lang]) if offer_missing else [],
        boxes=made,
    )
    return question(lang, kind, [field], **overrides)


def number(lang: str, **overrides: Any) -> QuestionView:
    hours = Box("d_nu", "d_nu", None, inputmode="numeric", width=3, unit=WORDS[lang].unit)
    return boxes(lang, "number", hours, **overrides)


def year(lang: str, **overrides: Any) -> QuestionView:
    return boxes(lang, "year", Box("d_nu", "d_nu", None, inputmode="numeric", width=4), **overrides)


def month(lang: str, **overrides: Any) -> QuestionView:
    month_label, year_label = WORDS[lang].month_and_year
    return boxes(
        lang,
        "month",
        Box("d_nu-month", "d_nu.month", month_label, inputmode="numeric", width=3),
        Box("d_nu-year", "d_nu.year", year_label, inputmode="numeric", width=5),
        **overrides,
    )


def text(lang: str, **overrides: Any) -> QuestionView:
    return boxes(lang, "text", Box("d_nu", "d_nu", None, dir="ltr"), **overrides)


def open_answer(lang: str, **overrides: Any) -> QuestionView:
    box = Box("d_nu", "d_nu", None, multiline=True, dir="auto")
    return boxes(lang, "open", box, offer_missing=False, **overrides)


def code_list(lang: str, **overrides: Any) -> QuestionView:
    box = Box("d_nu", "d_nu", None, dir="auto", list_url="/lists/municipality")
    return boxes(lang, "code_list", box, **overrides)


def code_list_suggesting(lang: str, **overrides: Any) -> QuestionView:
    """A code list that comes back with ten near matches of what was typed."""
    words = WORDS[lang]
    typed = Box("d_nu", "d_nu", None, value="Utrech", dir="auto", list_url="/lists/municipality")
    field = Field(
        name="d_nu",
        id="d_nu",
        legend=None,
        type="radio",
        choices=choices("d_nu", (*words.places, words.none_of_these)),
        boxes=[typed],
        error=words.problem,
    )
    errors = [ErrorLink("#d_nu-1", words.problem)]
    return question(lang, "code_list", [field], **({"errors": errors, "saved": False} | overrides))


def statement(words: SampleWords, place: int, *, offer_missing: bool = False) -> Field:
    name = f"bat_plan_{place}"
    return Field(
        name=name,
        id=name,
        legend=words.statements[place],
        type="radio",
        choices=choices(name, words.scale),
        missing_choices=missing(name, words) if offer_missing else [],
    )


def battery(lang: str, **overrides: Any) -> QuestionView:
    """Six statements of five options: the longest page the bank makes."""
    fields = [statement(WORDS[lang], place) for place in range(6)]
    return question(lang, "battery", fields, **overrides)


def battery_with_refusal(lang: str, **overrides: Any) -> QuestionView:
    fields = [statement(WORDS[lang], place, offer_missing=True) for place in range(5)]
    return question(lang, "battery", fields, **overrides)


def info(lang: str, **overrides: Any) -> QuestionView:
    return question(
        lang, "info", [], **({"heading": WORDS[lang].consent, "saved": False} | overrides)
    )


def consent(lang: str, **overrides: Any) -> QuestionView:
    words = WORDS[lang]
    field = Field("c_meedoen", "c_meedoen", None, "radio", choices("c_meedoen", words.yes_no))
    asked = {"heading": words.consent, "help": words.consent_help}
    return question(lang, "consent", [field], **(asked | overrides))


def confirm(lang: str, **overrides: Any) -> QuestionView:
    name = "d_nu_confirm"
    field = Field(name, name, None, "radio", choices(name, WORDS[lang].scale[:3]))
    return question(lang, "confirm", [field], **overrides)


def single_with_error(lang: str, **overrides: Any) -> QuestionView:
    words = WORDS[lang]
    view = single(lang, errors=[ErrorLink("#d_nu-1", words.problem)], saved=False)
    return replace(view, fields=[replace(view.fields[0], error=words.problem)], **overrides)


def year_with_error(lang: str, **overrides: Any) -> QuestionView:
    words = WORDS[lang]
    view = year(lang, errors=[ErrorLink("#d_nu", words.problem)], saved=False)
    typed = replace(view.fields[0].boxes[0], value="88")
    failed = replace(view.fields[0], error=words.problem, boxes=[typed])
    return replace(view, fields=[failed], **overrides)


def prompted(lang: str, **overrides: Any) -> QuestionView:
    words = WORDS[lang]
    view = single(lang, prompt=words.prompt, saved=False)
    offered = replace(view.fields[0], missing_choices=missing("d_nu", words))
    return replace(view, fields=[offered], **overrides)


def noticed(lang: str, **overrides: Any) -> QuestionView:
    return single(lang, notice=WORDS[lang].prompt, saved=False, **overrides)


def review(lang: str, *, sections: int = 8, rows: int = 5) -> ReviewView:
    """As many rows as the longest route has answers."""
    words = WORDS[lang]
    answered = [
        ReviewRow(
            question=f"{words.statements[row % 6]} {section}",
            answer=words.options[(row + section) % 7],
            change_url=f"/q/var_{section}_{row}",
        )
        for section in range(sections)
        for row in range(rows)
    ]
    return ReviewView(
        action="/review",
        sections=[
            ReviewSection(f"{words.module} {place}", answered[place * rows : (place + 1) * rows])
            for place in range(sections)
        ],
        hidden=form_secrets(),
    )


def entry(lang: str, **overrides: Any) -> EntryView:
    return replace(EntryView(action="/", hidden=form_secrets()[2:]), **overrides)


def entry_with_error(lang: str) -> EntryView:
    return entry(lang, code="1234 5678", error=WORDS[lang].problem)


def entry_from_letter(lang: str) -> EntryView:
    return entry(lang, code="12345678901234", from_letter=True)


def done(lang: str, **overrides: Any) -> DoneView:
    words = WORDS[lang]
    view = DoneView("refused", words.module, words.help, change_url="/q/c_meedoen")
    return replace(view, action="/language", hidden=form_secrets()[2:], **overrides)


def plain(lang: str, **overrides: Any) -> PlainView:
    words = WORDS[lang]
    view = PlainView("help", words.module, [words.help, words.consent])
    return replace(view, action="/language", hidden=form_secrets()[2:], **overrides)


def error_page(lang: str) -> PlainView:
    """A page made where there may be no session: no form, and what was typed to copy."""
    words = WORDS[lang]
    return PlainView(
        "error-413",
        words.problem,
        [words.prompt],
        kept=[(words.question, "<script>alert(1)</script>\n  two lines")],
        link_url="/",
        link_text=words.next,
    )


def all_heard(view: QuestionView) -> QuestionView:
    """A question page with a clip of every text, in reading order; addresses are as random as real
    ones, and the same words have the same clip.
    """
    address = cache(lambda words: f"/audio/{secrets.token_hex(16)}.mp3")
    places: list[tuple[str, Any]] = [("#prompt", view.prompt), (".lead", view.module_lead)]
    places += [("h1", view.heading), (".help", view.help)]
    for field in view.fields:
        places += [(f"#{field.id}-legend", field.legend), (f"#{field.id}-error", field.error)]
        choices = (*field.choices, *field.missing_choices)
        places += [(f"#{choice.id}", choice.label) for choice in choices]
    heard = [Clip(of, words, address(words)) for of, words in places if words]
    return replace(view, sound=heard)


def in_two(first: QuestionView, second: QuestionView, language: str) -> QuestionView:
    """A question page that says everything in a second language below the first."""
    direction = named(language).dir

    def words(one: Any, other: Any) -> Any:
        if not one or not other or one == other:
            return one
        below = Markup('<span class="also" lang="{}" dir="{}">{}</span>')
        return Markup("{} {}").format(one, below.format(language, direction, other))

    def said(one: Any, other: Any, *names: str, **changes: Any) -> Any:
        pairs = {name: words(getattr(one, name), getattr(other, name)) for name in names}
        return replace(one, **pairs, **changes)

    def choices(one: Field, other: Field, name: str) -> list[Choice]:
        both = zip(getattr(one, name), getattr(other, name), strict=True)
        return [said(mine, theirs, "label") for mine, theirs in both]

    fields = [
        said(
            mine,
            theirs,
            "legend",
            "error",
            choices=choices(mine, theirs, "choices"),
            missing_choices=choices(mine, theirs, "missing_choices"),
            boxes=[
                said(*pair, "label", "unit") for pair in zip(mine.boxes, theirs.boxes, strict=True)
            ],
        )
        for mine, theirs in zip(first.fields, second.fields, strict=True)
    ]
    names = ("heading", "help", "module_title", "position", "prompt", "notice", "submit_label")
    menu = [replace(one, current=one.code == language) for one in first.beside]
    return cast(QuestionView, said(first, second, *names, fields=fields, beside=menu))


Build = Callable[[str], Any]

QUESTION_PAGES: dict[str, Build] = {
    "single": single,
    "multiple": multiple,
    "other-namely": other_namely,
    "number": number,
    "year": year,
    "month": month,
    "text": text,
    "open": open_answer,
    "code-list": code_list,
    "code-list-suggesting": code_list_suggesting,
    "battery": battery,
    "battery-with-refusal": battery_with_refusal,
    "info": info,
    "consent": consent,
    "confirm": confirm,
    "single-with-error": single_with_error,
    "year-with-error": year_with_error,
    "prompted": prompted,
    "noticed": noticed,
}
FORM_PAGES: dict[str, Build] = {
    **QUESTION_PAGES,
    "review": review,
    "entry": entry,
    "entry-with-error": entry_with_error,
    "entry-from-letter": entry_from_letter,
}
PAGES: dict[str, Build] = {**FORM_PAGES, "done": done, "plain": plain, "error": error_page}
