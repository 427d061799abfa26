"""What kind of page a client stands on: by its id, and by how it came back."""

from __future__ import annotations

from app.questionnaire.model import Instrument, Kind
from app.questionnaire.routing import page_of
from app.robots.page import Page


def kind_of(page: Page, instrument: Instrument) -> str:
    """Such as ``question-single``, ``confirm-code_list``, ``prompted``, ``review`` or ``done``."""
    found = page_of(instrument, page.id)
    if found is None or page.form is None:
        return page.id
    item, page_kind = found
    prompted = bool(page.form.hidden_value("prompted"))
    dots = any(one.kind == "radio" for one in page.form.controls)
    if page.status == 422:
        return "refused"
    if page.status == 409:
        return "told"
    if item.kind is Kind.CODE_LIST and dots and page_kind == "question" and not prompted:
        return "candidates"
    return "prompted" if prompted else f"{page_kind}-{item.kind}"
