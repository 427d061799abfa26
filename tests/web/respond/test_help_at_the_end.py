"""Whoever was touched by a question reads at the end, and where they stop, who can help."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.panel.states import Mode
from app.services.bootstrap import STUDY
from app.services.content.help_lines import For, HelpLine, read_help_lines
from app.services.content.study_calendar import WavePlan, WavePlanError, read_wave_plan
from app.services.interviewing import entrances
from app.services.interviewing.entrances import Entered, Refusal, Refused, enter
from tests.browser.all_languages import in_all_languages
from tests.builders import Running, kinds_bank
from tests.web.respond.conftest import ALREADY
from tests.web.respond.language_checks import SIX, LanguageCheck
from tests.web.respond.visitor import Visitor

LINES = (
    *(HelpLine(one, "113", "0800 0113", "https://www.113.nl") for one in For if one != For.DOCTOR),
    HelpLine(For.DOCTOR, "113"),
)


@pytest.fixture
def helped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.web.respond.views.help_lines", lambda _: LINES)


@pytest.mark.parametrize("language", SIX)
@pytest.mark.usefixtures("helped")
def test_last_page_and_the_page_of_who_stops_say_who_helps_in_every_language(
    language: str, six: Running
) -> None:
    visitor, invited = Visitor(six.app, language=language), six.invite(language=language)
    page = visitor.enter(invited)
    stopped = visitor.send(page, press={"stop": "1"})
    done = visitor.send(visitor.answer(visitor.enter(invited), ALREADY, until="review"))

    check = LanguageCheck(in_all_languages(kinds_bank()))
    for one in (stopped, done):
        assert 'href="tel:08000113"' in one.html
        assert one.html.count("<li>") >= len(LINES)
        assert check.foreign(one.tree) == []


def test_study_names_somebody_for_everything_that_a_question_may_touch() -> None:
    found, problems = read_help_lines(STUDY)
    assert problems == []
    assert {one.purpose for one in found} == set(For)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{for: dentist, name: "x y"}', 'for is "dentist"'),
        ('{for: law, name: "Loket", phone: "call us"}', "phone is"),
        ('{for: law, name: "Loket", url: "http://loket.nl"}', "url is"),
        ('{for: law, name: "Loket"}\n  - {for: law, name: "Balie"}', "law stands twice"),
        ('{name: "Loket"}', "for"),
    ],
)
def test_wrong_line_is_told_with_its_place_and_nothing_is_shown(
    tmp_path: Path, line: str, told: str
) -> None:
    (tmp_path / "help.yaml").write_text(f"lines:\n  - {line}\n", encoding="utf-8")
    found, problems = read_help_lines(tmp_path)
    assert found == ()
    assert told in str(problems[0])
    assert "help.yaml:" in str(problems[0])


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan of every wave forbids helpers."""

    def plan(study: Path, year: int) -> WavePlan:
        return replace(read_wave_plan(study, year), helpers=False)

    monkeypatch.setattr(entrances, "read_wave_plan", plan)


@pytest.mark.usefixtures("alone")
def test_wave_that_forbids_helpers_opens_to_the_person_alone(
    site: Running, visitor: Visitor
) -> None:
    invited = site.invite()
    asked = visitor.open("/with-help")
    refused = visitor.send(asked, {"code": invited.code, "helper": "teacher"})

    assert refused.status == 422
    assert "In dit onderzoek antwoordt u zelf." in refused.html
    assert "/with-help" not in visitor.open("/help").links
    assert visitor.enter(invited).status == 200


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize(
    ("mode", "opens"), [(Mode.ASSISTED, False), (Mode.PHONE, True), (Mode.INTERVIEW, True)]
)
def test_reading_aloud_is_a_way_of_asking_and_no_help(
    site: Running, mode: Mode, opens: bool
) -> None:
    reply = enter(site.ctx, site.invite().code, address="192.0.2.1", language=None, mode=mode)
    assert isinstance(reply, Entered) is opens
    if isinstance(reply, Refused):
        assert reply.reason is Refusal.ALONE


def test_plan_says_in_one_of_two_words_whether_helpers_may(tmp_path: Path) -> None:
    (tmp_path / "waves").mkdir()
    file = tmp_path / "waves" / "2024.yaml"
    plain = (STUDY / "waves" / "2024.yaml").read_text(encoding="utf-8")
    for words, may in (("", True), ("helpers: allowed\n", True), ("helpers: forbidden\n", False)):
        file.write_text(plain + words, encoding="utf-8")
        assert read_wave_plan(tmp_path, 2024).helpers is may
    file.write_text(plain + "helpers: no\n", encoding="utf-8")
    with pytest.raises(WavePlanError, match="expected allowed or forbidden"):
        read_wave_plan(tmp_path, 2024)
