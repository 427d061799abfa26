"""My details: a new address, e-mail address or number; which channels; who else knows."""

from __future__ import annotations

from flask import Blueprint, Response

from app.messages.channels import Channel
from app.services.members import own_details
from app.services.members.own_details import Known
from app.web import site
from app.web.respond.my_page import SHOWN, Here, Typed, look, page, saved, take
from app.web.respond.view import Box, Choice, ErrorLink, Field, Part, Words
from app.web.respond.words import Translate

blueprint = Blueprint("my_contact", __name__)

_ADDRESS = ("street", "house_number", "house_addition", "postcode", "city")
_DETAILS = (*_ADDRESS, "email", "phone")
_AGREED, _FORGET = "agreed", "forget"


@blueprint.get("/my/address")
def address() -> Response:
    """Ask for what changed; what we have is not shown."""
    return look(_address)


@blueprint.post("/my/address")
def change_address() -> Response:
    """Keep what changed."""
    return take("address", _change_address)


def _change_address(here: Here, typed: Typed, operation: str) -> Response:
    given = {name: typed.value(name) for name in _DETAILS}
    faults = own_details.address_faults(given)
    if not any(given.values()):
        faults = frozenset({"nothing"})
    if faults:
        return _address(here, Typed(typed.form, faults))
    own_details.change_address(site().services, here.own, given, operation)
    return saved()


def _address(
    here: Here, typed: Typed | None, *, notice: Words | None = None, status: int = 200
) -> Response:
    _ = here.say
    typed = typed or Typed()
    there = own_details.known(site().services, here.own)
    wrong = {name: words for name, words in _address_faults(_).items() if name in typed.faults}
    place = Field(
        "address", "address", _("New address"), "boxes",
        boxes=[
            _box("street", _("Street"), typed),
            _box("house_number", _("House number"), typed, width=6),
            _box("house_addition", _("Letter or addition"), typed, width=6),
            _box("postcode", _("Postcode"), typed, width=8),
            _box("city", _("Town"), typed),
        ],
        error=next((wrong[name] for name in _ADDRESS if name in wrong), None),
    )  # fmt: skip
    email = _line("email", _("New e-mail address"), typed, wrong, inputmode="email")
    phone = _line("phone", _("New phone number"), typed, wrong, inputmode="tel")
    has_place, has_email, has_phone = _what_there_is(_, there)
    return page(
        here,
        "address",
        _("My address, e-mail and phone"),
        paragraphs=[
            _("Fill in only what has changed. Leave the rest empty."),
            _("We do not show here what we have: somebody else may see your screen."),
        ],
        parts=[Part(place, has_place), Part(email, has_email), Part(phone, has_phone)],
        submit_label=_("Save"),
        errors=[
            ErrorLink("#street" if name == "nothing" else f"#{name}", words)
            for name, words in wrong.items()
        ],
        notice=notice,
        status=status,
    )


SHOWN["address"] = _address


def _address_faults(_: Translate) -> dict[str, str]:
    return {
        "nothing": _("Fill in what has changed."),
        "street": _("Write the street."),
        "house_number": _("Write the house number."),
        "house_addition": _("Write only the letter or addition, for example A."),
        "postcode": _("Write the postcode: 4 digits and 2 letters."),
        "city": _("Write the town."),
        "email": _("This e-mail address is not right. Check what you typed."),
        "phone": _("This phone number is not right. Check what you typed."),
    }


def _what_there_is(_: Translate, there: Known) -> tuple[str, str, str]:
    place = _("We have an address of you.") if there.address else _("We have no address of you.")
    if there.address and Channel.LETTER in there.came_back:
        place = _("We have an address, but our letter came back.")
    email = (
        _("We have an e-mail address of you.")
        if "email" in there.fields
        else _("We have no e-mail address of you.")
    )
    if "email" in there.fields and Channel.EMAIL in there.came_back:
        email = _("We have an e-mail address, but our message came back.")
    phone = (
        _("We have a phone number of you.")
        if "phone" in there.fields
        else _("We have no phone number of you.")
    )
    return place, email, phone


@blueprint.get("/my/stay-in-touch")
def channels() -> Response:
    """Ask how a person may be reached, and who else knows where they are."""
    return look(_channels)


