"""No staff page weighs more than a slow telephone line brings at once, with all that it loads."""

from __future__ import annotations

import re

import pytest
from werkzeug.test import TestResponse

from app.panel.states import Role
from app.services.context import ServiceContext
from tests.integration.staff.conftest import add_account
from tests.web.staff.browser_paths import PATHS
from tests.web.staff.conftest import staff_app
from tests.web.staff.desk import Desk

MOST_BYTES = 60_000
"""Compressed, with style sheet and scripts: what the sites were ordered with."""
GZIP = {"Accept-Encoding": "gzip", "Accept-Language": "nl"}
ASSET = re.compile(r'(?:href|src)="(/s/[^"]+\.(?:css|js))"')

pytestmark = pytest.mark.timeout(300)


@pytest.mark.parametrize("role", sorted({role for _path, role in PATHS}))
def test_pages_stay_within_their_budget(panel: ServiceContext, role: Role) -> None:
    plain, packed = Desk(staff_app(panel)), {}
    plain.sign_in(add_account(panel, role, f"{role}@example.org"), panel.clock.now())

    def sent(path: str) -> TestResponse:
        return plain.client.get(path, headers=GZIP, base_url=plain.base_url)

    for path, _role in (one for one in PATHS if one[1] is role):
        page = plain.fetch(path)
        assets = {found: len(sent(found).data) for found in ASSET.findall(page.text)}
        assert assets, path
        packed[path] = len(sent(path).data) + sum(assets.values())

    assert {path: size for path, size in packed.items() if size > MOST_BYTES} == {}
