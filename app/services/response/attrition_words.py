"""The words of the ledger of the panel, for staff, in their languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from app.i18n.catalogs import Catalogs
from app.i18n.locales import STAFF_DOMAIN
from app.panel.places import Fate, Place, Why
from app.services.content.instruments import TRANSLATIONS

LANGUAGES = ("nl", "en")
"""What staff read."""


Say = Callable[..., str]
"""Gives the words for what is said in English, with values for named placeholders."""


def speaker(language: str) -> Say:
    """Return what says the words of staff in a language."""
    return partial(Catalogs.load(TRANSLATIONS, domain=STAFF_DOMAIN).gettext, language)


def place_words(_: Say) -> Mapping[Place, str]:
    """Return the name of every place."""
    return {
        Place.COMPLETE: _("Complete"),
        Place.PARTIAL: _("Partial, enough answered"),
        Place.ANSWERING: _("Answering"),
        Place.OPEN: _("Asked, no answer yet"),
        Place.BROKEN_OFF: _("Broken off"),
        Place.REFUSED: _("Refused"),
        Place.NOT_REACHED: _("Not reached"),
        Place.UNABLE: _("Unable to answer"),
        Place.PAUSED: _("Paused"),
        Place.NOT_ASKED: _("Not asked again"),
        Place.WITHDRAWN: _("Withdrawn"),
        Place.ERASED: _("Erased"),
        Place.SCREENED_OUT: _("Screened out"),
        Place.OUT: _("Out of the population"),
        Place.TO_COME: _("Still to be asked"),
        Place.RESERVE: _("Reserve, not needed"),
        Place.NOT_YET: _("Not sampled yet"),
    }


def why_words(_: Say) -> Mapping[Why, str]:
    """Return the words of every reason."""
    return {
        Why.SOFT: _("not now"),
        Why.HARD: _("never again"),
        Why.IN_QUESTIONNAIRE: _("said so in the questionnaire"),
        Why.OPTED_OUT: _("opted out of every channel"),
        Why.REFUSED_AGAIN: _("refused more than once"),
        Why.NO_CONSENT: _("no consent to be asked again"),
        Why.LOGGED_ON: _("opened the questionnaire, answered nothing"),
        Why.NO_ANSWER: _("no answer"),
        Why.NOT_INVITED: _("nothing was sent"),
        Why.UNDELIVERED: _("everything came back"),
        Why.UNTRACEABLE: _("cannot be found"),
        Why.UNAVAILABLE: _("not available in the field period"),
        Why.NOT_CARRIED: _("was not taken along, for no reason on record"),
        Why.NO_CASE: _("drawn, but without a case: a fault"),
        Why.FINISHED: _("finished civic integration"),
        Why.DISPENSED: _("dispensed from civic integration"),
        Why.EXEMPT: _("exempt from civic integration"),
        Why.MOVED_ABROAD: _("moved abroad"),
        Why.DECEASED: _("died"),
        Why.NOT_ELIGIBLE: _("does not belong to the population"),
    }


def fate_words(_: Say) -> Mapping[Fate, str]:
    """Return what each kind of place means for the panel."""
    return {
        Fate.ANSWERED: _("Took part"),
        Fate.IN_FIELD: _("In the field"),
        Fate.NONRESPONSE: _("Did not take part this time"),
        Fate.ATTRITION: _("Lost to the panel"),
        Fate.LEFT: _("Left the population"),
        Fate.OUTSIDE: _("Not in the sample of the wave"),
    }
