"""A rehearsal shows twenty real letters and every message in every language."""

from __future__ import annotations

import stat
from collections import Counter
from pathlib import Path

import pytest

from app.panel.states import WaveStatus
from app.services.messaging.rehearsal_samples import LETTERS, chosen, make_samples
from app.storage import mailings
from tests.conftest import copy_template
from tests.integration.mailings.field import Desk, prepare


@pytest.fixture
def desk(sqlite_template: Path, tmp_path: Path) -> Desk:
    urls = copy_template(sqlite_template, tmp_path / "databases")
    return prepare(urls, tmp_path / "desk", data_dir=tmp_path / "data")


def test_twenty_letters_and_all_messages_are_rendered_for_their_owner_only(desk: Desk) -> None:
    desk.draw(30)
    desk.draw(3, language="en")

    samples = make_samples(desk.ctx, desk.year)

    assert samples.folder is not None
    names = [one.name for one in samples.folder.iterdir()]
    letters = [one for one in names if one.startswith("letter-")]
    assert len(letters) == samples.letters == LETTERS
    assert Counter(one.removesuffix(".pdf")[-2:] for one in letters) == Counter(nl=17, en=3)
    assert {"email-invitation-nl.html", "email-thanks-en.txt", "sms-reminder-en.txt"} <= {*names}
    assert samples.previews == 2 * (6 + 3)
    for one in samples.folder.iterdir():
        assert stat.S_IMODE(one.stat().st_mode) == 0o600
    assert stat.S_IMODE(samples.folder.stat().st_mode) == 0o700
    assert all(one.read_bytes().startswith(b"%PDF") for one in samples.folder.glob("letter-*.pdf"))


def test_previews_are_to_nobody(desk: Desk) -> None:
    desk.draw(2)

    folder = make_samples(desk.ctx, desk.year).folder

    assert folder is not None
    for one in [*folder.glob("*.txt"), *folder.glob("*.html")]:
        words = one.read_text(encoding="utf-8")
        assert "N. Voorbeeld" not in words
        assert "n1@onderzoek.nl" not in words


def test_next_rehearsal_takes_the_letters_of_the_last_one_away(desk: Desk) -> None:
    desk.draw(2)
    first = make_samples(desk.ctx, desk.year)
    assert first.folder is not None
    (first.folder / "letter-99-nl.pdf").write_bytes(b"older")

    second = make_samples(desk.ctx, desk.year)

    assert second.folder == first.folder
    assert not (first.folder / "letter-99-nl.pdf").exists()


def test_wave_that_closes_takes_them_away_for_good(desk: Desk) -> None:
    desk.draw(2)
    folder = make_samples(desk.ctx, desk.year).folder
    desk.rehearsed()
    desk.move(WaveStatus.OPEN, WaveStatus.CLOSED)

    assert folder is not None
    assert not folder.exists()


def test_window_that_nobody_tested_and_addresses_that_do_not_fit_stand_in_the_way(
    desk: Desk,
) -> None:
    desk.draw(2)

    samples = make_samples(desk.ctx, desk.year)
    done = desk.rehearse(samples=samples)

    assert [str(one.ground) for one in done.blockers] == ["untested window"]
    assert desk.rehearse(samples=samples, override="tested by hand").blockers == []
    desk.edit("envelopes.yaml", "height: 45}}", 'height: 45}, tested_on: "2024-01-02"}')
    assert make_samples(desk.ctx, desk.year).blockers == []


def test_same_cases_are_chosen_each_time_and_every_language_in_turn(desk: Desk) -> None:
    desk.draw(40)
    desk.draw(40, language="en")
    desk.draw(2, language="ar")
    with desk.ctx.databases.research.read() as connection:
        cases = mailings.addressees(connection, desk.year)

    once, again = chosen(cases), chosen(list(reversed(cases)))

    assert [one.case_id for one in once] == [one.case_id for one in again]
    assert Counter(one.language for one in once) == Counter(ar=2, en=9, nl=9)


def test_wave_that_does_not_exist_has_no_samples(desk: Desk) -> None:
    assert make_samples(desk.ctx, 2031).letters == 0
