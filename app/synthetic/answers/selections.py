"""Questions with several answers: how likely each option is to be chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import sqrt

from app.questionnaire.model import Item, Value
from app.synthetic.answers.subject import Answerer, Said, Subject, chose
from app.synthetic.chance import quantile

Shares = Mapping[str, float]

GENEROUS = 0.35
"""How far people who choose one option choose the others too: loading on the trait of need."""
SPARING = sqrt(1 - GENEROUS**2)


def _several(
    shares: Callable[[Subject, Said], Shares] | Shares, *, otherwise: str | None = None
) -> Answerer:
    """Choose each option with its share.

    Who chooses none takes the exclusive option of the item, else ``otherwise``. Where the item
    limits the number, the options a person feels most strongly about stay.
    """

    def answer(subject: Subject, item: Item, said: Said) -> Value | None:
        likely = shares(subject, said) if callable(shares) else shares
        generous = GENEROUS * subject.life.traits.need
        urge: dict[str, float] = {}
        alone = otherwise
        for option in item.options:
            if option.exclusive:
                alone = option.code
            share = likely.get(option.code, 0.0)
            if share > 0:
                score = generous + SPARING * subject.score(f"{item.var} {option.code}")
                margin = score + quantile(share)
                if margin > 0:
                    urge[option.code] = margin
        if not urge:
            return (alone,) if alone else None
        most = item.limits.max_choices
        if most is not None and len(urge) > most:
            keep = sorted(urge, key=lambda code: -urge[code])[:most]
            return tuple(code for code in urge if code in keep)
        return tuple(urge)

    return answer


def _not_started(subject: Subject, said: Said) -> Shares:
    """Half of the asylum migrants who wait under Wi2021 have had no offer yet (published)."""
    care = 0.30 if subject.life.has_young_children else 0.04
    work = 0.22 if "betaald" in subject.life.activities.now else 0.02
    common = {"zelfstudie": 0.16, "zorg": care, "werk": work, "gezondheid": 0.07, "anders": 0.09}
    no_plan = 0.02 if subject.life.has_plan else 0.42
    if subject.person.group == "asiel" and subject.life.act == "wi2021":
        no_offer = 0.46 if subject.life.has_plan else 0.52
        return {"geen_aanbod": no_offer, "plan": no_plan, "wachtlijst": 0.20, **common}
    plan = no_plan if subject.life.act == "wi2021" else 0.02
    return {
        "geen_aanbod": 0.08, "plan": plan, "wachtlijst": 0.12, "zoekt": 0.34, "geld": 0.22, **common
    }  # fmt: skip


def _waited_for(subject: Subject, said: Said) -> Shares:
    asylum = subject.person.group == "asiel"
    wi2021 = subject.life.act == "wi2021"
    return {
        "huis": 0.42 if asylum else 0.04,
        "intake": 0.20 if wi2021 else 0.0,
        "toets": 0.09 if wi2021 else 0.0,
        "pip": 0.14 if wi2021 else 0.0,
        "cursus": 0.34 if wi2021 else 0.18,
        "pvt": 0.05,
        "map": 0.06 if wi2021 else 0.0,
        "maatje": 0.10,
        "examen": 0.12 if subject.life.started else 0.02,
    }


def _wants_to_know(subject: Subject, said: Said) -> Shares:
    """Work, study, an affordable course and money lead the list (published order)."""
    buys = subject.person.group != "asiel" or subject.life.act == "wi2013"
    working = "betaald" in subject.life.activities.now
    return {
        "werk": 0.36 if working else 0.50,
        "studie": 0.26 if subject.life.low_schooling else 0.40,
        "cursus": 0.42 if buys else 0.32,
        "geld": 0.34 if subject.person.group == "asiel" else 0.24,
        "regels": 0.20,
        "hoger": 0.22,
        "toeslagen": 0.23,
        "opvang": 0.22 if subject.life.has_young_children else 0.02,
    }


def _missed_help(subject: Subject, said: Said) -> Shares:
    """What people miss is not what they say they got."""
    wished = {
        "info": 0.30, "school": 0.16, "werk": 0.34, "geld": 0.24, "taal": 0.32,
        "opvang": 0.16 if subject.life.has_young_children else 0.01, "vast": 0.24,
    }  # fmt: skip
    return {code: share for code, share in wished.items() if not chose(said, "h_steun", code)}


def _search_problems(subject: Subject, said: Said) -> Shares:
    return {
        "kosten": 0.62, "keuze": 0.40, "afstand": 0.18, "tijden": 0.30, "vol": 0.16, "niveau": 0.15,
        "taal": 0.28 if subject.life.dutch < 0 else 0.12, "anders": 0.08,
    }  # fmt: skip


def _wants_to_know_searching(subject: Subject, said: Said) -> Shares:
    """Four in ten family migrants want to know of an affordable course (published)."""
    affordable = 0.53 if said.get("z_moeilijk") in {"4", "5"} else 0.36
    return {"betaalbaar": affordable, "lening": 0.22, "kwaliteit": 0.36, "tijden": 0.20}


def _paid_by(subject: Subject, said: Said) -> Shares:
    if not subject.life.started:
        return {"zelf": 0.10, "lening": 0.10}
    if subject.person.group == "asiel":
        return {"zelf": 0.08, "lening": 0.78, "gemeente": 0.14, "gratis": 0.08}
    return {
        "zelf": 0.42, "partner": 0.38, "lening": 0.30, "gemeente": 0.05, "werkgever": 0.06,
        "gratis": 0.04,
    }  # fmt: skip


def _missed_lessons(subject: Subject, said: Said) -> Shares:
    child = 0.45 if subject.life.has_young_children else 0.01
    work = 0.35 if "betaald" in subject.life.activities.now else 0.02
    return {
        "ziek": 0.28, "kind": child, "werk": work, "afspraak": 0.22, "stress": 0.16, "nut": 0.05,
        "reis": 0.12,
    }  # fmt: skip


def _why_combining_is_hard(subject: Subject, said: Said) -> Shares:
    care = 0.45 if subject.life.has_young_children else 0.05
    return {
        "tijd": 0.62, "lestijd": 0.34, "zorg": care, "moe": 0.48, "reistijd": 0.24, "anders": 0.06
    }  # fmt: skip


def _clashes(subject: Subject, said: Said) -> Shares:
    hard = 1.0 if said.get("d_combi") in {"4", "5"} else 0.45
    return {
        "les_gemist": 0.40 * hard, "les_gestopt": 0.10 * hard, "werk_minder": 0.24 * hard,
        "niveau_lager": 0.12 * hard, "stress": 0.46 * hard,
    }  # fmt: skip


def _wishes(subject: Subject, said: Said) -> Shares:
    """A chance of paid work comes first for people without it (published)."""
    working = "betaald" in subject.life.activities.now
    return {
        "betaald": 0.16 if working else 0.48,
        "eigenberoep": 0.40 if subject.past.schooling in {"beroep", "hoger"} else 0.16,
        "bedrijf": 0.15,
        "opleiding": 0.30 if subject.life.age < 35 else 0.14,
        "vrijwillig": 0.06,
        "taal": 0.36,
        "zorg": 0.16 if subject.life.has_young_children else 0.03,
    }


def _places(subject: Subject, said: Said) -> Shares:
    now = subject.life.activities.now
    return {
        "winkel": 0.66,
        "buren": 0.40,
        "werk": 0.78 if "betaald" in now else 0.02,
        "vrijwillig": 0.80 if "vrijwillig" in now else 0.02,
        "school": 0.50 if "kind4_12" in subject.life.cares_for else 0.02,
        "taalcafe": 0.20,
        "maatje": 0.18,
        "gemeente": 0.08,
        "sport": 0.16,
        "thuis": 0.12 if subject.person.group == "asiel" else 0.52,
    }


def _barriers(subject: Subject, said: Said) -> Shares:
    """The language is hardest for older and less literate people (published contrast)."""
    life = subject.life
    weak = subject.past.literacy != "goed"
    older = life.age >= 50
    strained = life.traits.strain > 0.5
    return {
        "taal": 0.48 + 0.16 * weak + 0.14 * older,
        "lezen": 0.46 if weak else 0.14,
        "tijd_werk": 0.36 if "betaald" in life.activities.now else 0.04,
        "tijd_zorg": 0.44 if life.has_young_children else 0.06,
        "opvang": 0.20 if life.has_young_children else 0.01,
        "reizen": 0.16,
        "gezondheid": 0.28 if strained or older else 0.08,
        "leeftijd": 0.45 if older else 0.03,
        "geld": 0.40 if strained else 0.14,
        "oefenen": 0.30,
        "durven": 0.24,
        "familie": 0.38 if subject.person.group == "asiel" else 0.12,
    }


def _goals(subject: Subject, said: Said) -> Shares:
    return {
        "beroep": 0.42 if subject.past.schooling in {"beroep", "hoger"} else 0.20,
        "werk": 0.32, "bedrijf": 0.14, "studie": 0.40 if subject.life.age < 35 else 0.18,
        "taal": 0.58, "zelfstandig": 0.30, "huis": 0.24, "familie": 0.34, "veilig": 0.26,
        "helpen": 0.14, "paspoort": 0.42 if subject.person.group == "asiel" else 0.18,
    }  # fmt: skip


def _to_improve(subject: Subject, said: Said) -> Shares:
    asylum = subject.person.group == "asiel"
    buys = not asylum or subject.life.act == "wi2013"
    return {
        "info": 0.34, "wachten": 0.36 if asylum else 0.18, "azc_les": 0.32 if asylum else 0.01,
        "oefenen": 0.40, "werk": 0.36, "combi": 0.30, "situatie": 0.24, "contact": 0.22,
        "tolk": 0.16 if asylum else 0.05, "kosten": 0.42 if buys else 0.06,
    }  # fmt: skip


SELECTIONS: Mapping[str, Answerer] = {
    "t_plicht_gevolg": _several({"stress": 0.44, "baan_opgezegd": 0.09, "minder_werk": 0.15}),
    "s_onduidelijk": _several(
        {"onderdelen": 0.42, "route": 0.34, "niveau": 0.30, "termijn": 0.34, "wet": 0.26,
         "kosten": 0.24, "contact": 0.40, "anders": 0.05},
        otherwise="anders",
    ),
    "t_reden": _several(_not_started, otherwise="anders"),
    "t_wacht_gevolg": _several({"tijdverlies": 0.55, "demotivatie": 0.34, "stress": 0.46}),
    "t_wacht_stap": _several(_waited_for),
    "a_les": _several({"les": 0.52, "vrijwilliger": 0.34, "zelf": 0.50}),
    "a_behoefte": _several(
        {"taalles": 0.58, "info_werk": 0.42, "info_nl": 0.40, "contact_gemeente": 0.38,
         "anders": 0.06}
    ),
    "a_vroeg_waarom": _several(
        {"huis": 0.42, "rust": 0.36, "onzeker": 0.30, "familie": 0.34, "gezond": 0.22,
         "info": 0.26, "anders": 0.07},
        otherwise="anders",
    ),
    "i_route_waarom": _several(
        {"leeftijd": 0.20, "uitkering": 0.16, "toets": 0.36, "diploma": 0.15, "plaats": 0.13,
         "geenuitleg": 0.34, "anders": 0.08},
        otherwise="anders",
    ),
    "g_info": _several(_wants_to_know),
    "g_bron": _several(
        {"contactpersoon": 0.40, "school": 0.34, "vrienden": 0.42, "duo": 0.22, "coa": 0.05,
         "vwn": 0.26, "internet": 0.34}
    ),
    "h_steun": _several(
        {"info": 0.30, "school": 0.14, "werk": 0.18, "geld": 0.14, "taal": 0.13, "opvang": 0.03,
         "vast": 0.13}
    ),
    "h_gemist": _several(_missed_help),
    "z_probleem": _several(_search_problems, otherwise="anders"),
    "z_info": _several(_wants_to_know_searching),
    "z_bron": _several(
        {"lijst": 0.20, "vrienden": 0.50, "internet": 0.44, "bow": 0.16, "bezoek": 0.14,
         "duo": 0.24}
    ),
    "z_keuze": _several(
        {"prijs": 0.36, "dichtbij": 0.46, "kwaliteit": 0.34, "tijden": 0.28, "tempo": 0.12,
         "online": 0.14, "niveau": 0.18, "tip": 0.32, "enige": 0.10},
        otherwise="dichtbij",
    ),
    "z_betaalt": _several(_paid_by, otherwise="zelf"),
    "z_kosten_gevolg": _several(
        {"minder_les": 0.14, "lager": 0.10, "gewacht": 0.18, "gestopt": 0.06, "zelfstudie": 0.24}
    ),
    "q_gemist": _several(_missed_lessons),
    "d_hoe": _several(
        {"zelf": 0.40, "kennis": 0.42, "gemeente": 0.20, "school": 0.07, "vrijwilligers": 0.12,
         "uitzend": 0.24},
        otherwise="zelf",
    ),
    "d_link": _several({"les_op_werk": 0.11, "werk_in_les": 0.26, "collega": 0.34}),
    "d_combi_waarom": _several(_why_combining_is_hard, otherwise="anders"),
    "d_botsing": _several(_clashes),
    "d_wens": _several(_wishes, otherwise="taal"),
    "b_oefen_plek": _several(_places),
    "b_moeilijk": _several(_barriers),
    "b_opvang_gevolg": _several(
        {"les_gemist": 0.48, "laat": 0.34, "niet_begonnen": 0.14, "geen_werk": 0.36, "stress": 0.42}
    ),
    "v_mist": _several(
        {"familie": 0.58, "vrienden": 0.40, "werk": 0.34, "zelfstandig": 0.24, "huis": 0.18,
         "natuur": 0.20, "rust": 0.26}
    ),
    "e_doelen": _several(_goals, otherwise="taal"),
    "o_verbeter": _several(_to_improve),
}  # fmt: skip
