"""Outcomes, modes and languages of fieldwork in words."""

from __future__ import annotations

from babel import Locale, UnknownLocaleError

from analysis.wording import Wording


def outcome_words(code: str, say: Wording) -> str:
    """Say an outcome of the AAPOR Standard Definitions, with its code."""
    said = {
        "1.1": say.gettext("Complete interview"),
        "1.2": say.gettext("Partial interview"),
        "2.11": say.gettext("Refusal"),
        "2.111": say.gettext("Refusal by the person"),
        "2.1121": say.gettext("Logged on, answered nothing"),
        "2.12": say.gettext("Broke off"),
        "2.26": say.gettext("Not available in the field period"),
        "2.27": say.gettext("Completed, not received in time"),
        "2.32": say.gettext("Not able to take part"),
        "2.33": say.gettext("Language not offered"),
        "2.36": say.gettext("Other, eligible"),
        "3.11": say.gettext("No invitation sent"),
        "3.19": say.gettext("Nothing returned"),
        "3.30": say.gettext("Invitation came back"),
        "3.40": say.gettext("Invitation came back, new address known"),
        "4.10": say.gettext("Not eligible"),
        "4.81": say.gettext("Drawn twice"),
        "4.90": say.gettext("Not or no longer in the population"),
    }.get(code, "")
    return f"{said} ({code})" if said else code


def mode_words(code: str, say: Wording) -> str:
    """Say how an interview was held; an unknown code as it is."""
    return {
        "web": say.gettext("web"),
        "assisted": say.gettext("web, with help"),
        "phone": say.gettext("telephone"),
        "interview": say.gettext("face to face"),
    }.get(code, code)


def language_words(code: str, say: Wording) -> str:
    """Give the name of a language in the language of the book."""
    try:
        return Locale.parse(code).get_display_name(say.language) or code
    except (UnknownLocaleError, ValueError):
        return code
