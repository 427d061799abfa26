"""One walk that answers on the way is the route asked for again after every page."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest

from app.questionnaire.accept import Accepted, accept
from app.questionnaire.compile import compile_wave
from app.questionnaire.model import Instrument, Missing, Value
from app.questionnaire.routing import Earlier, Known, Page, Preload, Route, route, route_answered
from app.services.bootstrap import STUDY
from app.services.invented.answering import page_form
from app.synthetic.population import Person, read_population
from app.synthetic.respondent import SyntheticRespondent
from tests.builders import real_bank

SEED = 3
Pages = list[tuple[str, dict[str, Value]]]


class Somebody:
    """A person with what earlier waves know, who stops after some pages."""

    def __init__(self, person: Person, instrument: Instrument, earlier: dict[str, Earlier]) -> None:
        wave = instrument.wave
        draw = random.Random(f"{person.id}{wave}")
        arms = {one.var: draw.choice(one.values) for one in instrument.assigned}
        frame: dict[str, Value] = {**person.frame(), "fr_entry": "personal", "fr_panel": "no"}
        self.instrument = instrument
        self.known = Known(frame, arms, Preload(earlier), f"{wave}-01")
        self.stop = draw.choice([None, None, 7, 20])
        self.respondent = SyntheticRespondent(person, wave, SEED)

    def reply(
        self, page: Page, values: Mapping[str, Value], done: Pages
    ) -> dict[str, Value] | None:
        if self.stop is not None and len(done) >= self.stop:
            return None
        form = page_form(self.respondent, page, values, self.known.preload)
        given = accept(
            self.instrument,
            page,
            form,
            language="nl",
            interview_month=str(self.known.interview_month),
            prompted=True,
        )
        assert isinstance(given, Accepted)
        done.append((page.id, dict(given.answers)))
        return dict(given.answers)

    def page_by_page(self) -> tuple[Route, Pages]:
        done: Pages = []
        answers: dict[str, Value] = {}
        walked = route(self.instrument, self.known, answers)
        while (page := walked.first_open) is not None and walked.termination is None:
            given = self.reply(page, walked.values, done)
            if given is None:
                break
            answers |= given
            walked = route(self.instrument, self.known, answers)
        return walked, done

    def on_the_way(self) -> tuple[Route, Pages]:
        done: Pages = []
        walked, _ = route_answered(
            self.instrument, self.known, {}, lambda page, values, _: self.reply(page, values, done)
        )
        return walked, done


@pytest.mark.parametrize("number", range(12))
def test_answering_on_the_way_gives_the_same_pages_answers_and_route_in_every_wave(
    number: int,
) -> None:
    person = read_population(STUDY, seed=SEED)[number]
    earlier: dict[str, Earlier] = {}
    for wave in (2024, 2025, 2027):
        instrument = compile_wave(real_bank(), wave)
        somebody = Somebody(person, instrument, dict(earlier))

        walked, done = somebody.on_the_way()

        assert (walked, done) == somebody.page_by_page()
        known = instrument.item_by_var
        earlier |= {
            var: Earlier(value, wave)
            for var, value in walked.values.items()
            if var in known and not isinstance(value, Missing)
        }
