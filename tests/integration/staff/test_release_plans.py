"""Tables that an analyst kept go into a release, as they stood when it was made."""

from __future__ import annotations

import csv

import pytest

from app.services.context import ServiceContext
from app.services.publication import kept_plans, releases
from app.services.publication.kept_plans import KeptPlan
from app.services.publication.release_plans import (
    COPY,
    find_offered,
    key_of,
    offered_plans,
)
from app.services.publication.releases import PUBLICATION, ReleaseError
from app.services.publication.table_request import Shows, TableRequest
from tests.integration.staff.released import make, released, released_folder

__all__ = ["released", "released_folder"]  # fixtures

BY_SEX = TableRequest(stub=("q_tevreden",), banner=("sekse",), waves=(2024,), letters=True)


@pytest.fixture
def plan(released: ServiceContext) -> KeptPlan:
    begun = kept_plans.begin_plan(released, "Lessen naar sekse", BY_SEX, by="analyst@example.org")
    people = TableRequest(stub=("e_meedoen",), waves=(2025,), shows=Shows.PEOPLE)
    return kept_plans.keep_table(released, begun.id, people)


def test_kept_plan_is_offered_after_those_of_the_study(
    released: ServiceContext, plan: KeptPlan
) -> None:
    offered = offered_plans(released)

    assert [one.name for one in offered if one.kept] == ["Lessen naar sekse"]
    assert offered[-1].key == key_of(plan)
    assert offered[0].name == "key_figures.yaml"
    assert offered[-1].tables_of({2024}) == 1
    assert offered[-1].tables_of({2024, 2025}) == 2
    assert offered[0].tables_of({2024}) is None


def test_plan_without_tables_is_not_offered(released: ServiceContext, plan: KeptPlan) -> None:
    left = kept_plans.drop_table(released, plan.id, 1, seen=plan.seen)
    kept_plans.drop_table(released, plan.id, 0, seen=left.seen)

    assert find_offered(released, key_of(plan)) is None
    assert not [one for one in offered_plans(released) if one.kept]


@pytest.mark.parametrize("key", ["kept-", "kept-nonsense", "kept-" + 32 * "0", "../book.yaml"])
def test_key_that_names_no_plan_finds_none(released: ServiceContext, key: str) -> None:
    assert find_offered(released, key) is None


def test_release_has_the_kept_tables_of_its_waves_and_a_copy_of_the_plan(
    released: ServiceContext, plan: KeptPlan
) -> None:
    kept = make(released, plan=key_of(plan), why="For the board")

    assert (kept.plan, kept.plan_kept, kept.is_published) == ("Lessen naar sekse", True, True)
    with (kept.folder / PUBLICATION / "tables.csv").open(encoding="utf-8-sig") as file:
        assert {row["stub"] for row in csv.DictReader(file)} == {"q_tevreden"}
    assert "q_tevreden" in (kept.folder / COPY).read_text(encoding="utf-8")


def test_release_stays_as_it_was_when_the_plan_is_deleted(
    released: ServiceContext, plan: KeptPlan
) -> None:
    kept = make(released, plan=key_of(plan))
    kept_plans.delete_plan(released, plan.id)

    again = releases.find_release(released, kept.number)
    assert again is not None
    assert {one.verdict for one in releases.verify(again)} == {"as_made"}
    with pytest.raises(ReleaseError, match="not there any more"):
        make(released, plan=key_of(plan))
