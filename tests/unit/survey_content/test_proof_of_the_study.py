"""The real study holds for every respondent it may have; a slip of the pen in it is found."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.questionnaire.prove import proof_of
from app.questionnaire.source import load_bank

STUDY = Path("surveys/perspectief")
WIE, BEGIN, AZC = "modules/02_wie.yaml", "modules/03_begin.yaml", "modules/04_azc.yaml"
GESPREK, SCHOOL = "modules/05_gesprek.yaml", "modules/07_school.yaml"
LES, DELEN, MEEDOEN = "modules/08_les.yaml", "modules/09_onderdelen.yaml", "modules/10_meedoen.yaml"
MOEILIJK, SLOT = "modules/12_moeilijk.yaml", "modules/16_slot.yaml"


def test_study_holds_for_everybody_in_all_waves():
    bank, problems = load_bank(STUDY)
    assert problems == []

    proof = proof_of(bank)

    assert proof.problems == ()
    assert proof.notes == ()


# Name of the slip → file, what stands there, what is written instead; what is said, and of which
# entry: every message is at the line of an entry that begins with these words.
SLIPS: dict[str, tuple[str, str, str, str, str]] = {
    "a question for people under the one act, based on a question for the other": (
        SCHOOL,
        "when: \"z_moeilijk in ('4', '5')\"",
        "when: \"z_moeilijk in ('4', '5') and koopt_zelf == 'nee'\"",
        'z_probleem is never asked in wave 2024, 2025, 2027: z_moeilijk is asked when "koopt_zelf',
        "- var: z_probleem",
    ),
    "a group that buys and a group that does not, at once": (
        SCHOOL,
        "koopt_zelf == 'ja' and z_leert in ('school', 'beide')",
        "z_leert in ('school', 'beide') and r_grp == 'asiel' and r_regime == 'wi2021'",
        "z_keuze is never asked in wave 2024, 2025, 2027",
        "- var: z_keuze",
    ),
    "a code that another question has": (
        GESPREK,
        "(i_route_past == 'andere')",
        "(i_route_past == 'anders')",
        "no value of i_route_past makes i_route_past == 'anders' true",
        "- var: i_route_waarom",
    ),
    "a code that is gone, beside one that stays": (
        SLOT,
        "p_kanaal in ('sms', 'app', 'mail', 'bel')",
        "p_kanaal in ('sms', 'app', 'email', 'bel')",
        "p_kanaal == 'email', in the condition of p_adres, can never be true",
        "- var: p_adres",
    ),
    "one of two blocks, which do not meet": (
        GESPREK,
        "x_split in ('b', 'abcd') and (i_tolk == 'tolk')",
        "x_split == 'c' and (i_tolk == 'tolk')",
        "i_tolk_hielp is never asked in wave 2024, 2025, 2027: i_tolk is asked when",
        "- var: i_tolk_hielp",
    ),
    "a question of some waves, based on one of the others": (
        LES,
        "when: \"x_split in ('c', 'abcd') and (q_uitval in ('soms', 'vaak', 'altijd'))\"",
        "when: \"q_gemist_x == 'ja'\"",
        "q_uitval_reden is never asked in wave 2025, 2027",
        "- var: q_uitval_reden",
    ),
    "a question after everybody it is for was screened out": (
        WIE,
        "when: \"r_status == 'klaar'\"",
        "when: \"r_status == 'nooit'\"",
        "r_eind is never asked in wave 2024, 2025, 2027: after r_status the interview ends when",
        "- var: r_eind",
    ),
    "an end that everybody comes to": (
        "study.yaml",
        "when: \"r_status == 'nooit'\"",
        "when: \"not r_status == 'na_route'\"",
        "comes for everybody: nothing after it is ever asked",
        "- after: r_status",
    ),
    "a case that an earlier one hides": (
        "study.yaml",
        "- {when: \"r_reden in ('asiel', 'nareis')\", value: \"asiel\"}",
        "- {when: \"r_reden in ('asiel', 'nareis', 'gezin')\", value: \"asiel\"}",
        'case 5 of r_grp ("gezin") is never taken',
        "- var: r_grp",
    ),
    "a case for an age that nobody has": (
        "study.yaml",
        '- {when: "leeftijd >= 45", value: "45+"}',
        '- {when: "leeftijd >= 450", value: "45+"}',
        'case 3 of leeftijd3 ("45+") is never taken',
        "- var: leeftijd3",
    ),
    "a date as a whole, compared with a day": (
        "study.yaml",
        '- {when: "r_brief < \'2022\'", value: "wi2013"}',
        '- {when: "r_brief < \'2012\'", value: "wi2013"}',
        'case 4 of r_regime ("wi2013") is never taken',
        "- var: r_regime",
    ),
    "a battery whose statements are for others than its base": (
        AZC,
        "when: \"'les' in a_les\"\n        rq: [RQ3, RQ6]\n        indicators: [taal]\n"
        "        concept: azc.lessons\n        sources: [R2-B1]\n      - var: a_les_vast",
        "when: \"'les' in a_les and a_was == 'nee'\"\n        rq: [RQ3, RQ6]\n"
        "        indicators: [taal]\n"
        "        concept: azc.lessons\n        sources: [R2-B1]\n      - var: a_les_vast",
        "statement a_les_kwal of bat_azc is never shown in wave 2024, 2025, 2027",
        "- var: a_les_kwal",
    ),
    "a statement for an act that does not have the part": (
        DELEN,
        "when: \"w_ona in ('klaar', 'bezig')\"",
        "when: \"w_ona in ('klaar', 'bezig') and r_regime != 'wi2013'\"",
        "statement w_ona_nut of bat_nut is never shown in wave 2024, 2025, 2027",
        "- var: w_ona_nut",
    ),
    "a reset on what is never asked again": (
        WIE,
        "repeat: {policy: once, reset_on: r_gemeente}",
        "repeat: {policy: once, reset_on: r_reden}",
        't_gem_datum: reset_on "r_reden" can never make it be asked again',
        "- var: t_gem_datum",
    ),
    "an insertion of what not everybody was asked": (
        WIE,
        'nl: "Sinds wanneer woont u in deze gemeente?"\n'
        '      en: "Since when have you lived in this municipality?"',
        'nl: "Sinds wanneer woont u in {r_gemeente}?"\n'
        '      en: "Since when have you lived in {r_gemeente}?"',
        'the text of t_gem_datum inserts "{r_gemeente}", which may have no value there',
        "- var: t_gem_datum",
    ),
    "a base on a reason that is not offered": (
        MOEILIJK,
        "when: \"'kind0_3' in r_zorgt or 'kind4_12' in r_zorgt\"",
        "when: \"'kind0_3' in r_zorgt or r_zorgt == 'ref'\"",
        "r_zorgt == 'ref', in the condition of b_opvang, can never be true",
        "- var: b_opvang",
    ),
    "an alternative that its own condition excludes": (
        MEEDOEN,
        "when: \"'betaald' in d_nu or 'vrijwillig' in d_nu\"",
        "when: \"'betaald' in d_nu or ('vrijwillig' in d_nu and 'geen' in d_nu)\"",
        "in the condition of d_combi, can never be true",
        "- var: d_combi",
    ),
    "limits that end before they begin": (
        GESPREK,
        'limits: {min: "2022-01", max: interview_month, year_only: true}',
        'limits: {min: "2029-01", max: interview_month, year_only: true}',
        "i_pip_maand takes no answer: its limits leave nothing in wave 2024",
        "- var: i_pip_maand",
    ),
    "an event that is no longer in the wave": (
        BEGIN,
        'scale: yesno\n    repeat: {policy: until_event, until: ["ja"]}',
        'scale: yesno\n    waves: [2027]\n    repeat: {policy: until_event, until: ["ja"]}',
        't_started: until "ja" can never end the asking',
        "- var: t_started",
    ),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_slip_of_the_pen_is_found_at_its_line(slip, tmp_path):
    name, before, after, message, entry = SLIPS[slip]
    folder = tmp_path / "surveys" / "perspectief"
    shutil.copytree(STUDY, folder)
    written = (folder / name).read_text()
    if slip == "a question of some waves, based on one of the others":
        after = "when: \"'ziek' in q_eerder\""
        written = written.replace("  - var: q_uitval\n", EARLIER + "  - var: q_uitval\n")
    assert written.count(before) == 1
    changed = written.replace(before, after)
    (folder / name).write_text(changed)
    bank, problems = load_bank(folder)
    assert problems == []

    found = [str(one) for one in proof_of(bank).problems]

    line = 1 + [line.strip().startswith(entry) for line in changed.splitlines()].index(True)
    place = f"surveys/perspectief/{name}:{line}: "
    assert [one for one in found if one.startswith(place) and message in one], found


EARLIER = """\
  - var: q_eerder
    block: c
    type: multiple
    text: {nl: "Waarom mist u lessen?", en: "Why do you miss lessons?"}
    options:
      - {code: "ziek", nl: "Ik ben ziek", en: "I am ill"}
      - {code: "werk", nl: "Ik werk", en: "I work"}
    waves: [2024]
    concept: les.cancel
"""
