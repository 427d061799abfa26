"""Passkeys (WebAuthn): made, used instead of a code or of password and code, and taken away.

What the authenticator signs is a challenge that is stored here for one browser and one purpose, is
good for five minutes, and is taken away by the first answer. The person shows the authenticator
who they are (user verification), so a passkey alone is two factors.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import bytes_to_base64url, generate_challenge, parse_client_data_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.services.accounts import confirming
from app.services.accounts.authenticators import ISSUER, may_try_code
from app.services.accounts.sign_in_limits import (
    note_miss,
    of_address,
    of_second_factor,
    on_record,
    too_many,
)
from app.services.accounts.staff import Entry, Refusal, Visit, let_in, waiting_for_second
from app.services.context import ServiceContext
from app.storage import passkeys as stored
from app.storage import staff as accounts
from app.storage.models.staff import ChallengePurpose
from app.storage.passkeys import Passkey
from app.storage.types import new_id

__all__ = ["ChallengePurpose", "Passkey"]

CHALLENGE_TIME = timedelta(minutes=5)
LONGEST_ANSWER = 20_000
"""Characters: a registration with an attestation is some thousands."""
LONGEST_NAME = 60
MOST = 10
"""Passkeys of one person: enough for every device, and a list that can be read."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passkey is made or used: the host it is bound to, and the origin of the page."""

    rp_id: str
    origin: str


@dataclass(frozen=True, slots=True)
class Browser:
    """The browser that asks: what its forms are bound to, and where it stands."""

    bound_to: str
    place: Place
    address: str = ""
    device: str | None = None


class TooManyPasskeysError(Exception):
    """There are as many passkeys as one person may have."""


def passkeys_of(ctx: ServiceContext, staff_id: UUID) -> list[Passkey]:
    """Return the passkeys of an account, the oldest first."""
    with ctx.databases.research.read() as connection:
        return list(stored.passkeys_of(connection, staff_id))


def usable_at(ctx: ServiceContext, staff_id: UUID, place: Place | None) -> list[Passkey]:
    """Return the passkeys that an account can use at a place; none without a place."""
    if place is None:
        return []
    return [one for one in passkeys_of(ctx, staff_id) if one.rp_id == place.rp_id]


# --- questions for a browser ------------------------------------------------------------------


def ask_to_sign(
    ctx: ServiceContext, purpose: ChallengePurpose, browser: Browser, staff_id: UUID | None
) -> str:
    """Return as JSON what a browser needs to ask a passkey to sign.

    With an account only its own passkeys are asked for; without one the device offers what it has.
    """
    place = browser.place
    allowed = [] if staff_id is None else usable_at(ctx, staff_id, place)
    challenge = _new_challenge(ctx, purpose, browser)
    options = generate_authentication_options(
        rp_id=place.rp_id,
        challenge=challenge,
        timeout=int(CHALLENGE_TIME.total_seconds() * 1000),
        allow_credentials=[_described(one) for one in allowed],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def ask_to_register(ctx: ServiceContext, visit: Visit, browser: Browser) -> str:
    """Return as JSON what a browser needs to make a passkey.

    Raises
    ------
    TooManyPasskeysError
        If there are `MOST` already.
    """
    there = passkeys_of(ctx, visit.staff_id)
    if len(there) >= MOST:
        raise TooManyPasskeysError
    challenge = _new_challenge(ctx, ChallengePurpose.REGISTER, browser)
    options = generate_registration_options(
        rp_id=browser.place.rp_id,
        rp_name=ISSUER,
        user_id=visit.staff_id.bytes,
        user_name=visit.email,
        challenge=challenge,
        timeout=int(CHALLENGE_TIME.total_seconds() * 1000),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[_described(one) for one in there if one.rp_id == browser.place.rp_id],
    )
    return options_to_json(options)


# --- answers ----------------------------------------------------------------------------------


def register(
    ctx: ServiceContext, visit: Visit, browser: Browser, answer: str, *, name: str
) -> Refusal | None:
    """Store the passkey that a browser made; say why not."""
    place, now = browser.place, ctx.clock.now()
    challenge = _taken_challenge(ctx, answer, ChallengePurpose.REGISTER, browser)
    if challenge is None:
        return Refusal.ENDED
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=place.rp_id,
            expected_origin=place.origin,
            require_user_verification=True,
        )
        said = json.loads(answer)["response"].get("transports") or []
    except Exception:  # whatever the library cannot read is no passkey
        return Refusal.WRONG
    known = {str(one.value) for one in AuthenticatorTransport}
    passkey = Passkey(
        id=new_id(),
        staff_id=visit.staff_id,
        credential_id=bytes_to_base64url(made.credential_id),
        public_key=bytes_to_base64url(made.credential_public_key),
        sign_count=made.sign_count,
        rp_id=place.rp_id,
        transports=" ".join(str(one) for one in said if str(one) in known),
        name=name[:LONGEST_NAME],
        created_at=now,
        last_used_at=None,
    )
    try:
        with ctx.databases.research.write() as connection:
            stored.add_passkey(connection, passkey)
            on_record(connection, "staff.passkey_added", visit.staff_id, now)
    except IntegrityError:
        return Refusal.WRONG
    return None


