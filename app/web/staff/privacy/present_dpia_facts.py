"""What the system itself says at each point of the impact assessment: sentences and tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.panel.dpia import Point
from app.services.privacy.dpia_inventory import Installation, Inventory
from app.web.respond.words import Translate
from app.web.staff.figures import Figures
from app.web.staff.privacy.dpia_words import category_words
from app.web.staff.privacy.present_retention import kept_words, term_words
from app.web.staff.view import Row, Table, in_english

Known = tuple[list[str], list[Table]]


def known_of(
    _: Translate,
    figures: Figures,
    language: str,
    point: Point,
    known: Inventory,
    running: Installation,
) -> Known:
    """Return what is known of a point without asking anybody; of most points of law nothing."""
    sentences: dict[Point, Callable[[], list[str]]] = {
        Point.PROPOSAL: lambda: _study(_, language, known, running),
        Point.PROCESSING: lambda: _processing(_),
        Point.PARTIES: lambda: _parties(_, running),
        Point.TECHNIQUE: lambda: _technique(_),
        Point.FRAMEWORK: lambda: [
            _("GDPR, and the Dutch act that goes with it (UAVG), articles 24 and 44.")
        ],
        Point.NECESSITY: lambda: _necessity(_, figures, known),
        Point.RIGHTS: lambda: _rights(_, figures, running),
    }
    tables: dict[Point, Callable[[], list[Table]]] = {
        Point.PROPOSAL: lambda: [_waves(_, figures, known, running)],
        Point.DATA: lambda: [
            _modules(_, figures, language, known),
            _frame(_, known),
            _contact(_, language, known),
        ],
        Point.PURPOSES: lambda: [_purposes(_, language, known)],
        Point.RETENTION: lambda: [_terms(_, figures, known)] if known.terms else [],
        Point.SPECIAL: lambda: [_special(_, language, known)] if known.special else [],
        Point.MEASURES: lambda: [_measures(_, figures, running)],
    }
    return sentences.get(point, list)(), tables.get(point, list)()


def said(text: Mapping[str, str], language: str) -> str:
    """Return words of the study in a language, or in the one it is written in."""
    return text.get(language) or text.get("nl") or next(iter(text.values()), "")


def _study(_: Translate, language: str, known: Inventory, running: Installation) -> list[str]:
    words = [_("Study: %(title)s", title=said(known.title, language))]
    if running.synthetic:
        words.append(_("This installation holds invented people only."))
    return words


def _waves(_: Translate, figures: Figures, known: Inventory, running: Installation) -> Table:
    rows = [
        Row(
            str(plan.year),
            (
                figures.day(plan.opens_on),
                figures.day(plan.closes_on),
                ", ".join(figures.language(code) for code in plan.languages),
                _("yes") if plan.year in running.fielded else _("not yet"),
            ),
        )
        for plan in known.plans
    ]
    head = (_("Wave"), _("Opens"), _("Closes"), _("Languages"), _("In this program"))
    return Table("waves", _("Waves as planned"), head, rows, numbers_from=9)


def _modules(_: Translate, figures: Figures, language: str, known: Inventory) -> Table:
    rows = [
        Row(
            said(one.title, language),
            (
                figures.count(one.variables),
                figures.count(one.sensitive),
                figures.count(one.open_words),
                ", ".join(map(str, one.waves)),
            ),
        )
        for one in known.modules
    ]
    head = (_("Chapter"), _("Answers asked"), _("Marked sensitive"), _("In own words"), _("Waves"))
    total = [
        sum(getattr(one, name) for one in known.modules)
        for name in ("variables", "sensitive", "open_words")
    ]
    foot = [Row(_("Together"), (*(figures.count(one) for one in total), ""))]
    return Table("modules", _("The questionnaire, under a pseudonym"), head, rows, foot)


def _frame(_: Translate, known: Inventory) -> Table:
    rows = [Row(one.var, (in_english(one.note),)) for one in known.frame]
    head = (_("Variable"), _("What it is (words of the study)"))
    return Table("frame", _("From the register, under a pseudonym"), head, rows, numbers_from=9)


def _contact(_: Translate, language: str, known: Inventory) -> Table:
    rows = [
        Row(_("Name, address, e-mail address, phone number, second contact, key of the register"),
            (_("register, or the person"),)),
        *(Row(said(words, language), (_("the person, in the questionnaire"),))
          for _var, words in known.contact),
        Row(_("Letters, e-mails and text messages: channel, day, state"), (_("this program"),)),
        Row(_("Staff: e-mail address, role, what they did"), (_("this program"),)),
    ]  # fmt: skip
    head = (_("What"), _("From"))
    return Table("contacts", _("Contact details and traces, apart from answers"), head, rows,
                 numbers_from=9)  # fmt: skip


def _processing(_: Translate) -> list[str]:
    return [
        _("A sample is drawn from a register file; contact details and answers are kept apart."),
        _(
            "Letters, e-mails and text messages invite and remind; people answer online or with"
            " help."
        ),
        _("Own words are redacted and coded by staff before anybody analyses them."),
        _("Answers are weighted and tabulated under a pseudonym; tables pass disclosure control."),
        _("People see, stop and erase their own data by the code of their letter, or by phone."),
    ]


def _purposes(_: Translate, language: str, known: Inventory) -> Table:
    rows = [Row(code, (said(words, language),)) for code, words in known.questions.items()]
    head = (_("Code"), _("Research question"))
    return Table("purposes-table", _("What the answers are for"), head, rows, numbers_from=9)


def _parties(_: Translate, running: Installation) -> list[str]:
    channels = [_("letters, as files for a printer")]
    if running.email:
        channels.append(_("e-mail by a mail server"))
    if running.sms:
        channels.append(_("text messages by %(name)s", name=running.sms))
    return [
        _("Channels set up here: %(list)s.", list=", ".join(channels)),
        _("No single answer goes to DUO, IND, COA or a municipality: there is no such export."),
    ]


def _technique(_: Translate) -> list[str]:
    return [
        _("Pages come from one server; no foreign host, no tracking, no cookie before the code."),
        _("Nothing is decided about anybody, and nobody is profiled (art. 22)."),
    ]


def _terms(_: Translate, figures: Figures, known: Inventory) -> Table:
    rows = [
        Row(kept_words(_, term.kept), (term_words(_, figures, term), term.why))
        for term in known.terms
    ]
    head = (_("What"), _("Kept"), _("Why so long (words of the study)"))
    return Table("terms", _("What is kept for a time only"), head, rows, numbers_from=9)


def _special(_: Translate, language: str, known: Inventory) -> Table:
    rows = []
    for one in known.special:
        asked = "; ".join(said(words, language) if words else var for var, words in one.asked)
        names = ", ".join(one.special.variables)
        rows.append(Row(category_words(_, one.special.category), (asked, names, one.special.why)))
    head = (_("Category"), _("What is asked"), _("Variables"), _("Why (words of the study)"))
    caption = _("Special categories and sensitive questions")
    return Table("special-table", caption, head, rows, numbers_from=9)


def _necessity(_: Translate, figures: Figures, known: Inventory) -> list[str]:
    asked = sum(one.variables for one in known.modules)
    return [
        _(
            "Answers asked: %(asked)s. Questions that serve no research question: %(without)s.",
            asked=figures.count(asked), without=figures.count(len(known.without_purpose)),
        ),
        _("Every question may be left out; only the consent to take part is needed."),
        _("Taking part is free, and no benefit or duty depends on it."),
    ]  # fmt: skip


def _rights(_: Translate, figures: Figures, running: Installation) -> list[str]:
    return [
        _("People are told in the letter and on the privacy page, in each language (art. 12–14)."),
        _("A copy of everything, in the person's language, at once by code or by staff (art. 15)."),
        _("Contact details are corrected on the own page (art. 16)."),
        _("Stopping at once, by code or by phone (art. 7(3), 21); erasure with proof (art. 17)."),
        _(
            "Requests so far: %(count)s, of which too late: %(late)s. Erased people: %(erased)s.",
            count=figures.count(running.requests), late=figures.count(running.late),
            erased=figures.count(running.erased),
        ),
    ]  # fmt: skip


def _measures(_: Translate, figures: Figures, running: Installation) -> Table:
    rows = [
        Row(_("Separation"), (
            _("Answers and contact details in two databases, with two keys"),
            _("yes") if running.separate else _("no"),
        )),
        Row(_("Encryption"), (
            _("Contact details by AES-256-GCM, bound to their place, under a key for each person"),
            _("always"),
        )),
        Row(_("Pseudonyms"), (_("Analysts see random numbers only"), _("always"))),
        Row(_("Disclosure control"), (
            _("Smallest cell 10; groups under 30 suppressed; audited over all tables of a release"),
            _("always"),
        )),
        Row(_("Access of staff"), (
            _("Seven roles, deny by default; two factors; a fresh proof for exports"),
            _("always"),
        )),
        Row(_("Log"), (
            _("Chained by hash; head written down outside the database each day"),
            _("%(days)s days", days=figures.count(running.heads)),
        )),
        Row(_("Erasure"), (
            _("Keys destroyed, files and databases searched afterwards, proof kept"),
            _("%(count)s people", count=figures.count(running.erased)),
        )),
    ]  # fmt: skip
    head = (_("Measure"), _("What it is"), _("Here, now"))
    return Table("measures-table", _("Measures of this program"), head, rows, numbers_from=9)
