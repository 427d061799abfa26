"""What people of a simulated study do themselves behind their code, by the services of those pages.

Every page is sent twice: a press of the button on a slow network changes nothing the second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from app.messages.channels import Channel
from app.services.context import ServiceContext
from app.services.invented.simulated_register import GIVEN, spelled
from app.services.invented.simulated_truth import Truth
from app.services.members import own_details
from app.services.members.own_details import Own
from app.services.members.people_news import What
from app.storage.codes import living_codes


class OwnPages:
    """The pages of everybody, each behind the last code the person got."""

    def __init__(self, ctx: ServiceContext, truth: Truth) -> None:
        self._ctx, self._truth = ctx, truth
        self._code_of: dict[UUID, UUID] = {}
        self._pages = 0

    def codes_given(self, year: int) -> None:
        """Take note of the codes of a wave."""
        with self._ctx.databases.research.read() as connection:
            self._code_of |= living_codes(connection, year)

    def open_to(self, person_id: UUID) -> Own | None:
        """Return the pages of a person; ``None`` where the code opens nothing (any more)."""
        code_id = self._code_of.get(person_id)
        return None if code_id is None else own_details.load(self._ctx, code_id)

    def moved(self, person_id: UUID, address: Mapping[str, str]) -> bool:
        """Give a new address; tell whether the pages were open for that."""
        own = self.open_to(person_id)
        if own is None:
            return False
        operation = self._operation("address")
        for _ in range(2):
            own_details.change_address(self._ctx, own, address, operation)
        return True

    def said(self, person_id: UUID, what: What) -> bool:
        """Say how one stands with civic integration, or that one left the country."""
        own = self.open_to(person_id)
        if own is None or what not in own_details.REPORTED:
            return False
        operation = self._operation("status")
        for _ in range(2):
            own_details.report_status(self._ctx, own, what, operation)
        return True

    def stays_in_touch(self, person_id: UUID, number: int, *, second: bool, no_texts: bool) -> None:
        """Name somebody who knows where one is, or want no more text messages, or both."""
        own = self.open_to(person_id)
        if own is None or not (second or no_texts):
            return
        closed = own_details.known(self._ctx, own).opted_out
        wanted = {one for one in Channel if one not in closed}
        if no_texts:
            wanted.discard(Channel.SMS)
            self._truth.no_texts.setdefault(person_id, self._ctx.clock.now())
        fields = second_contact(number) if second else {}
        if second:
            self._truth.second.add(person_id)
        operation = self._operation("touch")
        for _ in range(2):
            own_details.stay_in_touch(self._ctx, own, wanted, fields, operation)

    def _operation(self, what: str) -> str:
        self._pages += 1
        return f"simulated-{what}-{self._pages}"


def second_contact(number: int) -> dict[str, str]:
    """Return the invented relative of a person."""
    return {
        "second_name": f"{GIVEN} {spelled(number)} Oom",
        "second_phone": f"06{20_000_000 + number}",
    }
