"""The providers that the settings name."""

from __future__ import annotations

from app.clock import Clock
from app.delivery.simulated import SimulatedEmail, SimulatedSms
from app.delivery.sms_bird import Bird
from app.delivery.sms_spryng import Spryng
from app.delivery.smtp import Smtp
from app.messages.providers import EmailProvider, SmsProvider
from app.providers import MailSecurity, SmsKind
from app.settings import Settings


def email_provider(settings: Settings, clock: Clock) -> EmailProvider | None:
    """Return what sends e-mail; ``None`` when this installation sends none.

    Where all people are synthetic nothing leaves the machine unless a server is named.
    """
    server = settings.smtp
    if server is None:
        return SimulatedEmail() if settings.synthetic else None
    if server.security is MailSecurity.SIMULATED:
        return SimulatedEmail()
    return Smtp(server, clock)


def sms_provider(settings: Settings, *, part_cost: int = 0) -> SmsProvider | None:
    """Return what sends text messages; ``None`` when this installation sends none.

    ``part_cost`` is what one part costs, in hundredths of a cent.
    """
    gateway = settings.sms
    if gateway is None:
        return SimulatedSms(part_cost=part_cost) if settings.synthetic else None
    match gateway.kind:
        case SmsKind.BIRD:
            return Bird(gateway, part_cost=part_cost)
        case SmsKind.SPRYNG:
            return Spryng(gateway, part_cost=part_cost)
        case SmsKind.SIMULATED:
            return SimulatedSms(part_cost=part_cost)
