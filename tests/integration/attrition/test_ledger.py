"""The ledger of a panel in real databases: places, dates, agreement with all that is written."""

from __future__ import annotations

import csv
import hashlib
import json
from collections import Counter
from pathlib import Path
from uuid import UUID

import pytest

from analysis.responses import read_release
from app.panel.attrition_ledger import flows
from app.panel.places import Fate, Place, Why
from app.panel.states import CaseStatus
from app.services.members.people_news import What
from app.services.publication.exports import export_release
from app.services.response.attrition import UnknownWaveError
from app.storage import cases
from app.storage.erasing import erase_rows
from tests.integration.attrition.conftest import BY, Panel


def lived(panel: Panel) -> tuple[list[cases.Case], dict[UUID, tuple[Place, Why | None]]]:
    """Fourteen people through 2024 and into 2025, and where each has to be on 1 February 2025."""
    drawn = panel.draw_2024(14, reserves=1)
    panel.answer(drawn[0], "2024-02-01", p_toestemming="ja")
    panel.answer(drawn[1], "2024-02-01", p_toestemming="nee")
    panel.answer(drawn[2], "2024-02-02")
    panel.answer(drawn[3], "2024-02-02", CaseStatus.REFUSED, c_meedoen="nee")
    panel.answer(drawn[4], "2024-02-03", None)
    panel.answer(drawn[5], "2024-02-03", p_toestemming="ja")
    panel.tell(drawn[6], What.REFUSED_HARD, "2024-02-05")
    panel.tell(drawn[7], What.REFUSED_SOFT, "2024-02-06")
    panel.tell(drawn[8], What.DECEASED, "2024-02-07")
    panel.tell(drawn[9], What.UNTRACEABLE, "2024-02-08")
    panel.close_2024()
    panel.tell(drawn[5], What.MOVED_ABROAD, "2024-08-01")
    panel.tell(drawn[10], What.FINISHED, "2024-08-02")
    panel.tell(drawn[11], What.WITHDRAWN, "2024-08-03")
    panel.tell(drawn[12], What.PAUSED, "2024-08-04")
    panel.next_wave(refresh=6)
    expected = [
        (Place.OPEN, None),
        (Place.NOT_ASKED, Why.NO_CONSENT),
        (Place.NOT_ASKED, Why.NO_CONSENT),
        (Place.OPEN, None),
        (Place.OPEN, None),
        (Place.OUT, Why.MOVED_ABROAD),
        (Place.NOT_ASKED, Why.HARD),
        (Place.OPEN, None),
        (Place.OUT, Why.DECEASED),
        (Place.NOT_ASKED, Why.UNTRACEABLE),
        (Place.OUT, Why.FINISHED),
        (Place.WITHDRAWN, None),
        (Place.PAUSED, None),
        (Place.OPEN, None),
    ]
    return drawn, {one.person_id: place for one, place in zip(drawn, expected, strict=True)}


def test_everybody_is_where_fieldwork_would_say_in_both_waves(panel: Panel) -> None:
    drawn, expected = lived(panel)

    second = panel.places(2025, "2025-02-01")
    assert {one.person_id: second[one.person_id] for one in drawn} == expected
    first = panel.places(2024, "2025-02-01")
    assert [first[one.person_id] for one in drawn] == [
        (Place.COMPLETE, None),
        (Place.COMPLETE, None),
        (Place.COMPLETE, None),
        (Place.REFUSED, Why.IN_QUESTIONNAIRE),
        (Place.BROKEN_OFF, None),
        (Place.COMPLETE, None),
        (Place.REFUSED, Why.HARD),
        (Place.REFUSED, Why.SOFT),
        (Place.OUT, Why.DECEASED),
        (Place.NOT_REACHED, Why.NO_ANSWER),
        (Place.NOT_REACHED, Why.NO_ANSWER),
        (Place.NOT_REACHED, Why.NO_ANSWER),
        (Place.NOT_REACHED, Why.NO_ANSWER),
        (Place.NOT_REACHED, Why.NO_ANSWER),
    ]
    others = Counter(first[person] for person in first.keys() - {one.person_id for one in drawn})
    assert others == {(Place.NOT_YET, None): 6 - _reserves_used(panel), (Place.RESERVE, None): 14}


def _reserves_used(panel: Panel) -> int:
    """Reserves of 2024 that were drawn again for 2025."""
    first = panel.places(2024, "2025-02-01")
    second = panel.places(2025, "2025-02-01")
    return sum(
        first[person] == (Place.RESERVE, None) and place != (Place.RESERVE, None)
        for person, place in second.items()
    )


