"""What only a proof shows: faults planted together in one copy of the study, and proven at once."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from app.questionnaire.prove import prove
from app.services.bootstrap import STUDY as REAL
from app.services.content.instruments import TRANSLATIONS
from app.services.content.readiness import Finding, Ground, Pieces, gate
from tests.integration.gate.seeded import LESSONS, ROOT, START, STUDY, WHO, Fault, item

pytest.importorskip("z3")

GRADE = f"{STUDY}/modules/15_doelen.yaml"
NEVER = "t_started == 'ja' and t_started == 'nee'"
FAULTS = [
    item("page that nobody reaches", LESSONS, "q_tempo", r'when: ".*?"', f'when: "{NEVER}"',
         "q_tempo is never asked"),
    item("contradictory bases", LESSONS, "q_uren_oordeel", r'when: ".*?"',
         "when: \"x_split == 'b' and known(s_duidelijk)\"", "q_uren_oordeel is never asked"),
    item("condition on an answer that nobody can give", LESSONS, "q_uitval_reden",
         r"q_uitval in \(.*?\)", "q_uitval == 'zelden'", "q_uitval_reden is never asked"),
    item("statement that nobody sees", LESSONS, "q_tijden", "        rq:",
         "        when: \"t_started == 'nee'\"\n        rq:", "q_tijden", at="- var: q_tijden"),
    item("variant that nobody reads", LESSONS, "q_tevreden", "    scale: sat5\n",
         "    scale: sat5\n    variants:\n      - when: \"t_started == 'nee'\"\n"
         '        text: {nl: "Hoe zijn de lessen?", en: "How are the lessons?"}\n',
         "q_tevreden"),
    item("placeholder without a value", START, "t_wacht_oordeel", r"Wat vindt u van de tijd",
         "{r_gemeente}: wat vindt u van de tijd", "r_gemeente"),
    Fault("ending that never comes", ROOT, r"r_status == 'nooit'",
          "r_status == 'nooit' and r_status == 'klaar'", "never comes", start="- after: r_status"),
    Fault("case that nobody falls in", ROOT, r"\{when: \"leeftijd < 45\"",
          '{when: "leeftijd < 27"', "leeftijd3", start="- var: leeftijd3"),
    item("reset on what never changes", WHO, "t_gem_datum", "reset_on: r_gemeente",
         "reset_on: r_reden", "r_reden"),
]  # fmt: skip


@pytest.fixture(scope="module")
def proven(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], list[Finding]]:
    """Where each fault was planted, and what the proofs found."""
    folder = tmp_path_factory.mktemp("proofs")
    study = folder / STUDY
    shutil.copytree(REAL, study)
    shutil.copytree(TRANSLATIONS, folder / "translations")
    for plan in (study / "waves").glob("*.yaml"):
        text = plan.read_text("utf-8")
        plan.write_text(re.sub(r"(?m)^languages: .*$", "languages: [nl, en]", text), "utf-8")
    # A worked respondent would fall over the faults first.
    shutil.rmtree(study / "paths")
    english = study / "modules" / "03_begin.yaml"
    text = english.read_text("utf-8")
    english.write_text(
        text.replace("What do you think of the time until", "{r_gemeente}: the time until", 1),
        "utf-8",
    )
    for fault in FAULTS:
        fault.plant(folder)
    ready = gate(
        study,
        pieces=Pieces(prove=lambda bank, waves: prove(bank, waves=waves), respondents=0),
        translations=folder / "translations",
    )
    assert ready.bank is not None, [*map(str, ready.findings)]
    return places_in(folder), [one for one in ready.findings if one.ground is Ground.PROOF]


def places_in(folder: Path) -> dict[str, str]:
    """The line of each fault when all have been planted."""
    found = {}
    for fault in FAULTS:
        lines = (folder / fault.file).read_text("utf-8").splitlines()
        wanted = (fault.at or fault.start).strip()
        found[fault.name] = next(
            f"{fault.file}:{at}" for at, line in enumerate(lines, start=1) if wanted in line
        )
    return found


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_planted_contradiction_is_proven(
    fault: Fault, proven: tuple[dict[str, str], list[Finding]]
) -> None:
    places, findings = proven

    named = [one for one in findings if fault.words in one.problem.message]
    assert places[fault.name] in [str(one.problem.place) for one in named], [*map(str, findings)]
    assert all(one.may_be_overridden for one in named)


def test_proofs_say_nothing_of_lines_that_are_right(
    proven: tuple[dict[str, str], list[Finding]],
) -> None:
    places, findings = proven

    assert sorted(str(one.problem.place) for one in findings) == sorted(places.values())
