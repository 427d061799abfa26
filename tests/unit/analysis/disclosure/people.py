"""Interviews made up by hand, and the rows that tables of them have before they are masked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.codebook import Code, Codebook, Variable
from analysis.plan import Breakdown, Kind, TablePlan

Answer = str | tuple[str, ...] | None
Person = Mapping[str, Answer]
Test = Callable[[Person], bool]
CODES = {
    "sex": ("m", "f"),
    "act": ("new", "old"),
    "route": ("a", "b", "c"),
    "age": ("1", "2", "3", "4"),
    "q": ("1", "2", "3", "4", "5"),
    "s": ("yes", "no"),
    "many": ("x", "y", "z"),
    "hours": (),
}
KINDS = {"many": "multiple", "hours": "number"}
SENSITIVE = frozenset({"s"})


def codebook() -> Codebook:
    return Codebook(
        study="made up",
        languages=("en",),
        missing={},
        variables={name: _variable(name, codes) for name, codes in CODES.items()},
    )


def _variable(name: str, codes: Sequence[str]) -> Variable:
    kind = KINDS.get(name, "single")
    return Variable(
        name=name,
        kind=kind,
        waves=(2024, 2025),
        label={},
        question={},
        codes=tuple(Code(code, {}) for code in codes),
        columns=tuple(f"{name}__{code}" for code in codes) if kind == "multiple" else (name,),
        sensitive=name in SENSITIVE,
    )


def table(name: str = "t", stub: str = "q", *banner: str, **more: object) -> TablePlan:
    """A table; a breakdown is ``variable`` or ``variable where condition``."""
    split = [text.partition(" where ") for text in banner]
    breakdowns = tuple(Breakdown(variable, where or None) for variable, _, where in split)
    return TablePlan(name, (stub,), breakdowns, **{"waves": (2024,), **more})  # type: ignore[arg-type]


@dataclass
class Interviews:
    """Answers by person and wave, and a weight by person."""

    answers: dict[int, list[Person | None]]
    weights: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.weights = self.weights or [1.0] * len(next(iter(self.answers.values())))

    def rows(self, *tables: TablePlan, tests: Mapping[str, Test] | None = None) -> pd.DataFrame:
        """All rows of tables; ``tests`` say what conditions of the tables mean."""
        made = [row for plan in tables for row in self._table(plan, dict(tests or {}))]
        rows = pd.DataFrame(made)
        rows["n"] = rows["n"].astype("Int64")
        return rows

    def _table(self, plan: TablePlan, tests: dict[str, Test]):
        waves = plan.waves if plan.kind is Kind.TREND else plan.waves[-1:]
        for wave in waves:
            for stub in plan.stub:
                yield from self._stub(plan, stub, wave, tests)

    def _stub(self, plan: TablePlan, stub: str, wave: int, tests: dict[str, Test]):
        took_part = [
            at
            for at in range(len(self.weights))
            if all(self.answers[one][at] is not None for one in plan.waves)
        ]
        base = [
            at
            for at in took_part
            if _meets(self.answers[wave][at], plan.base, tests)
            and _counts(self.answers[wave][at][stub], plan.count_missing)
        ]
        columns = [("total", "total", base)]
        if plan.kind is Kind.TRANSITION:
            earlier = self.answers[plan.waves[0]]
            base = [at for at in base if _counts(earlier[at][stub], plan.count_missing)]
            columns = [("total", "total", base)]
            for code in CODES[stub]:
                own = [at for at in base if earlier[at][stub] == code]
                columns.append((f"{stub}@{plan.waves[0]}", code, own))
        for breakdown in plan.banner if plan.kind is not Kind.TRANSITION else ():
            for code in CODES[breakdown.variable]:
                own = [
                    at
                    for at in base
                    if _meets(self.answers[wave][at], breakdown.where, tests)
                    and self.answers[wave][at][breakdown.variable] == code
                ]
                columns.append((breakdown.variable, code, own))
        for banner, code, people in columns:
            if people:
                yield from self._column(plan, stub, wave, banner, code, people)

    def _column(self, plan, stub, wave, banner, banner_code, people):
        place = {"table": plan.id, "wave": str(wave), "stub": stub}
        place |= {"banner": banner, "banner_code": banner_code}
        weight = np.array([self.weights[at] for at in people])
        given = [self.answers[wave][at][stub] for at in people]

        def row(statistic, code, chosen, kept=None):
            inside = np.ones(len(people), bool) if kept is None else kept
            total = weight[inside].sum()
            return {
                **place,
                "stub_code": code,
                "statistic": statistic,
                "value": weight[inside & chosen].sum() / total if total else np.nan,
                "se": 0.01,
                "low": 0.1,
                "high": 0.9,
                "n": int(inside.sum()),
                "weighted_n": total,
                "n_eff": float(inside.sum()),
                "flag": "",
                "count": float((inside & chosen).sum())
                if statistic in ("share", "net")
                else np.nan,
            }

        for code in (*CODES[stub], *plan.count_missing):
            yield row("share", code, np.array([_has(answer, code) for answer in given]))
        for name, codes in (plan.nets or {}).items():
            hit = [any(_has(answer, code) for code in codes) for answer in given]
            yield row("net", name, np.array(hit))
        if plan.mean or not CODES[stub]:
            answered = np.array([answer not in ("dk", "ref") for answer in given])
            yield row("mean", "mean", answered, answered)


def _has(answer: Answer, code: str) -> bool:
    return code in answer if isinstance(answer, tuple) else answer == code


def _counts(answer: Answer, counted: Sequence[str]) -> bool:
    return answer is not None and (answer not in ("dk", "ref") or answer in counted)


def _meets(person: Person, condition: str | None, tests: Mapping[str, Test]) -> bool:
    if condition is None:
        return True
    return all(_one(person, part, tests) for part in condition.split(" and "))


def _one(person: Person, condition: str, tests: Mapping[str, Test]) -> bool:
    if condition in tests:
        return tests[condition](person)
    variable, sign, code = condition.split(" ", 2)
    return (person[variable] == code.strip("'")) == (sign == "==")


def draw(seed: int, size: int = 300, waves: Sequence[int] = (2024,), stay: float = 0.7):
    """Interviews at random, with rare answers and a small group."""
    rng = np.random.default_rng(seed)

    def person(before: Person | None) -> Person:
        fixed = before or {
            "sex": str(rng.choice(CODES["sex"])),
            "act": str(rng.choice(CODES["act"], p=[0.7, 0.3])),
            "age": str(rng.choice(CODES["age"], p=[0.4, 0.3, 0.22, 0.08])),
            "route": str(rng.choice(CODES["route"], p=[0.6, 0.1, 0.3])),
        }
        keep = before is not None and rng.random() < 0.6
        q = before["q"] if keep else str(rng.choice(CODES["q"], p=[0.4, 0.3, 0.2, 0.07, 0.03]))
        chosen = tuple(
            code for code, p in zip("xyz", (0.5, 0.2, 0.04), strict=True) if rng.random() < p
        )
        return {
            **{name: fixed[name] for name in ("sex", "act", "age", "route")},
            "q": "dk" if rng.random() < 0.04 else q,
            "s": "yes" if rng.random() < 0.12 else "no",
            "many": chosen,
            "hours": str(rng.integers(0, 40)),
        }

    answers: dict[int, list[Person | None]] = {}
    people: list[Person | None] = [None] * size
    for number, wave in enumerate(waves):
        took = rng.random(size) < (1.0 if number == 0 else stay)
        now = [person(one) if here else None for one, here in zip(people, took, strict=True)]
        answers[wave] = now
        people = [new or old for new, old in zip(now, people, strict=True)]
    weights = np.round(rng.lognormal(3.0, 0.3, size), 4).tolist()
    return Interviews(answers, weights)
