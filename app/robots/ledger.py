"""What a server acknowledged: kept by the client, to be held against the database afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.robots.page import DATE_PARTS, Answers, Form, Page

SKIPPED = "skip"
SEEN = "seen"


@dataclass(frozen=True, slots=True)
class Save:
    """One page that was posted and acknowledged by a redirect."""

    op_id: str
    page_id: str
    values: Mapping[str, str]
    """What ought to be stored, by variable."""


@dataclass
class Ledger:
    """The acknowledged saves of one interview, in the order they were acknowledged."""

    saves: list[Save] = field(default_factory=list)
    sent: set[str] = field(default_factory=set)
    """Operation ids of all pages that were sent, acknowledged or not."""

    def acknowledge(self, page: Page, answers: Answers) -> None:
        """Note that a posted page was saved.

        The same body posted again is the same save, unless other answers from the very page stand
        in its place by now: then it is one more edit.
        """
        if page.form is None:
            return
        op_id = page.form.hidden_value("op")
        save = Save(op_id, page.id, stored_values(page, page.form, answers))
        standing = [one for one in self._standing(save) if one.op_id == op_id]
        if save not in self.saves or any(one != save for one in standing):
            self.saves.append(save)

    def _standing(self, save: Save) -> list[Save]:
        """The saves that wrote the present answers to the questions of another save."""
        writers = {var: one for one in self.saves for var in one.values}
        return [writers[var] for var in save.values if var in writers]

    @property
    def current(self) -> dict[str, str]:
        """The answers that the database has to hold: of each variable the last one saved."""
        return {var: value for save in self.saves for var, value in save.values.items()}


def stored_values(page: Page, form: Form, answers: Answers) -> dict[str, str]:
    """Return the texts that posting these answers has to leave in the database, by variable.

    Written from the promises of the pages, not with the code that saves: codes of check boxes
    stand in the order of the page, parts of a date are joined, what is left empty is skipped, and
    a page without inputs was seen.
    """
    if not form.names:
        return {page.id: SEEN}
    values: dict[str, str] = {}
    for variable in form.variables:
        parts = [_first(answers, variable + part).zfill(2) for part in DATE_PARTS]
        date = "-".join(part for part in parts if part != "00")
        values[variable] = date or _joined(form, variable, answers) or SKIPPED
    return {
        var: value
        for var, value in values.items()
        # The words behind "other, namely" are kept where there are any.
        if not (var.endswith("_other") and value == SKIPPED)
    }


def _joined(form: Form, name: str, answers: Answers) -> str:
    given = {value.strip() for value in answers.get(name, ())}
    offered = [one.value for one in form.controls if one.name == name and one.picked]
    ticked = [value for value in offered if value in given]
    # A dot beside a box wins over what was written in the box.
    return ",".join(ticked) or next((value for value in sorted(given) if value), "")


def _first(answers: Answers, name: str) -> str:
    return next(iter(answers.get(name, ())), "").strip()
