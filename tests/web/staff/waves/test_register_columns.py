"""A register whose headers say nothing: what its columns mean is chosen on the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from app.clock import FixedClock
from app.panel.sample_file_columns import KNOWN
from app.panel.states import Role, WaveStatus
from app.services.bootstrap import STUDY
from app.web.staff.waves.register_columns import meaning_words
from tests.builders import WAVE, context
from tests.conftest import copy_template
from tests.integration.sample.conftest import SampleDesk, register
from tests.integration.staff.conftest import NOON, add_account
from tests.web.staff.conftest import staff_app
from tests.web.staff.desk import Desk, Page, checked, text

REGISTER = f"/staff/waves/{WAVE}/sample/register"


@pytest.fixture
def work(sqlite_template: Path, tmp_path: Path) -> Iterator[SampleDesk]:
    """An empty frame, and a wave to draw into."""
    urls = copy_template(sqlite_template, tmp_path / "databases")
    made = SampleDesk(context(urls, FixedClock(NOON), study=STUDY, data_dir=tmp_path), tmp_path)
    made.field(WAVE, WaveStatus.CHECKED)
    yield made
    made.ctx.databases.close()


@pytest.fixture
def desk(work: SampleDesk) -> Desk:
    desk = Desk(staff_app(work.ctx))
    desk.sign_in(add_account(work.ctx, Role.FIELDWORK), work.ctx.clock.now())
    return desk


@pytest.fixture
def odd_file(tmp_path: Path) -> Path:
    """Headers of another office: one that nobody knows, and one column that nobody needs."""
    file = register(tmp_path, 5, first=500, name="odd.csv")
    head, *rows = file.read_text(encoding="utf-8").splitlines()
    comma = ";" if ";" in head else ","
    head = head.replace("groep", "K17") + f"{comma}Opmerking"
    lines = [head, *(f"{row}{comma}niets" for row in rows)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def look(desk: Desk, file: Path, meanings: Mapping[str, str], how: str = "look") -> Page:
    form = desk.get(REGISTER).form(REGISTER)
    form.pop("skip_known")
    data = MultiDict({**form, "name": "Odd", "how": how})
    for header, meaning in meanings.items():
        data.add("header", header)
        data.add("meaning", meaning)
    with file.open("rb") as content:
        data.add("file", (content, file.name))
        answer = desk.client.post(REGISTER, data=data, headers=desk.headers, base_url=desk.base_url)
    return checked(answer if answer.status_code != 303 else desk.fetch(answer.headers["Location"]))


def chosen(page: Page) -> dict[str, str]:
    """What the page shows as chosen, by the words of its labels."""
    labels = {one.get("for"): text(one) for one in page.tree.iter("label")}
    return {
        labels[select.get("id")]: next(
            (one.get("value") or "" for one in select.iter("option") if "selected" in one.attrib),
            "",
        )
        for select in page.tree.iter("select")
        if select.get("name") == "meaning"
    }


def test_columns_without_a_meaning_are_asked_for_and_then_taken_in(
    desk: Desk, work: SampleDesk, odd_file: Path
) -> None:
    first = look(desk, odd_file, {})
    assert first.status == 422
    assert {"K17 no meaning yet", "Opmerking no meaning yet"} <= set(chosen(first))

    said = {"K17": "fr_group", "Opmerking": "-"}
    second = look(desk, odd_file, said)
    assert second.status == 200
    assert {name: chosen(second)[name] for name in said} == said
    assert work.contacts() == 0

    done = look(desk, odd_file, said, how="take")
    assert "Taken in: 5 people" in done.words
    assert work.contacts() == 5


def test_citizen_service_numbers_can_be_given_no_meaning(
    desk: Desk, work: SampleDesk, tmp_path: Path
) -> None:
    file = register(tmp_path, 2, first=500, name="bsn.csv")
    head, *rows = file.read_text(encoding="utf-8").splitlines()
    comma = ";" if ";" in head else ","
    lines = [f"{head}{comma}BSN", *(f"{row}{comma}1" for row in rows)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")

    page = look(desk, file, {"BSN": "register_key"}, how="take")

    assert page.status == 422
    assert "Take these columns out of the file: BSN" in page.words
    assert not [name for name in chosen(page) if name.startswith("BSN")]
    assert work.contacts() == 0


def test_a_meaning_that_there_is_not_counts_as_none(desk: Desk, odd_file: Path) -> None:
    page = look(desk, odd_file, {"K17": "wave", "Opmerking": "../../etc/passwd"})

    assert page.status == 422
    assert {"K17 no meaning yet", "Opmerking no meaning yet"} <= set(chosen(page))


def test_every_meaning_has_words() -> None:
    def say(message: str, /, **_values: object) -> str:
        return message

    assert list(meaning_words(say)) == list(KNOWN)