def sign_in(
    ctx: ServiceContext, browser: Browser, answer: str, *, waiting: str | None
) -> Entry | Refusal:
    """Return the tokens of a full session for a passkey: after the password, or alone.

    ``waiting`` is the token of a session that waits for a second factor: then the passkey has to
    be of that account.
    """
    owner, limits = None, of_address(browser.address)
    if waiting is not None:
        found = waiting_for_second(ctx, waiting)
        if isinstance(found, Refusal):
            return found
        owner = found[1].id
        limits |= of_second_factor(owner)
    with ctx.databases.research.read() as connection:
        if too_many(ctx, connection, limits):
            return Refusal.TOO_MANY
    signed = _signed(ctx, answer, ChallengePurpose.SIGN_IN, browser, owner)
    if signed is None:
        note_miss(ctx, limits, owner, "passkey")
        return Refusal.WRONG
    passkey, count = signed
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        member = accounts.load_member(connection, passkey.staff_id)
        if (
            member is not None
            and member.disabled_at is None
            and stored.use_passkey(connection, passkey.id, count=count, at=now)
        ):
            return let_in(
                ctx,
                connection,
                member.id,
                device=browser.device,
                instead_of=waiting,
                how="passkey",
            )
    note_miss(ctx, limits, passkey.staff_id, "passkey")
    return Refusal.WRONG


def confirm(
    ctx: ServiceContext, visit: Visit, token: str, browser: Browser, answer: str
) -> Entry | Refusal:
    """Return new tokens when the passkey of somebody who is signed in has signed."""
    if not may_try_code(ctx, visit.staff_id):
        return Refusal.TOO_MANY
    signed = _signed(ctx, answer, ChallengePurpose.CONFIRM, browser, visit.staff_id)
    if signed is not None:
        passkey, count = signed
        now = ctx.clock.now()
        with ctx.databases.research.write() as connection:
            used = stored.use_passkey(connection, passkey.id, count=count, at=now)
        if used:
            return confirming.confirmed(ctx, visit.staff_id, token, how="passkey")
    note_miss(ctx, of_second_factor(visit.staff_id), visit.staff_id, "passkey")
    return Refusal.WRONG


def remove(ctx: ServiceContext, visit: Visit, passkey_id: UUID) -> str | None:
    """Take a passkey of one's own away and return its name; ``None`` when there is none."""
    with ctx.databases.research.write() as connection:
        name = stored.remove_passkey(connection, visit.staff_id, passkey_id)
        if name is not None:
            on_record(connection, "staff.passkey_removed", visit.staff_id, ctx.clock.now())
    return name


# --- what these share -------------------------------------------------------------------------


def _new_challenge(ctx: ServiceContext, purpose: ChallengePurpose, browser: Browser) -> bytes:
    challenge, now = generate_challenge(), ctx.clock.now()
    with ctx.databases.research.write() as connection:
        stored.keep_challenge(
            connection,
            challenge,
            purpose,
            bound_to=browser.bound_to,
            at=now,
            expires_at=now + CHALLENGE_TIME,
        )
    return challenge


def _taken_challenge(
    ctx: ServiceContext, answer: str, purpose: ChallengePurpose, browser: Browser
) -> bytes | None:
    """The challenge that an answer says it signed, if it was ours; it is used up."""
    if len(answer) > LONGEST_ANSWER:
        return None
    try:
        client_data = json.loads(answer)["response"]["clientDataJSON"]
        challenge = parse_client_data_json(base64url_to_bytes(client_data)).challenge
    except Exception:  # whatever the library cannot read signed nothing
        return None
    with ctx.databases.research.write() as connection:
        taken = stored.take_challenge(
            connection, challenge, purpose, bound_to=browser.bound_to, at=ctx.clock.now()
        )
    return challenge if taken else None


def _signed(
    ctx: ServiceContext,
    answer: str,
    purpose: ChallengePurpose,
    browser: Browser,
    owner: UUID | None,
) -> tuple[Passkey, int] | None:
    """The passkey that signed, and its count; ``None`` when anything does not hold."""
    challenge = _taken_challenge(ctx, answer, purpose, browser)
    if challenge is None:
        return None
    said = json.loads(answer)
    with ctx.databases.research.read() as connection:
        passkey = stored.find_passkey(connection, str(said.get("id"))[:LONGEST_ANSWER])
    if passkey is None or passkey.rp_id != browser.place.rp_id:
        return None
    if owner is not None and passkey.staff_id != owner:
        return None
    try:
        verified: VerifiedAuthentication = verify_authentication_response(
            credential=said,
            expected_challenge=challenge,
            expected_rp_id=browser.place.rp_id,
            expected_origin=browser.place.origin,
            credential_public_key=base64url_to_bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
        handle = said["response"].get("userHandle")
        whose = base64url_to_bytes(handle) if handle else passkey.staff_id.bytes
    except Exception:  # whatever the library cannot read signed nothing
        return None
    return (passkey, verified.new_sign_count) if whose == passkey.staff_id.bytes else None


def _described(passkey: Passkey) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(
        id=base64url_to_bytes(passkey.credential_id),
        transports=[AuthenticatorTransport(one) for one in passkey.transports.split()] or None,
    )
