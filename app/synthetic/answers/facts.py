"""Answers that state a fact of the person's life, as far as people know it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.questionnaire.model import Item, Value
from app.synthetic.answers.subject import Answerer, Said, Subject
from app.synthetic.demography import INHABITANTS
from app.synthetic.months import as_text

YEAR_ONLY = 0.12
"""People who remember the year of an event but not the month."""

TOWNS = tuple(INHABITANTS)
RECEPTION_LENGTHS = ((6, "m6"), (12, "m12"), (24, "m24"))


def _month_of(event: Callable[[Subject], int]) -> Answerer:
    """Answer with a month of the life, never later than the interview itself."""

    def answer(subject: Subject, item: Item, said: Said) -> Value | None:
        told = as_text(min(event(subject), subject.life.month))
        now = said.get("interview_month")
        if isinstance(now, str) and now < told:
            told = now
        vague = item.limits.year_only and subject.always.happens(f"vague {item.var}", YEAR_ONLY)
        return told[:4] if vague else told

    return answer


def _fact(fact: Callable[[Subject], Value]) -> Answerer:
    def answer(subject: Subject, item: Item, said: Said) -> Value | None:
        return fact(subject)

    return answer


def _yes(true: Callable[[Subject], bool]) -> Answerer:
    return _fact(lambda subject: "ja" if true(subject) else "nee")


def _route(subject: Subject) -> str:
    """The route as the person would name it; ``geen`` before there is a plan."""
    return subject.life.route or "geen"


def _reception(subject: Subject) -> str:
    past = subject.past
    if not past.in_reception:
        return "niet"
    stayed = min(past.settled, subject.life.month) - past.arrival
    return next((code for below, code in RECEPTION_LENGTHS if stayed < below), "m24plus")


def _last_centre(subject: Subject) -> str:
    """The municipality of the last reception centre; for one in four the later home as well."""
    if subject.life.housing == "opvang" or subject.always.happens("centre in town", 0.25):
        return subject.life.municipality
    return subject.always.one_of("centre", TOWNS)


def _early_start(subject: Subject) -> str:
    """Whether civic integration could start in reception, and did."""
    if subject.past.intake < subject.past.settled:
        return "gedaan"
    return subject.always.pick("early start", {"nietgedaan": 0.25, "nee": 0.75})


def _help_with_bills(subject: Subject) -> bool:
    """Financial relief: for most who live in a home of their own, by law if on benefit."""
    return subject.always.happens("help with bills", 0.62)


def _learnability_test(subject: Subject) -> bool:
    return subject.life.had_intake and subject.always.happens("learnability test", 0.88)


def _learning(subject: Subject) -> str:
    """How people who buy their own course learn Dutch now."""
    life = subject.life
    if life.status in {"klaar", "ontheven", "gestopt"}:
        return subject.now.pick("learning", {"zelf": 0.45, "niet": 0.40, "school": 0.15})
    if not life.started:
        return subject.now.pick("learning", {"zoekt": 0.42, "zelf": 0.38, "niet": 0.20})
    if life.status == "pauze":
        return subject.now.pick("learning", {"zelf": 0.5, "niet": 0.5})
    return subject.now.pick("learning", {"school": 0.55, "beide": 0.38, "zelf": 0.07})


def _exams(subject: Subject) -> Value:
    """Exams passed: all by people who have finished, else those their Dutch allows."""
    life = subject.life
    order = ("lezen", "luisteren", "schrijven", "spreken", "knm")
    if life.status == "klaar":
        return order
    hard = {"lezen": 0.35, "luisteren": 0.30, "schrijven": 0.60, "spreken": 0.45, "knm": 0.25}
    passed = tuple(
        code
        for code in order
        if life.started and life.dutch > hard[code] + 0.3 * subject.always.normal(f"exam {code}")
    )
    return passed or ("geen",)


def _part(var: str, share_done: float) -> Answerer:
    """A part of the programme as the battery `bat_gate` asks it; parts are done as time goes on."""
    labels = (f"{var} unknown", f"{var} not needed", f"{var} begins", f"{var} takes")
    unknown, not_needed, begins, takes = labels

    def answer(subject: Subject, item: Item, said: Said) -> Value | None:
        life, luck = subject.life, subject.always
        if luck.happens(unknown, 0.30 if life.low_schooling else 0.16):
            return "onbekend"
        if luck.happens(not_needed, 0.05):
            return "hoeftniet"
        if life.status == "klaar":
            return "klaar"
        months = life.month - subject.past.course
        start = 2 + 16 * luck.uniform(begins) / share_done
        if months < start:
            return "nogniet"
        return "klaar" if months > start + 2 + 6 * luck.uniform(takes) else "bezig"

    return answer


def _level(subject: Subject) -> str:
    """Language level people think they have."""
    dutch = subject.life.dutch + 0.25 * subject.now.normal("level")
    bounds = ((-1.3, "a0"), (-0.55, "a1"), (0.25, "a2"), (1.0, "b1"))
    return next((code for below, code in bounds if dutch < below), "b2")


def _skill(var: str, harder: float) -> Answerer:
    """Self-rated Dutch from 1, very well, to 5, not yet."""

    def answer(subject: Subject, item: Item, said: Said) -> Value | None:
        ability = subject.life.dutch - harder + 0.35 * subject.score(var)
        return str(1 + sum(ability < bound for bound in (0.9, 0.25, -0.75, -1.6)))

    return answer


def _grade(subject: Subject, item: Item, said: Said) -> Value | None:
    """A mark from 1 to 10; seven is usual."""
    mark = 6.9 + 1.2 * subject.life.traits.contentment + 1.1 * subject.score("e_grade")
    return str(max(1, min(10, round(mark))))


def _knows_act(subject: Subject) -> str:
    return "na" if subject.life.act == "wi2021" else "voor"


LASTING: Mapping[str, Callable[[Subject], Value]] = {
    "r_gemeente": lambda subject: subject.life.municipality,
    "r_zorgt": lambda subject: subject.life.cares_for,
    "r_route": _route,
}
"""Facts that a later wave asks to confirm."""

FACTS: Mapping[str, Answerer] = {
    **{var: _fact(fact) for var, fact in LASTING.items()},
    "r_reden": _fact(lambda subject: subject.past.reason),
    "r_brief": _month_of(lambda subject: subject.past.notice),
    "r_voor2022": _fact(_knows_act),
    "r_plan": _yes(lambda subject: subject.life.has_plan),
    "r_status": _fact(lambda subject: subject.life.status),
    "r_eind": _month_of(lambda subject: subject.past.finish),
    "r_wonen": _fact(lambda subject: subject.life.housing),
    "t_gem_datum": _month_of(lambda subject: subject.life.municipality_since),
    "r_vergunning": _month_of(lambda subject: subject.past.permit),
    "r_sex": _fact(lambda subject: subject.person.sex),
    "r_geboortejaar": _fact(lambda subject: str(subject.person.birth_year)),
    "r_land": _fact(lambda subject: subject.person.country),
    "r_educ": _fact(lambda subject: subject.past.schooling),
    "r_literacy": _fact(lambda subject: subject.past.literacy),
    "t_started": _yes(lambda subject: subject.life.started),
    "t_cursus_datum": _month_of(lambda subject: subject.past.course),
    "a_azc": _fact(_reception),
    "a_azc_gem": _fact(_last_centre),
    "a_vroeg": _fact(_early_start),
    "i_had": _yes(lambda subject: subject.life.had_intake),
    "i_llt": _yes(_learnability_test),
    "i_pip": _yes(lambda subject: subject.life.has_plan),
    "i_pip_maand": _month_of(lambda subject: subject.past.plan),
    "z_leert": _fact(_learning),
    "w_knm": _part("w_knm", 0.95),
    "w_pvt": _part("w_pvt", 1.0),
    "w_map": _part("w_map", 0.70),
    "w_ona": _part("w_ona", 0.80),
    "ex_gehaald": _fact(_exams),
    "d_sinds": _fact(lambda subject: subject.life.activities.ever),
    "d_nu": _fact(lambda subject: subject.life.activities.now),
    "l_spreken": _skill("l_spreken", 0.0),
    "l_verstaan": _skill("l_verstaan", -0.25),
    "l_lezen": _skill("l_lezen", -0.1),
    "l_schrijven": _skill("l_schrijven", 0.25),
    "l_niveau": _fact(_level),
    "f_ontz": _yes(_help_with_bills),
    "e_grade": _grade,
}
