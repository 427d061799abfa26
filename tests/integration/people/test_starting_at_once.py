"""Start pressed twice at the same moment: one person, one code, on either engine."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from app.services.context import ServiceContext
from app.services.interviewing import open_links
from app.storage import cases
from tests.builders import WAVE


def test_same_start_at_the_same_moment_begins_one_case(ctx: ServiceContext) -> None:
    open_links.make_link(ctx, WAVE, "poster", by="test", slug="bieb")

    def press(_: int) -> object:
        return open_links.begin(ctx, "bieb", "op", address="10.0.0.1", language="nl")

    with ThreadPoolExecutor(6) as pool:
        replies = list(pool.map(press, range(12)))

    assert len(set(replies)) == 1
    assert isinstance(replies[0], open_links.Begun)
    with ctx.databases.research.read() as connection:
        assert len(cases.list_cases(connection, WAVE)) == 1


def test_another_page_of_the_same_link_begins_another_case(ctx: ServiceContext) -> None:
    open_links.make_link(ctx, WAVE, "poster", by="test", slug="bieb")
    begun = [
        open_links.begin(ctx, "bieb", operation, address="10.0.0.1", language="xx")
        for operation in ("one", "two")
    ]
    codes = {one.code for one in begun if isinstance(one, open_links.Begun)}
    assert len(codes) == 2
    with ctx.databases.research.read() as connection:
        assert {one.language for one in cases.list_cases(connection, WAVE)} == {"nl"}
