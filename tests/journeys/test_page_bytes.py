"""Every kind of page of the real study fits its budget on the wire, in every language."""

from __future__ import annotations

from app.questionnaire.compile import compile_wave
from tests.benchmarks.page_bytes import (
    BUDGETS,
    FIRST_PAGE,
    NEXT_PAGE,
    SCRIPT,
    SPOKEN,
    WAVE,
    collect,
)
from tests.journeys.conftest import MakeStudy
from tests.journeys.fielding import bank, field_panel
from tests.journeys.test_plain_client import in_the_field, one_of_each


def test_every_kind_of_page_fits_its_budget(make_study: MakeStudy) -> None:
    ctx = in_the_field(make_study("study"), WAVE)
    unknown = ("fr_birth_year", "fr_country")
    invited = one_of_each(field_panel(ctx, WAVE, each=2, languages=SPOKEN, unknown=unknown))

    found = collect(ctx, invited)

    heavy = {key: max(sizes) for key, sizes in found.pages.items() if max(sizes) > NEXT_PAGE}
    assert heavy == {}
    assert {language: found.style + size for language, size in found.first_page.items()}.keys() == {
        *SPOKEN
    }
    assert found.style + max(found.first_page.values()) <= FIRST_PAGE
    assert 0 < found.script <= SCRIPT
    assert found.fonts.keys() == BUDGETS.keys()
    assert {code: size for code, size in found.fonts.items() if size > BUDGETS[code]} == {}
    kinds = {code: {kind for kind, spoken in found.pages if spoken == code} for code in SPOKEN}
    assert {code: len(seen) for code, seen in kinds.items() if len(seen) < 15} == {}
    seen = {kind for kind, _ in found.pages}
    asked = {f"question-{item.kind}" for item in compile_wave(bank(), WAVE).items}
    assert asked | {"code", "code-refused", "candidates", "prompted", "refused", "review"} <= seen
    assert {"done", "help", "privacy", "error-404"} <= seen
    assert any(kind.startswith("confirm-") for kind in seen)
