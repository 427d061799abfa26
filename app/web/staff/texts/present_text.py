"""From one text and its history to its editor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from app.i18n.catalogs import plural_examples
from app.i18n.edits import Edit
from app.i18n.locales import language as language_named
from app.i18n.remarks import Standing
from app.services.accounts.staff import Visit
from app.services.content.questionnaires import DRAFT
from app.services.content.site_texts import SiteText
from app.services.content.text_sheets import TextSheet
from app.web.respond.words import Translate
from app.web.staff.figures import NONE, Figures
from app.web.staff.texts.present import PATH
from app.web.staff.texts.view import Aside, FormField, Happened, TermView, TextView
from app.web.staff.texts.words import BADGES, kind_words, standing_words, what_words

CLIP_URL = "/audio/{}.mp3"
_EXAMPLES = 4
"""Numbers that show which form of a plural is meant."""
_ROW = 60
"""Characters that fit on a line of a text box."""


def text_view(
    _: Translate,
    figures: Figures,
    sheet: TextSheet,
    visit: Visit,
    clips: Mapping[str, str],
    *,
    source_lang: str,
    part: str,
    may_keep: bool,
    typed: Sequence[str] | None = None,
    doubt: str | None = None,
    note: str | None = None,
) -> TextView:
    """Return the editor of a text; what was typed stands in the place of what is on record."""
    text, entry = sheet.text, sheet.text.entry
    named = language_named(text.language)
    url = f"{PATH}/{text.language}"
    standing = entry.standing
    own = sheet.author is not None and sheet.author.by == visit.staff_id.hex
    heard = [clips[one] for one in sheet.hashes if one in clips]
    return TextView(
        url=f"{url}/text/{text.id}",
        name=text.name,
        lang=named.tag,
        dir=named.dir,
        language=figures.language(text.language),
        state=standing_words(_, standing),
        badge=BADGES[standing],
        sources=_sources(_, figures, text, source_lang),
        was=entry.remarks.was or "" if standing is Standing.STALE else "",
        facts=_facts(_, figures, text, part),
        fields=_fields(_, sheet, typed if typed is not None else entry.translations),
        longest=text.longest,
        doubt="\n".join(entry.remarks.doubts) if doubt is None else doubt,
        note="\n".join(entry.remarks.notes) if note is None else note,
        seen=text.seen,
        may_isolate=named.dir == "rtl",
        may_review=standing is Standing.DRAFT and not own and may_keep,
        no_review=_("These are your own words: a colleague reviews them.")
        if standing is Standing.DRAFT and own
        else "",
        elsewhere=[
            _aside(figures.language(code), one.words, code, standing_words(_, one.entry.standing))
            for code, one in sheet.elsewhere.items()
        ],
        terms=[
            TermView(
                term.official,
                ", ".join(term.words.get(text.language, ())) or NONE,
                term.definition,
                missing,
            )
            for term, missing in sheet.terms
        ],
        plain=sheet.plain,
        history=[_happened(_, figures, one) for one in sheet.history],
        clips=heard,
        record_url=f"/staff/audio/{text.language}?q={text.entry.context}"
        if text.entry.context and not heard
        else None,
        preview_url=_preview(sheet),
        previous=f"{url}/text/{sheet.previous.id}" if sheet.previous else None,
        next=f"{url}/text/{sheet.next.id}" if sheet.next else None,
        part_url=f"{url}/parts/{text.part}",
        may_keep=may_keep,
    )


def _preview(sheet: TextSheet) -> str | None:
    if sheet.asked is None:
        return None
    year, var = sheet.asked
    asked = urlencode({"edition": DRAFT, "language": sheet.text.language, "at": var})
    return f"/staff/waves/{year}/questionnaire/preview?{asked}"


def _aside(label: str, words: str, code: str, small: str = "") -> Aside:
    named = language_named(code)
    return Aside(label, words, named.tag, named.dir, small)


def _sources(_: Translate, figures: Figures, text: SiteText, source_lang: str) -> list[Aside]:
    code = "en" if text.is_interface else source_lang
    label = _("Source: %(language)s", language=figures.language(code))
    labels = [label, _("Source, for more than one")][: len(text.entry.sources)]
    found = [
        _aside(one, words, code) for one, words in zip(labels, text.entry.sources, strict=True)
    ]
    if "English" in text.beside:
        found.append(_aside(_("In English"), text.beside["English"], "en"))
    return found


def _facts(_: Translate, figures: Figures, text: SiteText, part: str) -> list[tuple[str, str]]:
    facts = [(_("What it is"), kind_words(_, text)), (_("Part"), part)]
    if text.entry.context:
        facts.append((_("Name"), text.entry.context))
    if text.longest is not None:
        facts.append((_("Characters at most"), str(text.longest)))
    review = text.entry.remarks.review
    if review is not None:
        facts.append((_("Reviewed by"), f"{review.by}, {figures.short_day(review.on)}"))
    return facts


def _fields(_: Translate, sheet: TextSheet, words: Sequence[str]) -> list[FormField]:
    plural = len(sheet.text.entry.sources) > 1
    examples = plural_examples(sheet.text.language, _EXAMPLES) if plural else []

    def label(at: int) -> str:
        if not plural:
            return _("Translation")
        some = examples[at] if at < len(examples) else []
        more = " …" if len(some) == _EXAMPLES else ""
        return _("Translation for %(numbers)s", numbers=", ".join(map(str, some)) + more)

    return [
        FormField(
            f"words-{at}", label(at), one, max(2, min(12, 1 + one.count("\n") + len(one) // _ROW))
        )
        for at, one in enumerate(words)
    ]


def _happened(_: Translate, figures: Figures, one: Edit) -> Happened:
    return Happened(
        what_words(_, one.what), one.name, figures.moment(one.at), "\n".join(one.translations)
    )
