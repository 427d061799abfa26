"""A person who answers a tiny questionnaire: launch, post, post, assert."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from app.questionnaire.accept import Accepted, Outcome, accept
from app.questionnaire.compile import compile_wave
from app.questionnaire.model import Bank, Instrument, Value
from app.questionnaire.routing import Earlier, Known, Page, Preload, Route, route
from app.questionnaire.source import load_bank

STUDIES = Path(__file__).parent / "studies"
FEATURES = sorted(folder.name for folder in STUDIES.iterdir() if folder.is_dir())
INTERVIEW_MONTH = "2024-02"


@cache
def bank_of(feature: str) -> Bank:
    """The tiny study of one feature."""
    bank, problems = load_bank(STUDIES / feature)
    assert problems == []
    assert bank is not None
    return bank


@cache
def instrument_of(feature: str, wave: int = 2024) -> Instrument:
    return compile_wave(bank_of(feature), wave)


def every_instrument() -> list[tuple[str, int]]:
    """All tiny studies with each of their waves."""
    return [(feature, wave) for feature in FEATURES for wave in bank_of(feature).waves]


def known(
    *,
    frame: Mapping[str, Value] | None = None,
    assigned: Mapping[str, str] | None = None,
    earlier: Mapping[str, Value] | None = None,
    wave: int = 2024,
    months: Mapping[int, str] | None = None,
    interview_month: str = INTERVIEW_MONTH,
) -> Known:
    """What is known before the first question; ``earlier`` are answers given in ``wave``."""
    answers = {var: Earlier(value, wave) for var, value in (earlier or {}).items()}
    preload = Preload(answers, months or {})
    return Known(frame or {}, assigned or {}, preload, interview_month)


class Visit:
    """One interview in progress; answers are kept as the site keeps them."""

    def __init__(
        self, feature: str | Instrument, known_before: Known | None = None, *, wave: int = 2024
    ) -> None:
        self.instrument = instrument_of(feature, wave) if isinstance(feature, str) else feature
        self.known = known_before or known()
        self.answers: dict[str, Value] = {}

    @property
    def route(self) -> Route:
        return route(self.instrument, self.known, self.answers)

    @property
    def pages(self) -> list[str]:
        """Ids of the pages on the route, with what is answered so far."""
        return [page.id for page in self.route.pages]

    @property
    def at(self) -> str | None:
        """Where the person goes on; ``None`` at the end."""
        page = self.route.first_open
        return page.id if page is not None else None

    def page(self, page_id: str) -> Page:
        return self.route.page_by_id[page_id]

    def post(
        self,
        page_id: str,
        form: Mapping[str, str | Sequence[str]] | None = None,
        *,
        prompted: bool = False,
        language: str = "en",
    ) -> Outcome:
        """Post a page; what is accepted is saved. A single value may be given as a string."""
        outcome = accept(
            self.instrument,
            self.page(page_id),
            {
                name: [posted] if isinstance(posted, str) else posted
                for name, posted in (form or {}).items()
            },
            language=language,
            interview_month=self.known.interview_month or INTERVIEW_MONTH,
            prompted=prompted,
        )
        if isinstance(outcome, Accepted):
            self.answers |= outcome.answers
        return outcome

    def answer(self, **values: str | Sequence[str]) -> None:
        """Answer pages one after the other by their variable; each must be accepted."""
        for name, value in values.items():
            outcome = self.post(name, {name: value})
            assert isinstance(outcome, Accepted), (name, outcome)