@blueprint.post("/my/stay-in-touch")
def keep_channels() -> Response:
    """Keep it."""
    return take("stay-in-touch", _keep_channels)


def _keep_channels(here: Here, typed: Typed, operation: str) -> Response:
    ticked = typed.values("second")
    second = {name: typed.value(name) for name in own_details.SECOND}
    faults = own_details.second_faults(second, agreed=_AGREED in ticked)
    if faults:
        return _channels(here, Typed(typed.form, faults))
    own_details.stay_in_touch(
        site().services,
        here.own,
        [one for one in Channel if one.value in typed.values("by")],
        second,
        operation,
        forget_second=_FORGET in ticked,
    )
    return saved()


def _channels(
    here: Here, typed: Typed | None, *, notice: Words | None = None, status: int = 200
) -> Response:
    _ = here.say
    there = own_details.known(site().services, here.own)
    open_ = [one.value for one in Channel if one not in there.opted_out]
    ticked = open_ if typed is None else typed.values("by")
    ways = {Channel.LETTER: _("A letter"), Channel.EMAIL: _("E-mail message"),
            Channel.SMS: _("A text message (SMS)")}  # fmt: skip
    by = Field(
        "by", "by", _("How may we send you a message?"), "checkbox",
        choices=[
            Choice(f"by-{one.value}", one.value, words, checked=one.value in ticked)
            for one, words in ways.items()
        ],
    )  # fmt: skip
    typed = typed or Typed()
    wrong = {name: words for name, words in _second_faults(_).items() if name in typed.faults}
    return page(
        here,
        "stay-in-touch",
        _("How you may reach me"),
        parts=[
            Part(by, _("We write only about this study. The subject says nothing about you.")),
            Part(_second(_, there, typed, next(iter(wrong.values()), None)), _second_help(_)),
        ],
        submit_label=_("Save"),
        errors=[ErrorLink(_place_of(name), words) for name, words in wrong.items()],
        notice=notice,
        status=status,
    )


SHOWN["stay-in-touch"] = _channels


def _second(_: Translate, there: Known, typed: Typed, error: str | None) -> Field:
    ticked = typed.values("second")
    agreed = _("This person agrees that you have the name and number.")
    choices = [Choice("second-agreed", _AGREED, agreed, checked=_AGREED in ticked)]
    if there.second:
        forget = _("Forget the person I gave before.")
        choices.append(Choice("second-forget", _FORGET, forget, checked=_FORGET in ticked))
    return Field(
        "second", "second", _("Somebody who knows where I live"), "checkbox",
        choices=choices,
        boxes=[
            _box("second_name", _("Name"), typed, dir_="auto"),
            _box("second_phone", _("Phone number"), typed, inputmode="tel"),
            _box("second_email", _("E-mail address"), typed, inputmode="email"),
        ],
        error=error,
    )  # fmt: skip


def _second_help(_: Translate) -> str:
    return _("Did you move? Then we ask this person. We tell nothing about your answers.")


def _second_faults(_: Translate) -> dict[str, str]:
    return {
        "second_name": _("Write the name of this person."),
        "second_reach": _("Write a phone number or an e-mail address of this person."),
        "second_phone": _("This phone number is not right. Check what you typed."),
        "second_email": _("This e-mail address is not right. Check what you typed."),
        "second_agreed": _("Ask this person first. Then tick that the person agrees."),
    }


def _place_of(fault: str) -> str:
    places = {"second_reach": "second_phone", "second_agreed": "second-agreed"}
    return f"#{places.get(fault, fault)}"


def _line(name: str, words: str, typed: Typed, wrong: dict[str, str], *, inputmode: str) -> Field:
    box = Box(name, name, None, typed.value(name), inputmode=inputmode, dir="ltr")
    return Field(name, f"{name}-field", words, "boxes", boxes=[box], error=wrong.get(name))


def _box(
    name: str,
    label: str,
    typed: Typed,
    *,
    inputmode: str | None = None,
    width: int | None = None,
    dir_: str | None = None,
) -> Box:
    # Addresses in the Netherlands, numbers and e-mail addresses run from left to right.
    value = typed.value(name)
    return Box(name, name, label, value, inputmode=inputmode, dir=dir_ or "ltr", width=width)
