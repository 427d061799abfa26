"""One life from arrival to long after the last wave, as months in which things happened.

Nothing here is on the frame. The same person always has the same life; a wave looks at it from its
own month (`life`). All numbers belong to a line of `ASSUMPTIONS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

from app.synthetic.chance import Chance
from app.synthetic.months import FRAME_MONTH, month
from app.synthetic.population import Person
from app.synthetic.traits import LOW_SCHOOLING, Traits, literacy_of, schooling_of, traits_of

NEVER = month(9000, 1)
"""A month after every wave."""

START_OF_WI2021 = month(2022, 1)
CHANGES_ROUTE = 0.12
"""SOURCE: assumed; that routes change is in [R1] and [ROT3], how often is not published."""
LATER_ROUTE = {
    "b1": {"z": 0.75, "onderwijs": 0.25},
    "onderwijs": {"b1": 0.9, "z": 0.1},
    "z": {"b1": 1.0},
}
"""SOURCE: assumed. Mostly down: what was planned proves too hard, and places in the education route
are few."""
ROUTE_MONTHS = (3, 18)
"""Months from the plan to another route. SOURCE: assumed."""
CHANGES_ACT = 0.03
"""Of those under Wi2013, within three years. SOURCE: assumed. DUO goes by the date of the duty
(study.md, section 2), so the act changes only where a duty ended or never was in force and another
one began after 1 January 2022: a new permit after years away, or a stay that became lasting."""
YOUNG = 28
"""The education route is meant for people under 28."""


@dataclass(frozen=True, slots=True)
class Biography:
    """Months count from year 0 (`months`); `NEVER` where it does not happen."""

    schooling: str
    literacy: str
    traits: Traits
    reason: str
    """Why the person may stay: asiel, nareis, gezin or overig."""
    arrival: int
    permit: int
    notice: int
    """The letter of DUO that starts the duty."""
    settled: int
    """The first home of one's own; before it asylum migrants live in reception."""
    in_reception: bool
    """Ever lived in a reception centre."""
    intake: int
    plan: int
    route: str | None
    """b1, onderwijs or z from the month of the plan; under Wi2013 there are no routes."""
    later_route: str | None
    """The route from `route_changed` on; ``None`` for who stays in the first."""
    route_changed: int
    act_changed: int
    """From this month a new duty runs, under Wi2021 in the place of Wi2013."""
    course: int
    finish: int
    dispensed: int
    births: tuple[int, ...]
    """Birth months of children who live at home."""
    move: int
    """A move to another municipality after the first home."""
    departure: int
    death: int

    def act_at(self, person: Person, month: int) -> str:
        """The act that holds for the person in a month; the frame has that of its own month."""
        return "wi2021" if self.act_changed <= month else person.act

    def route_at(self, month: int) -> str | None:
        """The route in a month; ``None`` before there is a plan and under Wi2013."""
        if self.plan > month:
            return None
        return self.later_route if self.route_changed <= month else self.route


def biography_of(person: Person) -> Biography:
    """Return the whole life of a person; a pure function of the person."""
    chance = Chance(person.key)
    schooling = schooling_of(person, chance)
    traits = traits_of(person, schooling, chance)
    wi2021 = person.act == "wi2021"
    reason = _reason(person, chance)
    permit = _permit(person, chance)
    arrival, settled, in_reception = _road_home(person, reason, permit, chance)
    notice = permit + chance.whole("notice", 1, 4)
    if wi2021:
        notice = max(notice, START_OF_WI2021 + chance.whole("first notices", 0, 3))
    act_changed = _act_change(person, chance)
    if act_changed < NEVER:
        wi2021, notice = True, act_changed
    intake = _intake(person, settled, notice, chance) if wi2021 else NEVER
    plan = intake + chance.whole("plan", 1, 4) if wi2021 else NEVER
    route = _route(person, schooling, chance) if wi2021 else None
    later_route, route_changed = _route_change(route, plan, chance)
    course = _course(person, settled, plan, chance)
    finish = _finish(person, schooling, route, course, chance)
    if act_changed < NEVER:
        # A new duty has its own term of three years.
        finish = max(finish, plan + chance.whole("new term", 10, 34))
    return Biography(
        schooling=schooling,
        literacy=literacy_of(schooling, chance),
        traits=traits,
        reason=reason,
        arrival=arrival,
        permit=permit,
        notice=notice,
        settled=settled,
        in_reception=in_reception,
        intake=intake,
        plan=plan,
        route=route,
        later_route=later_route,
        route_changed=route_changed,
        act_changed=act_changed,
        course=course,
        finish=finish,
        # Who is given a new duty was not dispensed of the old one.
        dispensed=NEVER if act_changed < NEVER else _dispensed(person, schooling, chance),
        births=_births(person, chance),
        move=_after(FRAME_MONTH, 12 / 0.06, "move", chance),
        departure=_after(FRAME_MONTH, 12 / 0.02, "departure", chance),
        death=_death(person, chance),
    )


def _skewed(chance: Chance, label: str, median: float, spread: float) -> int:
    """A duration in months with a long tail: log-normal."""
    return round(median * exp(spread * chance.normal(label)))


def _after(start: int, mean: float, label: str, chance: Chance) -> int:
    """A month after ``start`` of what may happen at any time, on average ``mean`` months later."""
    return start + 1 + int(-mean * log(chance.uniform(label)))


def _reason(person: Person, chance: Chance) -> str:
    if person.group != "asiel":
        return person.group
    joined = 0.45 if person.sex == "vrouw" else 0.17
    return "nareis" if chance.happens("joined family", joined) else "asiel"


