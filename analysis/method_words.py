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
        "2.12": say.gettext("Broke off"),
        "3.19": say.gettext("Nothing returned"),
        "4.10": say.gettext("Not eligible"),
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
