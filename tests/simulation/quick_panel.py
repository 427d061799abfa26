"""A panel of two waves without databases: people, sample, response, and the files of a release.

The people, their lives, who answers and what they say are those of `app.synthetic`; draws and who
may be asked again are those of `app.panel`. Left out is everything in between, so that a hundred
panels take minutes: what the whole study makes of the same people is tried beside it.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from io import StringIO
from pathlib import Path
from typing import Any

from app.panel.eligibility import Past, why_left_out
from app.panel.sampling import Sample, allocate, draw, stratum_sizes
from app.panel.states import CaseStatus, Eligibility, Entry, PersonStatus
from app.questionnaire.answers import encode
from app.questionnaire.codebook import codebook
from app.questionnaire.compile import compile_wave
from app.questionnaire.model import Bank, Instrument, Item, Missing, Statement, Value
from app.services.bootstrap import STUDY
from app.synthetic.biography import Biography, biography_of
from app.synthetic.life import Life, life_at
from app.synthetic.population import Person, by_stratum, read_population
from app.synthetic.respondent import SyntheticRespondent
from app.synthetic.response import Status, outcome_of

FIRST, SECOND = 2024, 2025
LANGUAGES = ("nl", "en", "ar", "tr", "ti", "fa")
FRAME = ("fr_group", "fr_act", "fr_sex", "fr_nationality")
ANSWERS = ("r_educ", "r_literacy", "e_meedoen", "d_nu")
"""What the recipe of the weight looks at, and what changes."""
LEFT_STATES: Mapping[str, PersonStatus] = {
    "klaar": PersonStatus.FINISHED,
    "ontheven": PersonStatus.DISPENSED,
}
"""Of `r_status`: the register tells the study."""
CODES: Mapping[Status, str] = {
    Status.COMPLETE: "1.1",
    Status.PARTIAL: "2.12",
    Status.REFUSED: "2.11",
    Status.SCREENED_OUT: "4.1",
    Status.OPEN: "3.9",
}
"""Break-offs come before half of the questionnaire, so none of them is a partial interview."""


@dataclass(frozen=True)
class People:
    """All invented people of one seed with their lives."""

    listed: Sequence[Person]

    @classmethod
    def of(cls, study: Path, seed: int) -> People:
        return cls(read_population(study, seed=seed))

    @cached_property
    def past(self) -> dict[str, Biography]:
        return {one.id: biography_of(one) for one in self.listed}

    def life(self, person: Person, wave: int) -> Life:
        return life_at(person, self.past[person.id], wave)

    @cached_property
    def change_in_paid_work(self) -> float:
        """The true change of the share in paid work, among those of 2024 who are still there.

        The same definition as the question `d_nu`: what a person does in the month of the wave.
        """
        before = after = count = 0
        for person in self.listed:
            first, second = self.life(person, FIRST), self.life(person, SECOND)
            if first.gone is None and left(second) is None:
                count += 1
                before += "betaald" in first.activities.now
                after += "betaald" in second.activities.now
        return (after - before) / count


def left(life: Life) -> PersonStatus | None:
    """Why a person belongs to the population no longer; ``None`` for who does."""
    return PersonStatus(life.gone) if life.gone else LEFT_STATES.get(life.status)


@dataclass
class _Rows:
    responses: list[dict[str, str]] = field(default_factory=list)
    frame: list[dict[str, str]] = field(default_factory=list)
    ledger: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class QuickPanel:
    """One sample of some people, asked twice."""

    people: People
    bank: Bank
    size: int
    seed: int

    def write_release(self, folder: Path) -> Path:
        """Write the files of a release: as few variables as the weight and the change need."""
        rows = _Rows()
        instruments = {year: compile_wave(self.bank, year) for year in (FIRST, SECOND)}
        members = {person.id: person for person in self.people.listed}
        sample = self._sample()
        for unit in sample.units:
            person = members[unit.id]
            drawn = {
                "stratum": unit.stratum,
                "N_h": str(unit.stratum_size),
                "n_h": str(unit.stratum_sample),
                "base_weight": repr(unit.base_weight),
            }
            self._ask_twice(person, drawn, instruments, rows)
        _write(folder, self.bank, instruments.values(), rows)
        return folder

    def _sample(self) -> Sample:
        strata = {
            name: [one.id for one in listed]
            for name, listed in by_stratum(self.people.listed).items()
        }
        allocation = allocate(stratum_sizes(strata), self.size, minimum=4)
        return draw(strata, allocation, seed=self.seed)

    def _ask_twice(
        self,
        person: Person,
        drawn: Mapping[str, str],
        instruments: Mapping[int, Instrument],
        rows: _Rows,
    ) -> None:
        gone = self.people.life(person, FIRST).gone
        first = outcome_of(person, FIRST, self.seed, languages=LANGUAGES)
        said = self._said(person, instruments[FIRST], first.status)
        self._ask(person, FIRST, drawn, first.status, said, gone is not None, rows)
        state = left(self.people.life(person, SECOND))
        past = Past(
            FIRST,
            CaseStatus(first.status),
            Entry.PERSONAL,
            Eligibility.NO if gone or first.status is Status.SCREENED_OUT else Eligibility.UNKNOWN,
            None if "p_toestemming" not in said else encode(said["p_toestemming"]),
            asked=first.status is Status.COMPLETE,
        )
        reason = why_left_out(
            state or PersonStatus.ACTIVE,
            [past],
            refused_hard=False,
            refused_soft=(),
            untraceable=False,
        )
        place = _place(state, past, reason)
        if reason is None:
            second = outcome_of(person, SECOND, self.seed, languages=LANGUAGES, before=first.status)
            told = self._said(person, instruments[SECOND], second.status)
            self._ask(person, SECOND, drawn, second.status, told, False, rows)
            place = {"place": "asked", "reason": "", "eligible": "unknown"}
        rows.ledger.append({"person_id": person.id, "wave": str(SECOND), **place})

    def _said(self, person: Person, instrument: Instrument, status: Status) -> dict[str, Value]:
        """The answers of who comes to the end."""
        if status is not Status.COMPLETE:
            return {}
        respondent = SyntheticRespondent(person, instrument.wave, self.seed)
        frame: dict[str, Value] = dict(person.frame().items())
        said: dict[str, Value] = {}
        for var in (*ANSWERS, "p_toestemming"):
            item, statement = _asked_as(instrument, var)
            if item is not None:
                found = respondent.answer(item, statement, {**frame, **said})
                said[var] = Missing.SKIP if found is None else found
        return said

    def _ask(
        self,
        person: Person,
        wave: int,
        drawn: Mapping[str, str],
        status: Status,
        said: Mapping[str, Value],
        gone: bool,
        rows: _Rows,
    ) -> None:
        case = {"person_id": person.id, "case_id": f"{person.id}-{wave}", "wave": str(wave)}
        out = gone or status is Status.SCREENED_OUT
        marks = {name: value for name, value in person.frame().items() if name in FRAME}
        rows.frame.append(
            {
                **case,
                **drawn,
                "eligible": "no" if out else "yes" if status is Status.COMPLETE else "unknown",
                "disposition": "4.1" if gone else CODES[status],
                **marks,
            }
        )
        if status is Status.COMPLETE:
            rows.responses.append({**case, "case_status": "complete", **marks, **_cells(said)})


def _place(state: PersonStatus | None, past: Past, reason: str | None) -> dict[str, str]:
    out = state is not None or past.eligible is Eligibility.NO
    return {
        "place": "out_of_population" if out else "not_asked",
        "reason": state.value if state else reason or "",
        "eligible": "no" if out else "unknown",
    }


def _asked_as(instrument: Instrument, var: str) -> tuple[Item | None, Statement | None]:
    for item in instrument.items:
        if item.var == var:
            return item, None
        for statement in item.statements:
            if statement.var == var:
                return item, statement
    return None, None


def _cells(said: Mapping[str, Value]) -> dict[str, str]:
    cells = {}
    for var in ANSWERS:
        value = said.get(var, Missing.NA_ROUTE)
        if var == "d_nu":
            for code in ("betaald", "vrijwillig", "stage", "opleiding", "geen"):
                chosen = isinstance(value, tuple) and code in value
                known = str(int(chosen)) if isinstance(value, tuple) else encode(value)
                cells[f"d_nu__{code}"] = known
        else:
            cells[var] = encode(value)
    return cells


def _write(folder: Path, bank: Bank, instruments: Any, rows: _Rows) -> None:
    folder.mkdir(parents=True)
    book = codebook(bank, list(instruments))
    kept = {*FRAME, *ANSWERS}
    book["variables"] = [one for one in book["variables"] if one["name"] in kept]
    margins = sorted((STUDY / "margins").glob("*.csv"))
    lines = [path.read_text(encoding="utf-8").splitlines() for path in margins]
    texts = {
        "responses.csv": _csv(rows.responses),
        "frame.csv": _csv(rows.frame),
        "ledger.csv": _csv(rows.ledger),
        "codebook.json": json.dumps(book),
        "margins.csv": "\n".join([lines[0][0], *(row for one in lines for row in one[1:])]) + "\n",
    }
    files = {name: {"sha256": hashlib.sha256(t.encode()).hexdigest()} for name, t in texts.items()}
    manifest = {
        "study": bank.study,
        "waves": [FIRST, SECOND],
        "synthetic": True,
        "instrument_versions": [],
        "files": files,
    }
    for name, text in {**texts, "manifest.json": json.dumps(manifest)}.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")


def _csv(rows: Sequence[Mapping[str, str]]) -> str:
    text = StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(sorted(rows, key=lambda row: (row["wave"], row["person_id"])))
    return text.getvalue()
