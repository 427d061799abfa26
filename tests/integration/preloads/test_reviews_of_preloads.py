"""A review shows what people will be told, and betrays nobody."""

from __future__ import annotations

import csv
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.clock import FixedClock
from app.services.fieldwork.freezing import PreloadError, freeze_preloads
from app.services.fieldwork.preload_corrections import Wrong, leave_out
from app.services.fieldwork.preload_file import write_review
from app.services.fieldwork.preload_review import Review, Use, about, review_preload
from app.services.open_ended.open_answers_files import FileFaultError
from app.storage import cases
from tests.builders import context
from tests.integration.preloads.conftest import STUDY, Panel, R, first_wave


@pytest.fixture
def many(database_urls: tuple[str, str]) -> Iterator[Panel]:
    """Thirty-six people: 24 of Ede, 12 of Epe, one year of birth of a single person."""
    panel = Panel(context(database_urls, FixedClock(datetime(2024, 1, 1, tzinfo=UTC)), STUDY))
    towns = ["ede"] * 24 + ["epe"] * 12
    first_wave(
        panel,
        [
            {"w_stad": town, "w_geboren": "1971" if at == 0 else "1988", "w_school": "=De Brug"}
            for at, town in enumerate(towns)
        ],
    )
    for person_id in panel.people:
        panel.enrol(2025, person_id=person_id)
    with panel.ctx.databases.research.write() as connection:
        half = [
            cases.Assignment(one, "x_di", "independent" if at % 2 else "dependent")
            for at, one in enumerate(panel.people)
        ]
        cases.add_assignments(connection, half)
    freeze_preloads(panel.ctx, 2025, [2024], by="f")
    yield panel
    panel.ctx.databases.close()


def review(panel: Panel, **more) -> Review:
    [found] = review_preload(panel.ctx, 2025, by=R, **more)
    return found


def test_figures_of_a_question_are_those_of_the_people_it_is_shown_to(many: Panel) -> None:
    by_name = {one.variable: one for one in review(many).figures}
    town = by_name["w_stad"]

    assert (town.use, town.people, town.missing) == (Use.CONFIRM, 36, 0.0)
    # Answered in February 2024; the wave opens in January 2025.
    assert town.months == (11, 11, 11)
    assert [(one.code, one.label, one.people) for one in town.codes] == [
        ("ede", "Een huis in Ede", "20"),
        ("epe", "Een huis in Epe", "10"),
    ]
    assert town.independent == "wave == 2025 and x_di == 'independent'"
    assert by_name["w_geboren"].use is Use.STANDS
    assert by_name["d_ooit"].use is Use.ADDED
    assert (by_name["d_ooit"].people, by_name["d_ooit"].missing) == (0, 1.0)
    # Every second person left an e-mail address.
    assert (by_name["w_adres"].people, by_name["w_adres"].missing) == (18, 0.5)
    assert by_name["w_adres"].sensitive


def test_answer_of_few_people_is_not_told_apart(many: Panel) -> None:
    by_name = {one.variable: one for one in review(many).figures}
    born = by_name["w_geboren"].codes

    assert [(one.code, one.people) for one in born] == [("1988", "40"), ("", "<10 each")]
    assert born[-1].label == "1 other answer"
    assert by_name["w_school"].codes == []


@pytest.mark.parametrize(
    ("people", "told"), [(0, "<10"), (9, "<10"), (10, "10"), (14, "10"), (16, "20"), (104, "100")]
)
def test_counts_are_rounded_to_tens(people: int, told: str) -> None:
    assert about(people) == told


def test_sample_reads_what_the_arm_of_each_person_will_be_asked(many: Panel) -> None:
    told = {
        (panel_no, shown.told.variable): shown.told
        for panel_no, person in enumerate(many.people)
        for shown in review(many, sample=36).sample
        if shown.person_id == person
    }

    assert (
        told[0, "w_stad"].words == "Vorige keer zei u: u woont in een huis in Ede. Klopt dat nog?"
    )
    assert told[0, "w_stad"].what == "to be confirmed"
    assert told[1, "w_stad"].words == "Waar woont u?"
    assert told[1, "w_stad"].what == "asked independently"
    assert (told[1, "w_geboren"].what, told[1, "w_geboren"].words) == ("stands", "1988")
    english = review(many, sample=36, language="en").sample
    assert "Last time you said: you live in some house in Ede. Is this still true?" in {
        one.told.words for one in english
    }


def test_same_seed_shows_the_same_people_and_another_one_others(many: Panel) -> None:
    def people(seed: int) -> list:
        return [one.person_id for one in review(many, sample=5, seed=seed).sample]

    assert people(3) == people(3)
    assert len(set(people(3))) == 5
    assert set(people(3)) != set(people(4))


def test_review_holds_no_address_and_no_words_of_people(many: Panel, tmp_path: Path) -> None:
    file = tmp_path / "review.csv"
    write_review(file, [review(many, sample=36)])

    content = file.read_text("utf-8")
    assert "example.org" not in content
    assert "De Brug" not in content
    assert "Wij hebben: •••••" in content
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(FileFaultError):
        write_review(file, [])


def test_file_says_what_was_left_out_and_why_and_no_cell_is_a_formula(
    many: Panel, tmp_path: Path
) -> None:
    leave_out(many.ctx, 2025, [Wrong("w_stad", "=1+1", many.people[3].hex)], by=R)
    freeze_preloads(many.ctx, 2025, [2024], by="f")
    file = tmp_path / "review.csv"
    write_review(file, review_preload(many.ctx, 2025, by=R, sample=3))

    with file.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert {row["version"] for row in rows} == {"2"}
    [out] = [row for row in rows if row["part"] == "left_out"]
    assert (out["variable"], out["person_id"], out["text"]) == (
        "w_stad", many.people[3].hex, "'=1+1",
    )  # fmt: skip
    [town] = [row for row in rows if row["part"] == "question" and row["variable"] == "w_stad"]
    assert (town["people"], town["missing"]) == ("35", "0.028")
    assert len({row["person_id"] for row in rows if row["part"] == "shown"}) == 3


def test_review_needs_something_frozen_and_a_language_of_the_wave(panel: Panel) -> None:
    with pytest.raises(PreloadError, match="no preload of wave 2025 is frozen"):
        review_preload(panel.ctx, 2025, by=R)
    freeze_preloads(panel.ctx, 2025, [2024], by="f")
    with pytest.raises(PreloadError, match="wave 2025 is not asked in ar, but in nl, en"):
        review_preload(panel.ctx, 2025, by=R, language="ar")
    with pytest.raises(PreloadError, match="wave 2027 has no published questionnaire"):
        review_preload(panel.ctx, 2027, by=R)


def test_looking_changes_nothing_of_what_was_frozen(panel: Panel) -> None:
    frozen = freeze_preloads(panel.ctx, 2025, [2024], by="f").version
    review(panel)
    assert frozen is not None
    assert review(panel).version.hash == frozen.hash