def _permit(person: Person, chance: Chance) -> int:
    """Month of the permit; the later half of each period weighs more, as stocks do."""
    share = chance.uniform("permit") ** 0.8
    if person.act == "wi2021":
        first, last = month(2021, 10), month(2023, 7)
    else:
        first, last = month(2014, 6), month(2021, 10)
    return first + int(share * (last - first + 1))


def _road_home(person: Person, reason: str, permit: int, chance: Chance) -> tuple[int, int, bool]:
    """Return arrival, the month of the first home, and whether there was reception between."""
    if person.group != "asiel":
        return permit, permit + chance.whole("first home", 0, 1), False
    if reason == "nareis":
        if chance.happens("straight home", 0.5):
            return permit, permit + chance.whole("first home", 0, 2), False
        return permit, permit + 1 + _skewed(chance, "first home", 3, 0.6), True
    arrival = permit - chance.whole("procedure", 3, 16)
    if chance.happens("no reception", 0.06):
        return arrival, permit, False
    return arrival, permit + 1 + _skewed(chance, "first home", 6, 0.65), True


def _intake(person: Person, settled: int, notice: int, chance: Chance) -> int:
    """The broad intake; one in five asylum migrants has it before the first home."""
    if person.group == "asiel" and chance.happens("early intake", 0.2):
        return max(notice, settled - chance.whole("intake", 1, 5))
    return max(notice, settled) + _skewed(chance, "intake", 2.5, 0.6)


def _route(person: Person, schooling: str, chance: Chance) -> str:
    young = 2023 - person.birth_year < YOUNG
    if young and schooling not in LOW_SCHOOLING:
        study = 0.33 if person.group == "asiel" else 0.05
        if chance.happens("education route", study):
            return "onderwijs"
    slow = {"geen": 0.72, "basis": 0.34, "middelbaar": 0.06, "beroep": 0.05, "hoger": 0.01}
    less = 1.0 if person.group == "asiel" else 0.5
    return "z" if chance.happens("z route", slow[schooling] * less) else "b1"


def _route_change(route: str | None, plan: int, chance: Chance) -> tuple[str | None, int]:
    """Return the later route and the month it begins; most stay where they are.

    The frame's month and the first wave come before every change, so that the published shares of
    that wave are those of first routes.
    """
    if route is None or not chance.happens("changes route", CHANGES_ROUTE):
        return None, NEVER
    to = chance.pick("later route", LATER_ROUTE[route])
    return to, max(plan + chance.whole("route changed", *ROUTE_MONTHS), FRAME_MONTH + 2)


def _act_change(person: Person, chance: Chance) -> int:
    """The month in which a new duty begins for who was under Wi2013; `NEVER` for nearly all."""
    if person.act != "wi2013" or not chance.happens("changes act", CHANGES_ACT):
        return NEVER
    return FRAME_MONTH + chance.whole("act changed", 2, 36)


def _course(person: Person, settled: int, plan: int, chance: Chance) -> int:
    """The start of the course; a few under Wi2013 have never begun."""
    if person.act == "wi2021":
        stuck = chance.whole("stuck", 8, 30) if chance.happens("gets stuck", 0.13) else 0
        return max(plan, settled) + _skewed(chance, "course", 1.0, 1.1) + stuck
    if chance.happens("never begun", 0.07):
        return FRAME_MONTH + _skewed(chance, "late course", 20, 0.8)
    return min(settled + _skewed(chance, "course", 7, 0.7), FRAME_MONTH)


def _finish(person: Person, schooling: str, route: str | None, course: int, chance: Chance) -> int:
    """The last requirement met; nobody on the frame had met it by the reference date."""
    if person.act == "wi2013":
        return max(course + 6, _after(FRAME_MONTH, 34, "finish", chance))
    months = 34 + 7 * chance.normal("finish")
    months += {"hoger": -8.0, "beroep": -2.0}.get(schooling, 0.0) + (4.0 if route == "z" else 0.0)
    earliest = FRAME_MONTH + chance.whole("soon done", 1, 12)
    return max(course + int(max(months, 10)), earliest)


def _dispensed(person: Person, schooling: str, chance: Chance) -> int:
    """Dispensation, mostly of less schooled and older people who have tried for long."""
    share = 0.10 if person.act == "wi2013" else 0.02
    if schooling in LOW_SCHOOLING or person.birth_year < 1973:
        share *= 2
    if not chance.happens("dispensation", share):
        return NEVER
    start = FRAME_MONTH if person.act == "wi2013" else FRAME_MONTH + 10
    return start + chance.whole("dispensed", 1, 40)


def _births(person: Person, chance: Chance) -> tuple[int, ...]:
    """Birth months of children, from when the person was 20 to 42, also after the last wave."""
    wanted = int(chance.pick("children", {"0": 28, "1": 19, "2": 25, "3": 16, "4": 8, "5": 4}))
    start = 23.0 if person.sex == "vrouw" else 27.0
    first = person.birth_year * 12 + int(12 * (start + 4.0 * abs(chance.normal("first child"))))
    gaps = (chance.whole(f"child {number}", 16, 44) for number in range(1, wanted))
    births = [first] if wanted else []
    for gap in gaps:
        births.append(births[-1] + gap)
    return tuple(births)


def _death(person: Person, chance: Chance) -> int:
    age = 2023 - person.birth_year
    yearly = 0.0004 * exp(0.075 * max(age - 20, 0))
    return _after(FRAME_MONTH, 12 / yearly, "death", chance)
