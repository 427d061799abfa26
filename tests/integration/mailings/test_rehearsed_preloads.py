"""What people will be told they said is looked at before letters go out."""

from __future__ import annotations

from app.storage import preloads
from tests.integration.mailings.field import OPENS, Desk


def freeze(desk: Desk, number: int, by: str) -> preloads.PreloadVersion:
    """Freeze what is known of every case of the wave, as a version nobody looked at."""
    now = desk.clock.now()
    with desk.ctx.databases.research.write() as connection:
        cases = list(preloads.people_without(connection, desk.year, "x_none"))
        version = preloads.PreloadVersion(
            wave=desk.year, number=number, built_on=[2023], frozen_at=now, frozen_by=by,
            hash=f"{number}" * 64, cases=len(cases), counts={},
        )  # fmt: skip
        preloads.add_version(connection, version)
        preloads.drop_preloads(connection, desk.year)
        earlier = {"answers": {}, "months": {}}
        preloads.add_preloads(
            connection,
            [preloads.Preload(one, version.id, now, earlier, False, "0" * 64) for one in cases],
        )
    return version


def approve(desk: Desk, version: preloads.PreloadVersion, by: str) -> None:
    with desk.ctx.databases.research.write() as connection:
        preloads.mark_reviewed(connection, version.id, at=desk.clock.now(), by=by)


def blockers(desk: Desk, override: str | None = None) -> list[str]:
    return [str(one) for one in desk.rehearse(override=override).blockers]


def test_preload_that_nobody_reviewed_stands_in_the_way_and_is_not_let_pass(desk: Desk) -> None:
    desk.draw(5)
    version = freeze(desk, 1, "f@onderzoek.nl")

    words = "preload not reviewed: version 1 was frozen by f@onderzoek.nl and not reviewed"
    assert blockers(desk) == [words]
    assert blockers(desk, override="in a hurry") == [words]
    approve(desk, version, "r@onderzoek.nl")
    assert blockers(desk) == []


def test_preload_that_was_frozen_again_stands_in_the_way_again(desk: Desk) -> None:
    desk.draw(5)
    approve(desk, freeze(desk, 1, "f@onderzoek.nl"), "r@onderzoek.nl")
    day = desk.clock.now().date()
    again = freeze(desk, 2, "f@onderzoek.nl")

    assert blockers(desk) == [
        "preload not reviewed: version 2 was frozen by f@onderzoek.nl since version 1 was"
        f" reviewed on {day}"
    ]
    approve(desk, again, "f@onderzoek.nl")
    done = desk.rehearse()
    assert done.blockers == []
    assert "version 2 of the preload was approved by the person who froze it" in done.notes


def test_wave_does_not_open_by_itself_on_a_preload_that_nobody_reviewed(desk: Desk) -> None:
    desk.draw(5)
    desk.rehearsed()
    version = freeze(desk, 1, "f@onderzoek.nl")
    desk.go_to(OPENS)

    done = desk.tick()
    assert done.opened == []
    assert "preload not reviewed: version 1" in done.refused[desk.year]

    approve(desk, version, "r@onderzoek.nl")
    assert desk.tick().opened == [desk.year]
