"""From texts and their history to what the pages of translators say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from app.i18n.locales import language as language_named
from app.i18n.remarks import Standing
from app.services.accounts.staff import Visit
from app.services.content.site_texts import LanguageTexts, Part, SiteText
from app.services.content.text_edits import own_words
from app.web.respond.words import Translate
from app.web.staff.figures import NONE, Figures
from app.web.staff.listing import Cell, Choice, Column
from app.web.staff.texts.view import (
    Download,
    LanguageView,
    Pair,
    PartView,
)
from app.web.staff.texts.words import (
    BADGES,
    part_words,
    standing_words,
)
from app.web.staff.view import Row, Table, Words

PATH = "/staff/texts"
FORMATS = ("xlsx", "po")


def overview(_: Translate, figures: Figures, found: Sequence[LanguageTexts]) -> Table:
    """Return how far each language is."""
    return Table(
        id="languages",
        caption=_("How far each language is"),
        head=[
            _("Language"),
            _("Texts"),
            _("Not translated"),
            _("Stale"),
            _("Draft"),
            _("Reviewed"),
            _("Parts signed off"),
        ],
        rows=[_language_row(_, figures, one) for one in found],
    )


def _language_row(_: Translate, figures: Figures, one: LanguageTexts) -> Row:
    link = Markup('<a href="{}/{}">{}</a>').format(
        PATH, one.language, figures.language(one.language)
    )
    signed = sum(part.is_signed_off for part in one.parts)
    return Row(
        link,
        [
            figures.count(len(one.texts)),
            *_counts(figures, one.standings),
            _("%(done)s of %(count)s", done=signed, count=len(one.parts)),
        ],
    )


def _counts(figures: Figures, standings: Mapping[Standing, int]) -> list[Words]:
    return [
        figures.count(standings.get(one, 0)) if standings.get(one) else NONE
        for one in (Standing.MISSING, Standing.STALE, Standing.DRAFT, Standing.REVIEWED)
    ]


def language_view(
    _: Translate, figures: Figures, whole: LanguageTexts, *, reader: str, may_keep: bool
) -> LanguageView:
    """Return the page of a language."""
    url = f"{PATH}/{whole.language}"
    found = whole.standings
    unfinished = found[Standing.MISSING] + found[Standing.STALE]
    if unfinished:
        lead = _("To translate: %(count)s texts.", count=figures.count(unfinished))
    elif found[Standing.DRAFT]:
        lead = _(
            "Everything is translated. Texts that nobody reviewed yet: %(count)s.",
            count=figures.count(found[Standing.DRAFT]),
        )
    else:
        lead = _("Everything is translated and reviewed.")
    catalogs = list(dict.fromkeys(part.catalog for part in whole.parts))
    return LanguageView(
        url=url,
        lead=lead,
        left=_left(_, figures, whole, url),
        parts=Table(
            id="parts",
            caption=_("Parts, in the order of the questionnaire"),
            head=[
                _("Part"),
                _("Texts"),
                _("Not translated"),
                _("Stale"),
                _("Draft"),
                _("Reviewed"),
                _("Signed off"),
            ],
            rows=[
                Row(
                    Markup('<a href="{}/parts/{}">{}</a>').format(
                        url, part.id, part_words(_, part, reader)
                    ),
                    [
                        figures.count(len(part.texts)),
                        *_counts(figures, part.standings),
                        _signature(_, figures, part),
                    ],
                )
                for part in whole.parts
            ],
        ),
        downloads=[
            Download(
                f"{url}/{which_of(one)}.{format_}",
                f"{catalog_words(_, one)} ({format_.upper()})",
            )
            for one in catalogs
            for format_ in FORMATS
        ],
        catalogs=[(which_of(one), catalog_words(_, one)) for one in catalogs],
        may_keep=may_keep,
    )


def _left(_: Translate, figures: Figures, whole: LanguageTexts, url: str) -> list[tuple[str, str]]:
    """Lists of what is left to do; what there is none of is no list."""
    counts = [
        (str(one), standing_words(_, one), whole.standings[one])
        for one in (Standing.MISSING, Standing.STALE, Standing.DRAFT)
    ]
    doubts = sum(bool(one.entry.remarks.doubts) for one in whole.texts)
    counts.append(("doubt", _("With a question"), doubts))
    return [
        (f"{url}/list?state={state}", f"{words}: {figures.count(count)}")
        for state, words, count in counts
        if count
    ]


def which_of(catalog: str) -> str:
    """Return what addresses call a catalog."""
    return "interface" if catalog == "messages" else "questions"


def catalog_words(_: Translate, catalog: str) -> str:
    """Return what a catalog is called."""
    if which_of(catalog) == "interface":
        return _("Buttons and messages on the pages")
    return _("Questions and letters")


def _signature(_: Translate, figures: Figures, part: Part) -> str:
    if part.sign_off is None:
        return NONE
    day = figures.short_day(part.sign_off.at.date())
    if part.is_signed_off:
        return _("%(name)s, %(day)s", name=part.sign_off.name, day=day)
    return _("Changed since %(name)s, %(day)s", name=part.sign_off.name, day=day)


# --- the list of strings --------------------------------------------------------------------------


def columns(
    _: Translate, whole: LanguageTexts, titles: Mapping[str, str], source_lang: str
) -> list[Column[SiteText]]:
    """Return the columns of the list of texts."""
    named = language_named(whole.language)
    places = {one.id: at for at, one in enumerate(whole.texts)}
    url = f"{PATH}/{whole.language}/text/"
    return [
        Column(
            "source",
            _("Source"),
            lambda one: Cell(
                one.source,
                url=url + one.id,
                small=one.entry.context or None,
                lang="en" if one.is_interface else source_lang,
            ),
            sort=lambda one: places[one.id],
            csv=lambda one: one.source,
        ),
        Column(
            "words",
            _("Translation"),
            lambda one: Cell(one.words, lang=named.tag, dir=named.dir),
            csv=lambda one: one.words,
        ),
        Column("part", _("Part"), lambda one: titles[one.part], sort=lambda one: titles[one.part]),
        Column(
            "state",
            _("State"),
            lambda one: Cell(
                standing_words(_, one.entry.standing), badge=BADGES[one.entry.standing]
            ),
            sort=lambda one: list(BADGES).index(one.entry.standing),
        ),
        Column("name", _("Name"), lambda one: one.entry.context or NONE),
    ]


def choices(_: Translate, titles: Mapping[str, str]) -> list[Choice]:
    """Return the filters of the list of texts."""
    states = [(str(one), standing_words(_, one)) for one in BADGES]
    return [
        Choice("state", _("State"), [*states, ("doubt", _("With a question"))]),
        Choice("part", _("Part"), list(titles.items())),
    ]


def is_wanted(text: SiteText, chosen: Mapping[str, str]) -> bool:
    """Tell whether the filters keep a text."""
    state, part = chosen.get("state"), chosen.get("part")
    if part and text.part != part:
        return False
    if state == "doubt":
        return bool(text.entry.remarks.doubts)
    return not state or str(text.entry.standing) == state


# --- a part to read through -----------------------------------------------------------------------


def part_view(
    _: Translate,
    figures: Figures,
    whole: LanguageTexts,
    part: Part,
    visit: Visit,
    *,
    source_lang: str,
    may_keep: bool,
) -> PartView:
    """Return a part with its texts side by side, and whether this person may sign it off."""
    named = language_named(whole.language)
    url = f"{PATH}/{whole.language}"
    found = part.standings
    unready = found[Standing.MISSING] + found[Standing.STALE]
    drafts = [one for one in part.texts if one.entry.standing is Standing.DRAFT]
    own = own_words(whole, visit, drafts)
    mine = {one.id for one in own}
    why_not = _why_not(_, figures, unready, len(own), may_keep=may_keep)
    signed = ""
    if part.sign_off is not None:
        who, day = part.sign_off.name, figures.day(part.sign_off.at.date())
        signed = (
            _("Signed off by %(name)s on %(day)s.", name=who, day=day)
            if part.is_signed_off
            else _(
                "%(name)s signed this off on %(day)s. Texts have changed since.", name=who, day=day
            )
        )
    return PartView(
        url=f"{url}/parts/{part.id}",
        lead=_counted(_, figures, part, found),
        lang=named.tag,
        dir=named.dir,
        source_lang="en" if which_of(part.catalog) == "interface" else source_lang,
        pairs=[
            Pair(
                url=f"{url}/text/{one.id}",
                name=one.entry.context,
                source=one.source,
                words=one.words,
                state=standing_words(_, one.entry.standing),
                badge=BADGES[one.entry.standing],
                doubt=" ".join(one.entry.remarks.doubts),
                own=one.id in mine,
            )
            for one in part.texts
        ],
        seen=part.digest,
        may_sign=not why_not and not part.is_signed_off,
        why_not="" if part.is_signed_off else why_not,
        signed=signed,
        sign_words=_(
            "I read all %(count)s texts beside their source and found them good.",
            count=figures.count(len(part.texts)),
        ),
    )


def _counted(_: Translate, figures: Figures, part: Part, standings: Mapping[Standing, int]) -> str:
    counts = [
        f"{standing_words(_, one)}: {figures.count(standings[one])}"
        for one in BADGES
        if standings.get(one)
    ]
    texts = _("Texts: %(count)s", count=figures.count(len(part.texts)))
    return f"{texts}. {', '.join(counts)}."


def _why_not(_: Translate, figures: Figures, unready: int, own: int, *, may_keep: bool) -> str:
    if not may_keep:
        return _("This installation keeps no edits: texts are changed in the program's own files.")
    if unready:
        return _(
            "Not translated or stale: %(count)s. Translate these first.",
            count=figures.count(unready),
        )
    if own:
        return _(
            "Your own words, not reviewed yet: %(count)s. A colleague finds them good on their own "
            "page, and then you can sign; or the colleague signs.",
            count=figures.count(own),
        )
    return ""
