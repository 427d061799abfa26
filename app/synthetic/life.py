"""A person's situation in the month of one wave: the truth behind that wave's answers."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, sqrt

from app.synthetic.biography import Biography
from app.synthetic.chance import Chance, label_number, quantile
from app.synthetic.demography import INHABITANTS
from app.synthetic.months import FRAME_MONTH, fieldwork_month, year_of
from app.synthetic.population import Person
from app.synthetic.traits import LOW_SCHOOLING, Traits
from app.synthetic.work import Activities, activities_at

TOWNS = tuple(INHABITANTS)
"""People move to one of the larger municipalities."""

ILL_RELATIVE = 0.06
STABILITY = 0.85
"""Correlation of a trait with itself one wave later."""


@dataclass(frozen=True, slots=True)
class Life:
    """What is true of a person in one wave."""

    wave: int
    month: int
    past: Biography
    traits: Traits
    """The lasting traits with the mood of this wave; still standard normal."""
    age: int
    gone: str | None
    """``deceased`` or ``moved_abroad``: such a person cannot answer any more."""
    status: str
    """As `r_status`: nogniet, bezig, pauze, klaar, ontheven or gestopt."""
    started: bool
    housing: str
    municipality: str
    municipality_since: int
    cares_for: tuple[str, ...]
    """Codes of `r_zorgt` in bank order."""
    had_intake: bool
    has_plan: bool
    act: str
    """The act that holds now; that of the frame for nearly everybody."""
    route: str | None
    """b1, onderwijs or z once there is a plan; people change route."""
    months_here: int
    dutch: float
    """Ability in Dutch as a score: about -1 for beginners, 0 after a year of lessons, 1 at B1."""
    activities: Activities

    @property
    def low_schooling(self) -> bool:
        """No school, or primary school only."""
        return self.past.schooling in LOW_SCHOOLING

    @property
    def has_young_children(self) -> bool:
        """Cares for a child under 13."""
        return "kind0_3" in self.cares_for or "kind4_12" in self.cares_for


def life_at(person: Person, past: Biography, wave: int) -> Life:
    """Return the situation of a person in the month of a wave; a pure function of both."""
    month = fieldwork_month(wave)
    always = Chance(person.key).of(label_number("life"))
    now = always.of(wave)
    cares_for = _cares_for(past, month, always)
    started = past.course <= month
    has_plan = past.plan <= month
    activities = activities_at(person, past, month, always, now)
    municipality, since = _place(person, past, month, always)
    return Life(
        wave=wave,
        month=month,
        past=past,
        traits=_mood(past.traits, now),
        age=year_of(month) - person.birth_year,
        gone=_gone(past, month),
        status=_status(person, past, month, always, now),
        started=started,
        housing=_housing(past, month, always),
        municipality=municipality,
        municipality_since=since,
        cares_for=cares_for,
        had_intake=past.intake <= month,
        has_plan=has_plan,
        act=past.act_at(person, month),
        route=past.route_at(month),
        months_here=month - past.arrival,
        dutch=_dutch(person, past, month, always),
        activities=activities,
    )


def _mood(lasting: Traits, now: Chance) -> Traits:
    rest = sqrt(1 - STABILITY**2)
    return Traits(
        STABILITY * lasting.contentment + rest * now.normal("contentment"),
        STABILITY * lasting.strain + rest * now.normal("strain"),
        STABILITY * lasting.openness + rest * now.normal("openness"),
        STABILITY * lasting.need + rest * now.normal("need"),
    )


def _gone(past: Biography, month: int) -> str | None:
    if past.death <= month:
        return "deceased"
    return "moved_abroad" if past.departure <= month else None


def _status(person: Person, past: Biography, month: int, always: Chance, now: Chance) -> str:
    if past.finish <= month:
        return "klaar"
    if past.dispensed <= month:
        return "ontheven"
    if past.course > month:
        return "nogniet"
    stops = 0.07 if past.act_at(person, month) == "wi2013" else 0.02
    if always.happens("stops", stops):
        return "gestopt"
    baby = any(0 <= month - birth < 8 for birth in past.births)
    return "pauze" if now.happens("pause", 0.35 if baby else 0.05) else "bezig"


def _housing(past: Biography, month: int, always: Chance) -> str:
    """As `r_wonen`. Somebody without a home of their own keeps the same kind of place."""
    if past.settled > month:
        return "opvang"
    return always.pick("housing", {"huis": 0.91, "familie": 0.06, "anders": 0.03})


def _place(person: Person, past: Biography, month: int, always: Chance) -> tuple[str, int]:
    """Return the municipality and since when.

    The frame shows where a person was registered on its reference date. Who was still in reception
    then gets a first home elsewhere; later moves are rare.
    """
    place, since = person.municipality, past.settled
    if past.settled > month:
        return place, past.arrival
    if past.settled > FRAME_MONTH:
        place = always.one_of("first home in", TOWNS)
    if past.settled < past.move <= month:
        place, since = always.one_of("moved to", TOWNS), past.move
    return place, since


def _cares_for(past: Biography, month: int, always: Chance) -> tuple[str, ...]:
    ages = [(month - birth) // 12 for birth in past.births if birth <= month]
    cares = (
        ("kind0_3", any(age <= 3 for age in ages)),
        ("kind4_12", any(4 <= age <= 12 for age in ages)),
        ("kind13_17", any(13 <= age <= 17 for age in ages)),
        ("ziek", always.happens("ill relative", ILL_RELATIVE)),
    )
    return tuple(code for code, true in cares if true) or ("niemand",)


def _dutch(person: Person, past: Biography, month: int, always: Chance) -> float:
    """Ability grows with months of lessons, faster for better schooled and younger people."""
    lessons = max(0, min(month, past.finish) - past.course)
    here = max(0, month - past.arrival)
    schooling = {"geen": -0.9, "basis": -0.5, "middelbaar": 0.0, "beroep": 0.1, "hoger": 0.4}
    age = year_of(month) - person.birth_year
    return (
        -1.1
        + 0.9 * (1 - exp(-lessons / 14))
        + 0.5 * (1 - exp(-here / 52))
        + schooling[past.schooling]
        - 0.015 * max(age - 30, 0)
        + 0.15 * past.traits.openness
        + 0.5 * quantile(always.uniform("gift for languages"))
    )
