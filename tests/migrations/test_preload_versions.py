"""What was frozen before versions were counted is the first version of its wave."""

from __future__ import annotations

from app.storage import preloads
from app.storage.engine import make_engine
from app.storage.migrate import Schema, downgrade_schema, upgrade_schema
from tests.integration.storage.builders import NOON, draw_case, field_wave


def test_preload_frozen_before_versions_is_version_one_and_waits_for_review(
    database_urls: tuple[str, str],
) -> None:
    engine = make_engine(database_urls[0])
    earlier = {"answers": {"w_werk": {"value": "ja", "wave": 2023}}, "months": {}}
    with engine.begin() as connection:
        field_wave(connection)
        cases = [draw_case(connection) for _ in range(2)]
        version = preloads.PreloadVersion(
            wave=2024, number=1, built_on=[2023], frozen_at=NOON, frozen_by="f", hash="a" * 64,
            cases=2, counts={"w_werk": 2},
        )  # fmt: skip
        preloads.add_version(connection, version)
        preloads.add_preloads(
            connection,
            [preloads.Preload(one.id, version.id, NOON, earlier, True, "b" * 64) for one in cases],
        )
    engine.dispose()

    downgrade_schema(database_urls[0], Schema.RESEARCH, "0008")
    upgrade_schema(database_urls[0], Schema.RESEARCH)

    with engine.connect() as connection:
        [found] = preloads.list_versions(connection, 2024)
        kept = list(preloads.frozen_cases(connection, found.id))
        waiting = preloads.unreviewed(connection, 2024)
    engine.dispose()
    assert (found.number, found.cases, found.frozen_by) == (1, 2, "unknown")
    assert found.frozen_at == NOON
    assert waiting == [found]
    assert [one.case_id for one in kept] == sorted(one.id for one in cases)
    assert [one.earlier for one in kept] == [earlier, earlier]
