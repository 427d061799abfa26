"""Questions with one answer among unordered options: how likely people are to choose each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.questionnaire.model import Item, Value
from app.synthetic.answers.subject import Answerer, Said, Subject

Weights = Mapping[str, float]


def _choice(weights: Callable[[Subject, Said], Weights] | Weights) -> Answerer:
    """Choose in proportion to weights; three in four people choose as in earlier waves."""

    def answer(subject: Subject, item: Item, said: Said) -> Value | None:
        likely = weights(subject, said) if callable(weights) else weights
        return subject.steady(item.var).pick(item.var, likely)

    return answer


def _knew_of_duty(subject: Subject, said: Said) -> Weights:
    """Family migrants do not always know about their duty (published)."""
    if subject.person.group == "asiel":
        return {"voor": 0.22, "meteen": 0.60, "later": 0.15, "nooit": 0.03}
    return {"voor": 0.42, "meteen": 0.28, "later": 0.24, "nooit": 0.06}


def _first_contact(subject: Subject, said: Said) -> Weights:
    if not subject.life.had_intake:
        return {"geen": 0.62, "laat": 0.24, "goed": 0.12, "vroeg": 0.02}
    return {"goed": 0.61, "laat": 0.30, "vroeg": 0.06, "geen": 0.03}


def _interpreter(subject: Subject, said: Said) -> Weights:
    """An interpreter is often needed (published), less so by family migrants."""
    if subject.person.group != "asiel" or subject.person.language in {"nl", "en"}:
        return {"nietnodig": 0.52, "tolk": 0.14, "medewerker": 0.05, "familie": 0.20, "nee": 0.09}
    return {"nietnodig": 0.12, "tolk": 0.55, "medewerker": 0.10, "familie": 0.12, "nee": 0.11}


def _route_fits(subject: Subject, said: Said) -> Weights:
    if subject.life.route == "z":
        return {"ja": 0.60, "te_laag": 0.06, "te_hoog": 0.22, "andere": 0.12}
    return {"ja": 0.70, "te_laag": 0.09, "te_hoog": 0.10, "andere": 0.11}


def _route_changed(subject: Subject, said: Said) -> Weights:
    """Of who changed route, and of the others: some asked in vain, some changed level only."""
    if subject.past.route_changed <= subject.life.month:
        return {"ja_zelf": 0.45, "ja_gemeente": 0.55}
    return {"nee": 0.90, "ja_zelf": 0.03, "ja_gemeente": 0.02, "geweigerd": 0.05}


def _contact_person(subject: Subject, said: Said) -> Weights:
    if subject.life.act == "wi2013":
        return {"ja": 0.28, "nee": 0.32, "geen": 0.40}
    if subject.person.group == "asiel":
        return {"ja": 0.72, "nee": 0.18, "geen": 0.10}
    return {"ja": 0.50, "nee": 0.24, "geen": 0.26}


def _hours(subject: Subject, said: Said) -> Weights:
    if "betaald" not in subject.life.activities.now:
        return {"u10": 0.50, "u20": 0.30, "u30": 0.12, "u40": 0.07, "u41": 0.01}
    if subject.person.sex == "vrouw":
        return {"u10": 0.14, "u20": 0.30, "u30": 0.29, "u40": 0.25, "u41": 0.02}
    return {"u10": 0.08, "u20": 0.18, "u30": 0.20, "u40": 0.46, "u41": 0.08}


def _level_of_work(subject: Subject, said: Said) -> Weights:
    if subject.past.schooling in {"beroep", "hoger"}:
        return {"ja": 0.33, "laag": 0.27, "hoog": 0.03, "anders": 0.37}
    return {"ja": 0.56, "laag": 0.16, "hoog": 0.07, "anders": 0.21}


def _language_at_work(subject: Subject, said: Said) -> Weights:
    dutch = 0.5 if subject.life.dutch > 0 else 0.28
    return {"nl": dutch, "mix": 0.36, "anders": 0.24, "weinig": 0.12}


def _wished_level(subject: Subject, said: Said) -> Weights:
    if subject.life.low_schooling:
        return {"a1": 0.10, "a2": 0.35, "b1": 0.40, "b2": 0.11, "c1": 0.04}
    return {"a1": 0.02, "a2": 0.09, "b1": 0.37, "b2": 0.34, "c1": 0.18}


def _childcare(subject: Subject, said: Said) -> Weights:
    if "kind0_3" in subject.life.cares_for:
        return {
            "nietnodig": 0.30, "ja": 0.38, "wacht": 0.11, "duur": 0.10, "weetniethoe": 0.06,
            "wilniet": 0.05,
        }  # fmt: skip
    return {
        "nietnodig": 0.64, "ja": 0.22, "wacht": 0.04, "duur": 0.05, "weetniethoe": 0.03,
        "wilniet": 0.02,
    }  # fmt: skip


def _helped(subject: Subject, said: Said) -> Weights:
    """Who helped with the questionnaire."""
    if subject.past.literacy == "goed":
        return {"alleen": 0.83, "familie": 0.08, "vriend": 0.05, "school": 0.03, "tolk": 0.01}
    return {
        "alleen": 0.34, "familie": 0.30, "vriend": 0.14, "school": 0.13, "tolk": 0.06,
        "gemeente": 0.03,
    }  # fmt: skip


CHOICES: Mapping[str, Answerer] = {
    "t_plicht_bekend": _choice(_knew_of_duty),
    "s_contact": _choice(_first_contact),
    "a_verhuis": _choice({"0": 0.15, "1": 0.22, "2_3": 0.38, "4plus": 0.25}),
    "i_tolk": _choice(_interpreter),
    "i_route_past": _choice(_route_fits),
    "i_route_wissel": _choice(_route_changed),
    "g_cp": _choice(_contact_person),
    "g_cp_wissel": _choice({"0": 0.42, "1": 0.29, "2": 0.16, "3plus": 0.13}),
    "g_cp_vaak": _choice({"week": 0.08, "maand": 0.36, "jaar": 0.38, "nooit": 0.18}),
    "v_gesprek": _choice({"ja": 0.55, "nee": 0.45}),
    "h_mee": _choice({"ja": 0.55, "nee": 0.45}),
    "z_gemeente": _choice({"genoeg": 0.20, "weinig": 0.16, "gewenst": 0.35, "nietnodig": 0.29}),
    "q_uitval_reden": _choice({"docent": 0.63, "anders": 0.37}),
    "q_verzoek": _choice({"nee": 0.70, "nietgevraagd": 0.13, "gekregen": 0.10, "geweigerd": 0.07}),
    "d_uren": _choice(_hours),
    "d_contract": _choice({"vast": 0.17, "tijdelijk": 0.47, "oproep": 0.30, "zelf": 0.06}),
    "d_niveau": _choice(_level_of_work),
    "d_taal": _choice(_language_at_work),
    "d_volgorde": _choice({"eerst_taal": 0.40, "samen": 0.50, "eerst_werk": 0.10}),
    "l_doel": _choice(_wished_level),
    "b_opvang": _choice(_childcare),
    "f_voedselbank": _choice({"ja": 0.14, "nee": 0.86}),
    "c_hulp": _choice(_helped),
    "p_toestemming": _choice({"ja": 0.68, "nee": 0.32}),
    "p_bon": _choice({"digitaal": 0.62, "papier": 0.20, "geen": 0.18}),
    "p_interview": _choice({"ja": 0.38, "nee": 0.62}),
    "p_koppel": _choice({"ja": 0.80, "nee": 0.20}),
}