def test_ledger_leaves_out_the_same_people_for_the_same_reasons_as_carrying_did(
    panel: Panel,
) -> None:
    panel.draw_2024(14)
    drawn = panel.desk.cases(2024)
    panel.answer(drawn[0], "2024-02-01", p_toestemming="nee")
    panel.answer(drawn[1], "2024-02-01", CaseStatus.SCREENED_OUT)
    panel.tell(drawn[2], What.REFUSED_HARD, "2024-02-05")
    panel.close_2024()
    panel.tell(drawn[3], What.EXEMPT, "2024-06-05")
    panel.tell(drawn[4], What.UNTRACEABLE, "2024-06-05")

    done = panel.next_wave()

    second = Counter(panel.places(2025, "2025-02-01").values())
    assert done.left_out == {
        "no_recontact_consent": 1,
        "not_eligible": 1,
        "person_exempt": 1,
        "refused_hard": 1,
        "untraceable": 1,
    }
    assert second == {
        (Place.OPEN, None): done.people,
        (Place.NOT_ASKED, Why.NO_CONSENT): 1,
        (Place.OUT, Why.NOT_ELIGIBLE): 1,
        (Place.OUT, Why.EXEMPT): 1,
        (Place.NOT_ASKED, Why.HARD): 1,
        (Place.NOT_ASKED, Why.UNTRACEABLE): 1,
    }


def test_ledger_as_of_a_day_is_the_one_that_was_made_that_day(panel: Panel) -> None:
    kept = {}

    def keep(day: str) -> None:
        panel.go_to(day)
        kept[day] = [
            line for line in panel.ledger(years=[2024]).lines if line.placed.place != Place.RESERVE
        ]

    drawn = panel.draw_2024(8)
    keep("2023-12-01")
    panel.answer(drawn[0], "2024-02-01", p_toestemming="ja")
    panel.answer(drawn[1], "2024-02-03", None)
    keep("2024-02-04")
    panel.tell(drawn[2], What.REFUSED_SOFT, "2024-02-05")
    keep("2024-02-06")
    panel.tell(drawn[2], What.OPTED_IN, "2024-02-07")
    panel.tell(drawn[3], What.MOVED_ABROAD, "2024-02-08")
    keep("2024-02-09")
    panel.close_2024()
    panel.next_wave(refresh=4)
    panel.tell(drawn[0], What.DECEASED, "2025-02-01")

    assert len(kept["2024-02-04"]) == 8
    for day, lines in kept.items():
        assert list(panel.ledger(day, years=[2024]).lines) == lines, day


def test_erased_person_is_counted_as_erased_in_every_wave_since_the_draw(panel: Panel) -> None:
    drawn, _ = lived(panel)
    panel.go_to("2025-03-01")
    with panel.ctx.databases.research.write() as connection:
        erase_rows(connection, drawn[0].person_id, at=panel.clock.now(), by=BY)

    for wave in (2024, 2025):
        assert panel.places(wave, "2025-03-02")[drawn[0].person_id] == (Place.ERASED, None)
    assert drawn[0].person_id not in panel.places(2024, "2023-10-25")
    assert panel.ledger("2025-03-02").problems == ()


def test_flows_by_group_are_all_people_and_tell_loss_from_leaving(panel: Panel) -> None:
    drawn, _ = lived(panel)

    ledger = panel.ledger("2025-02-01", by="fr_group")

    moved = flows(ledger.waves, ledger.lines)
    assert sum(one.people for one in moved) == ledger.people
    assert {one.group for one in moved} == {"asiel", "gezin"}
    fates = ledger.fates(2025)
    assert (fates[Fate.LEFT], fates[Fate.ATTRITION]) == (3, 5)
    assert len(drawn) == sum(
        one.people for one in moved if one.from_place not in (Place.NOT_YET, Place.RESERVE)
    )


def test_wave_that_is_not_there_is_named(panel: Panel) -> None:
    panel.draw_2024(8)
    with pytest.raises(UnknownWaveError, match="no wave 2031"):
        panel.ledger(years=[2031])


def test_release_has_the_ledger_of_its_waves_and_agrees_with_its_frame(
    panel: Panel, tmp_path: Path
) -> None:
    drawn, expected = lived(panel)
    panel.go_to("2025-02-01")

    out = export_release(panel.ctx, [2024, 2025], tmp_path / "release")

    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    content = (out / "ledger.csv").read_bytes()
    assert manifest["files"]["ledger.csv"]["sha256"] == hashlib.sha256(content).hexdigest()
    assert manifest["ledger_problems"] == []
    with (out / "ledger.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    # Reserves that were never needed are not in it; everybody else is, in both waves.
    assert Counter(row["wave"] for row in rows) == {"2024": 20, "2025": 20}
    release = read_release(out)
    frame = release.frame.set_index(["person_id", "wave"])
    for row in rows:
        key = (row["person_id"], row["wave"])
        if key in frame.index:
            complete = frame.loc[key, "disposition"] == "1.1"
            assert (row["place"] == "complete") == complete
            assert (row["eligible"] == "no") == (frame.loc[key, "eligible"] == "no")
        else:
            assert row["place"] in (
                "not_asked", "out_of_population", "withdrawn", "paused", "not_yet_sampled",
                "reserve",
            )  # fmt: skip
    gone = {row["person_id"] for row in rows if row["wave"] == "2025" and row["eligible"] == "no"}
    assert gone == {drawn[at].person_id.hex for at in (5, 8, 10)}
    assert expected[drawn[8].person_id] == (Place.OUT, Why.DECEASED)
    alone = export_release(panel.ctx, [2025], tmp_path / "alone")
    later = [line for line in content.decode().splitlines() if ",2025," in line]
    kept = (alone / "ledger.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert set(kept) == set(later)
