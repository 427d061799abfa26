"""What findings of a check are called and why they matter; why nothing can be published."""

from __future__ import annotations

from collections.abc import Mapping

from app.services.content.publishing import Hindrance
from app.services.content.readiness import Ground
from app.web.respond.words import Translate


def ground_words(_: Translate) -> Mapping[Ground, tuple[str, str]]:
    """Return what each kind of finding is called, and why it matters."""
    return {
        Ground.UNUSABLE: (
            _("Cannot be used as it is"),
            _("A file cannot be read, a text lacks a language, or it would break its page."),
        ),
        Ground.INTERFACE: (
            _("Words of the respondents' pages"),
            _("A button or message lacks a language: people would see words they cannot read."),
        ),
        Ground.FAULT: (
            _("Wrong, though no page breaks"),
            _("A table plan, a number of a code or a plan of messages says what cannot be."),
        ),
        Ground.PROOF: (
            _("Proved: cannot be reached, or contradicts itself"),
            _("Nobody can ever see the question or choose the answer, or two groups clash."),
        ),
        Ground.REVIEW: (
            _("Not reviewed by a second person"),
            _("A translation that nobody checked may ask something else in one language."),
        ),
        Ground.RUNNING: (
            _("People are answering another version"),
            _("Answers given so far would change their meaning or become impossible."),
        ),
        Ground.MEANING: (
            _("A code means something else than before"),
            _("Two waves could not be compared: one number would stand for two answers."),
        ),
        Ground.GLYPHS: (
            _("Letters that phones may lack"),
            _("Some devices would show empty boxes instead of these letters."),
        ),
        Ground.AUDIO: (
            _("Not read aloud, or by an old recording"),
            _("Who cannot read hears nothing, or hears words that are no longer there."),
        ),
        Ground.BYTES: (
            _("Pages that weigh too much"),
            _("On a slow network they come late, and people leave."),
        ),
        Ground.SCREENS: (
            _("Too many screens for some people"),
            _("A long questionnaire is broken off more often."),
        ),
        Ground.NOT_CHECKED: (
            _("Not looked at"),
            _("Something that publishing asks for could not be checked here."),
        ),
    }


def hindrance_words(_: Translate) -> Mapping[Hindrance, str]:
    """Return why nothing can be published, and what to do about it."""
    return {
        Hindrance.UNREADABLE: _("The files have faults that must be mended first."),
        Hindrance.SAME: _("There is nothing to publish: the version in use says the same."),
        Hindrance.NOT_CHECKED: _(
            "Nobody has done a full check yet. Ask for one; it takes minutes."
        ),
        Hindrance.OLD_CHECK: _(
            "The files have changed since the last full check, or it is a day old. Ask again."
        ),
        Hindrance.FINAL: _(
            "The full check found something that nobody may override. Mend it first."
        ),
    }
