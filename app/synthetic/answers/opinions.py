"""The rated items of the bank and the share of people behind each code.

Shares of the twelve published findings are those of `findings`: numbers of the summary read as
percentages. All others are assumed, where the published words put them. `tests/unit/synthetic`
holds the population to the findings.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.synthetic.answers.ratings import FREQUENCY, Rating, favour
from app.synthetic.answers.subject import Subject


def _care_tasks(subject: Subject) -> float:
    """Combining work and lessons is harder with care at home (published contrast)."""
    return -0.28 if subject.life.cares_for != ("niemand",) else 0.20


def _waited_long(subject: Subject) -> float:
    """Score of the time until the course: below zero after a wait of more than six months."""
    waited = min(subject.past.course, subject.life.month) - min(
        subject.past.settled, subject.life.month
    )
    return max(-1.5, min(1.0, (7 - waited) / 6))


def _reads_dutch(subject: Subject) -> float:
    return 0.5 * (subject.life.dutch + 0.6)


def _schooled(subject: Subject) -> float:
    return -0.5 if subject.life.low_schooling else 0.15


def _no_explanation(subject: Subject) -> float:
    """Share that got no explanation from the municipality; the old act had less of it."""
    if subject.life.act == "wi2013":
        return 0.22
    return 0.06 if subject.person.group == "asiel" else 0.14


def _did_not_search(subject: Subject) -> float:
    """Share that has not looked for a course yet."""
    return 0.05 if subject.life.started else 0.30


def _agree(
    asylum: float,
    others: float | None = None,
    *,
    battery: str | None = None,
    trait: str = "contentment",
    loading: float = 0.45,
    outside: float = 0.0,
) -> Rating:
    """Agreement, satisfaction or praise: shares of the two best of five codes."""
    return Rating(
        favour(asylum),
        favour(asylum if others is None else others),
        trait=trait,
        loading=loading,
        battery=battery,
        outside="nvt" if outside else "",
        outside_share=outside,
    )


def _service(share: float, none: float, battery: str | None = None) -> Rating:
    """Satisfaction with something not everybody had: ``none`` had no contact or did not get it."""
    return Rating(
        favour(share), favour(share - 0.04), battery=battery, outside="geen", outside_share=none
    )


def _often(
    always: float,
    often: float,
    sometimes: float,
    *,
    trait: str,
    loading: float,
    battery: str = "bat_vaak",
) -> Rating:
    shares = (always, often, sometimes, 1 - always - often - sometimes)
    return Rating(shares, shares, FREQUENCY, trait, loading, battery)


START: Mapping[str, Rating] = {
    "s_duidelijk": Rating((0.34, 0.40, 0.26), (0.30, 0.38, 0.32), ("ja", "beetje", "nee")),
    "s_plaats": _agree(0.58),
    "t_wacht_oordeel": Rating(
        (0.05, 0.50, 0.45), (0.06, 0.62, 0.32), ("kort", "goed", "lang"), shift=_waited_long
    ),
    "a_les_kwal": _agree(0.47, battery="bat_azc"),
    "a_les_vast": _agree(0.42, battery="bat_azc", loading=0.3),
    "a_gem_contact": _agree(0.27, battery="bat_azc", loading=0.3),
    "a_info": _agree(0.28, battery="bat_azc"),
    "a_steun": _agree(0.45, battery="bat_azc"),
}

MUNICIPALITY: Mapping[str, Rating] = {
    "i_ruimte": _agree(0.70, 0.68, battery="bat_intake", loading=0.5),
    "i_geluisterd": _agree(0.737, 0.715, battery="bat_intake", loading=0.5),
    "i_situatie": _agree(0.72, 0.66, battery="bat_intake"),
    "i_gedaan": _agree(0.58, 0.52, battery="bat_intake", loading=0.5),
    "i_situatie_belang": _agree(0.87, 0.84, battery="bat_intake", loading=0.1),
    "i_doel": _agree(0.68, battery="bat_intake", loading=0.3),
    "i_tolk_hielp": _agree(0.80),
    "i_llt_oordeel": _agree(0.66, 0.58, battery="bat_toets"),
    "i_llt_nut": _agree(0.62, 0.45, battery="bat_toets"),
    "i_llt_uitslag": _agree(0.55, 0.50, battery="bat_toets"),
    "i_llt_eerlijk": _agree(0.57, 0.52, battery="bat_toets"),
    "i_pip_begrip": _agree(0.66, 0.64, battery="bat_plan"),
    "i_pip_past": _agree(0.65, 0.60, battery="bat_plan", loading=0.5),
    "i_pip_eens": _agree(0.60, 0.58, battery="bat_plan"),
    "i_route_uitleg": _agree(0.60, 0.62, battery="bat_plan"),
    "i_route_inbreng": _agree(0.44, 0.46, battery="bat_plan"),
    "i_onderwijs": _agree(0.74),
    "i_z_uren": Rating(favour(0.34), favour(0.34), loading=0.3),
    "g_uitleg": Rating(
        favour(0.61), favour(0.54), loading=0.55, outside="geen", outside_share=_no_explanation
    ),
    "g_cp_tevreden": Rating(
        favour(0.62, strong=0.42, middle=0.40),
        favour(0.54, strong=0.38, middle=0.40),
        loading=0.5,
        battery="bat_cp",
    ),
    "g_cp_aandacht": _agree(0.62, 0.54, battery="bat_cp", outside=0.02),
    "g_cp_band": _agree(0.70, 0.60, battery="bat_cp", outside=0.03),
    "g_cp_gesteund": _agree(0.60, 0.52, battery="bat_cp", outside=0.03),
    "g_cp_bereik": _agree(0.55, 0.50, battery="bat_cp", outside=0.02),
    "g_cp_tolk": _agree(0.48, 0.38, battery="bat_cp", outside=0.22),
    "dv_gemeente": _service(0.60, 0.07, "bat_dv"),
    "dv_duo": _service(0.55, 0.12, "bat_dv"),
    "dv_ind": _service(0.52, 0.12, "bat_dv"),
    "dv_coa": _service(0.46, 0.05, "bat_dv"),
    "dv_vwn": _service(0.67, 0.14, "bat_dv"),
    "dv_school": _service(0.73, 0.02, "bat_dv"),
    "g_respect": _agree(0.78, 0.74, battery="bat_regie", outside=0.04),
    "g_inbreng": _agree(0.50, 0.46, battery="bat_regie", outside=0.06),
    "g_regie": _agree(0.50, 0.42, battery="bat_regie", outside=0.07),
    "g_brief": Rating(
        favour(0.38), favour(0.45), loading=0.2, battery="bat_regie", shift=_reads_dutch
    ),
    "g_klacht": _agree(0.31, 0.33, battery="bat_regie", loading=0.3, outside=0.05),
    "m_mb": _service(0.62, 0.10),
    "h_steun_oordeel": _agree(0.58, 0.52),
}

SCHOOL_AND_LESSONS: Mapping[str, Rating] = {
    "z_moeilijk": Rating(
        (0.08, 0.25, 0.29, 0.26, 0.12),
        (0.09, 0.27, 0.30, 0.24, 0.10),
        trait="strain",
        loading=-0.3,
        outside="nvt",
        outside_share=_did_not_search,
    ),
    "z_lening_zorg": _agree(0.62, trait="strain", loading=0.5),
    "z_aanbod": _agree(0.46, 0.44, battery="bat_school", loading=0.3),
    "z_vrij": _agree(0.62, 0.66, battery="bat_school", loading=0.2),
    "z_weet": _agree(0.42, 0.47, battery="bat_school", trait="openness", loading=0.3),
    "q_tevreden": _agree(0.70, 0.68, loading=0.5),
    "q_tempo": Rating(
        (0.17, 0.66, 0.17), (0.20, 0.65, 0.15), ("langzaam", "goed", "snel"), loading=0.1,
        shift=_schooled,
    ),
    "q_uren_oordeel": Rating(
        (0.26, 0.62, 0.12), (0.20, 0.64, 0.16), ("weinig", "goed", "veel"), "strain", -0.15
    ),
    "q_uitval": Rating(
        (0.01, 0.09, 0.45, 0.45), (0.01, 0.06, 0.38, 0.55), ("altijd", "vaak", "soms", "nooit"),
        loading=-0.3,
    ),
    "q_optijd": Rating((0.50, 0.33, 0.17), (0.56, 0.30, 0.14), ("ja", "misschien", "nee")),
    "q_past": _agree(0.62, 0.60, battery="bat_les", outside=0.02),
    "q_docent": _agree(0.79, 0.78, battery="bat_les", outside=0.02),
    "q_tijden": _agree(0.60, 0.54, battery="bat_les", outside=0.03),
    "q_mix_niveau": _agree(0.38, 0.34, loading=-0.35, outside=0.08),
    "q_mix_leeftijd": _agree(0.21, 0.17, loading=-0.3, outside=0.09),
    "w_knm_nut": _agree(0.68, 0.64, battery="bat_nut"),
    "w_pvt_nut": _agree(0.58, 0.50, battery="bat_nut"),
    "w_map_nut": _agree(0.54, 0.48, battery="bat_nut"),
    "w_ona_nut": _agree(0.48, 0.45, battery="bat_nut"),
    "w_pvt_tijd": Rating((0.12, 0.66, 0.22), (0.10, 0.64, 0.26), ("vroeg", "goed", "laat")),
    "w_map_tijd": Rating((0.20, 0.58, 0.22), (0.12, 0.55, 0.33), ("vroeg", "goed", "laat")),
    "ex_eerlijk": _agree(0.56),
}  # fmt: skip

TAKING_PART: Mapping[str, Rating] = {
    "d_combi": Rating(favour(0.665), favour(0.56), trait="strain", loading=-0.35,
                      shift=_care_tasks),
    "d_eff_taal": _agree(0.70, 0.68, battery="bat_eff"),
    "d_eff_nl": _agree(0.68, 0.66, battery="bat_eff"),
    "d_eff_kunnen": _agree(0.50, 0.52, battery="bat_eff"),
    "d_eff_netwerk": _agree(0.63, battery="bat_eff", trait="openness"),
    "d_eff_kracht": _agree(0.62, battery="bat_eff"),
    "d_vrij_oordeel": _agree(0.74, battery="bat_vrij"),
    "d_vrij_actief": _agree(0.80, battery="bat_vrij"),
    "d_hulp_werk": _agree(0.34, 0.28, outside=0.18),
    "b_oefenen": _agree(0.45, 0.56, battery="bat_taal", trait="openness", outside=0.02),
    "l_durf": _agree(0.66, 0.68, battery="bat_taal", trait="openness", outside=0.02),
    "l_verder": _agree(0.46, 0.42, battery="bat_taal", outside=0.04),
    "v_zicht": _agree(0.55, 0.58, battery="bat_taal", outside=0.03),
    "g_extra_oordeel": Rating(favour(0.86), favour(0.84), trait="openness", loading=0.3),
    "b_taaleis": Rating((0.08, 0.56, 0.36), (0.09, 0.62, 0.29), ("licht", "goed", "zwaar"),
                        loading=0.1, shift=_reads_dutch),
}  # fmt: skip

LIFE_AND_AIMS: Mapping[str, Rating] = {
    "k_wegwijs": _agree(0.60, 0.62, battery="bat_zelf", trait="openness", loading=0.4),
    "k_rechten": _agree(0.52, 0.56, battery="bat_zelf", trait="openness", loading=0.3),
    "b_digitaal": Rating(favour(0.54), favour(0.66), trait="openness", loading=0.3,
                         battery="bat_zelf", shift=_schooled),
    "f_regelingen": _agree(0.40, 0.34, battery="bat_zelf", loading=0.3),
    "f_ontz_tevreden": _agree(0.76, loading=0.4),
    "f_ontz_zorgen": _agree(0.73, battery="bat_ontz", loading=0.3, outside=0.03),
    "f_ontz_zelf": _agree(0.38, loading=-0.2, outside=0.04),
    "f_ontz_kort": _agree(0.30, trait="strain", loading=0.4, outside=0.06),
    "f_ontz_na": _agree(0.52, battery="bat_ontz", loading=0.3, outside=0.06),
    "f_cursus": _service(0.64, 0.70),
    "f_rondkomen": Rating((0.24, 0.42, 0.22, 0.12), (0.36, 0.40, 0.16, 0.08),
                          ("1", "2", "3", "4"), "strain", -0.6),
    "f_stress": _agree(0.63, trait="strain", loading=0.6),
    "v_thuis": _agree(0.66, 0.68, battery="bat_leven", loading=0.5),
    "v_toekomst": _agree(0.70, 0.72, battery="bat_leven", loading=0.5),
    "v_veilig": _agree(0.84, 0.86, battery="bat_leven", loading=0.3),
    "v_vertrouwen": _agree(0.64, 0.56, battery="bat_leven", loading=0.55),
    "v_wonen": _agree(0.58, 0.70, battery="bat_leven", loading=0.4),
    "v_contact_nl": _often(0.07, 0.24, 0.47, trait="openness", loading=0.5),
    "v_contact_eigen": _often(0.12, 0.37, 0.40, trait="openness", loading=0.3),
    "v_vrijetijd": _often(0.06, 0.23, 0.45, trait="openness", loading=0.4),
    "v_stress": _often(0.10, 0.26, 0.47, trait="strain", loading=0.6, battery=""),
    "v_afgewezen": _often(0.02, 0.09, 0.42, trait="strain", loading=0.4, battery=""),
    "v_gezond": Rating(favour(0.63), favour(0.76), trait="strain", loading=-0.6),
    "e_meedoen": _agree(0.73, 0.675, battery="bat_doel", loading=0.55),
    "e_nl": _agree(0.73, 0.675, battery="bat_doel", loading=0.55),
    "e_samenleving": _agree(0.73, 0.675, battery="bat_doel", loading=0.55),
    "e_werk": _agree(0.48, 0.45, battery="bat_doel", loading=0.5),
    "e_doel_helpt": _agree(0.58, 0.53, battery="bat_doel", loading=0.55),
    "e_les_nl": _agree(0.78, 0.76, battery="bat_eigen"),
    "e_les_nederland": _agree(0.72, 0.68, battery="bat_eigen"),
    "e_nederlander": _agree(0.87, 0.66, loading=0.2),
}  # fmt: skip

OPINIONS: Mapping[str, Rating] = {
    **START,
    **MUNICIPALITY,
    **SCHOOL_AND_LESSONS,
    **TAKING_PART,
    **LIFE_AND_AIMS,
}
