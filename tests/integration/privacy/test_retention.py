"""What is kept for a time only goes when the time is over, and not a day before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert

from app.clock import FixedClock
from app.panel.retention import MEASURED, Kept, read_retention
from app.panel.states import WaveStatus
from app.services.bootstrap import STUDY
from app.services.context import ServiceContext
from app.services.fieldwork import waves
from app.services.members import contacting
from app.services.privacy import retention
from app.services.privacy.privacy_requests import withdraw
from app.services.privacy.retention import RetentionError, apply, due, load_policy
from app.storage import models
from app.storage.audit import verify_chain
from app.storage.types import table_of
from tests.builders import ROOT, context
from tests.integration.privacy.someone import Someone, someone

FILE = (STUDY / "retention.yaml").read_text(encoding="utf-8")
BY = "privacy@example.nl"


Day = Callable[[int, int, int], ServiceContext]


@pytest.fixture
def on(ctx: ServiceContext) -> Iterator[Day]:
    """The same study on another day."""
    opened: list[ServiceContext] = []

    def on_day(year: int, month: int, day: int) -> ServiceContext:
        urls = (ctx.settings.database_url, ctx.settings.contacts_url)
        at = FixedClock(datetime(year, month, day, 12, 0, tzinfo=UTC))
        opened.append(context(urls, at, data_dir=ctx.settings.data_dir))
        return opened[-1]

    yield on_day
    for one in opened:
        one.databases.close()


def close_last_wave(ctx: ServiceContext) -> None:
    """Wave 2024, the last of the small study, closes on 1 February 2024."""
    waves.move_wave(ctx, 2024, WaveStatus.CLOSED, by="test")


def counts(found: list[retention.Due]) -> dict[Kept, int]:
    return {one.term.kept: one.count for one in found if one.count}


@pytest.fixture
def who(ctx: ServiceContext) -> Someone:
    return someone(ctx, thorough=True)


def test_contacts_go_half_a_year_after_the_last_wave_closed(
    ctx: ServiceContext, who: Someone, on: Day
) -> None:
    """183 days after 1 February 2024, counted by hand, is 2 August."""
    policy = load_policy(STUDY)
    assert Kept.CONTACTS not in counts(due(ctx, policy))
    close_last_wave(ctx)
    day_before, day = on(2024, 8, 1), on(2024, 8, 2)

    assert Kept.CONTACTS not in counts(apply(day_before, policy, by=BY))
    assert contacting.contact_of(day_before, who.person_id) == who.contact
    gone = counts(apply(day, policy, by=BY))

    assert gone[Kept.CONTACTS] == 1
    assert gone[Kept.ACCESS_CODES] == 1
    assert gone[Kept.MESSAGE_DETAILS] == 3
    assert contacting.contact_of(day, who.person_id) == {}
    assert counts(apply(day, policy, by=BY)) == {}
    with day.databases.research.snapshot() as connection:
        assert verify_chain(connection) is None


def test_showing_what_is_due_changes_nothing(ctx: ServiceContext, who: Someone, on: Day) -> None:
    close_last_wave(ctx)
    later = on(2025, 1, 1)
    policy = load_policy(STUDY)

    first, second = due(later, policy), due(later, policy)

    assert counts(first) == counts(second)
    assert Kept.CONTACTS in counts(first)
    assert contacting.contact_of(later, who.person_id) == who.contact


def test_letters_are_destroyed_two_weeks_after_they_were_handed_over(
    ctx: ServiceContext, who: Someone, folder: Path, on: Day
) -> None:
    policy = load_policy(STUDY)
    assert counts(due(on(2024, 2, 14), policy)).get(Kept.PRINT_FILES) is None
    later = on(2024, 2, 16)

    assert counts(apply(later, policy, by=BY))[Kept.PRINT_FILES] == 1

    assert list((folder / "letters").rglob("*.pdf")) == []
    assert contacting.contact_of(later, who.person_id) == who.contact


def test_addresses_of_who_withdrew_go_after_a_month(ctx: ServiceContext, on: Day) -> None:
    gone, kept = someone(ctx), someone(ctx)
    withdraw(ctx, gone.person_id, language="nl")
    policy = load_policy(STUDY)
    early, late = on(2024, 3, 2), on(2024, 3, 3)

    assert Kept.CONTACTS_OF_WITHDRAWN not in counts(due(early, policy))
    assert counts(apply(late, policy, by=BY))[Kept.CONTACTS_OF_WITHDRAWN] == 1

    assert contacting.contact_of(late, gone.person_id) == {}
    assert contacting.contact_of(late, kept.person_id) == kept.contact


def test_sessions_and_misses_go_by_their_own_end(
    ctx: ServiceContext, who: Someone, on: Day
) -> None:
    assert who.person_id
    with ctx.databases.research.write() as connection:
        for table in (models.CodeMiss, models.SignInMiss):
            for number in (1, 29):
                connection.execute(
                    insert(table_of(table)),
                    {
                        "source_hash": "h",
                        "window_start": datetime(2024, 1, number, tzinfo=UTC),
                        "misses": 1,
                    },
                )
    day = on(2024, 1, 30)

    assert counts(apply(day, load_policy(STUDY), by=BY))[Kept.MISSES] == 2


def study_with(tmp_path: Path, words: str) -> Path:
    study = tmp_path / "study"
    study.mkdir()
    (study / "retention.yaml").write_text(words, encoding="utf-8")
    return study


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("keep: contacts\n", "keep: names\n", 'retention.yaml:10: keep is "names"'),
        ("since: last_wave\n", "since: wave\n", "contacts are counted from last_wave"),
        ("days: 183", "days: 99999", "days is 99999, expected 0 to 3660"),
        ("keep: misses", "keep: contacts", "contacts stands twice"),
        ("retention:", "rules:", 'unknown key "rules"'),
    ],
)
def test_faults_are_told_with_file_and_line(
    tmp_path: Path, before: str, after: str, said: str
) -> None:
    study = study_with(tmp_path, FILE.replace(before, after, 1))

    policy, problems = read_retention(study)

    assert policy is None
    assert any(said in str(one) for one in problems), [str(one) for one in problems]
    with pytest.raises(RetentionError, match=r"study/retention\.yaml:"):
        load_policy(study)


def test_a_policy_that_forgets_something_is_no_policy(tmp_path: Path) -> None:
    study = study_with(tmp_path, FILE[: FILE.rindex("  - keep:")])

    _, problems = read_retention(study)

    assert [one.message for one in problems] == ["says not how long misses are kept"]


def test_the_study_says_how_long_everything_is_kept_and_why() -> None:
    policy = load_policy(ROOT / "surveys" / "perspectief")

    assert {one.kept for one in policy.terms} == set(Kept) == set(MEASURED)
    assert all(len(one.why) > 20 for one in policy.terms)
