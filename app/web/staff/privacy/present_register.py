"""The register of processing (GDPR article 30(1)) from the same facts as the assessment."""

from __future__ import annotations

from app.panel.dpia import Point
from app.services.privacy.dpia import Version
from app.services.privacy.dpia_inventory import Installation, Inventory
from app.web.respond.words import Translate
from app.web.staff.figures import Figures
from app.web.staff.privacy.dpia_words import category_words
from app.web.staff.privacy.present_dpia_facts import said
from app.web.staff.view import Row, Table


def tables(
    _: Translate,
    figures: Figures,
    language: str,
    known: Inventory,
    running: Installation,
    version: Version,
) -> list[Table]:
    """Return a table for each processing: what article 30(1)(a) to (g) asks of it."""
    open_ = _("to be filled in: impact assessment")

    def written(point: Point) -> str:
        return version.texts.get(point, "").strip() or open_

    categories = dict.fromkeys(category_words(_, one.special.category) for one in known.special)
    kept = _("see: What is kept until when")
    measures = _("see: Impact assessment, point 17")
    study = said(known.title, language)
    people = _("people with a duty to integrate, drawn from the register, or by an open link")
    survey = [
        (_("Controller and officer (a)"), written(Point.PARTIES)),
        (_("Purposes (b)"), written(Point.PURPOSES)),
        (_("People it is about (c)"), people),
        (_("Data (c)"), _("answers, register variables, consents, times of saving")),
        (_("Special categories (c)"), "; ".join(categories) or _("none named")),
        (_("Recipients (d)"), _("analysts of the study, under a pseudonym; the public, as tables")),
        (_("Outside the EEA (e)"), written(Point.LOCATIONS)),
        (_("Time limits (f)"), kept),
        (_("Security (g)"), measures),
    ]
    contact = [
        (_("Controller and officer (a)"), written(Point.PARTIES)),
        (_("Purposes (b)"), _("inviting, reminding, thanking, helping")),
        (_("People it is about (c)"), people),
        (_("Data (c)"), _("name, address, e-mail address, phone number, second contact")),
        (_("Recipients (d)"), _channels(_, running)),
        (_("Outside the EEA (e)"), written(Point.LOCATIONS)),
        (_("Time limits (f)"), kept),
        (_("Security (g)"), measures),
    ]
    staff = [
        (_("Controller and officer (a)"), written(Point.PARTIES)),
        (_("Purposes (b)"), _("letting in who may, and answering for what was done")),
        (_("People it is about (c)"), _("staff of the study")),
        (_("Data (c)"), _("e-mail address, role, second factors, sessions, log")),
        (_("Recipients (d)"), _("privacy officer and administrators")),
        (_("Outside the EEA (e)"), written(Point.LOCATIONS)),
        (_("Time limits (f)"), kept),
        (_("Security (g)"), measures),
    ]
    named = (
        ("survey", _("%(study)s: the survey", study=study), survey),
        ("contact", _("%(study)s: contact with people", study=study), contact),
        ("staff", _("%(study)s: accounts of staff", study=study), staff),
    )
    head = (_("Article 30(1)"), _("In this processing"))
    return [
        Table(f"register-{name}", caption, head, [Row(key, (words,)) for key, words in rows],
              numbers_from=9)
        for name, caption, rows in named
    ]  # fmt: skip


def _channels(_: Translate, running: Installation) -> str:
    named = [_("printer and post")]
    if running.email:
        named.append(_("mail server"))
    if running.sms:
        named.append(_("text messages by %(name)s", name=running.sms))
    return ", ".join(named)
