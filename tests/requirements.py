"""``REQUIRE=browser,postgresql``: tests with these markers run, or fail; they are not skipped.

Without it a test whose server or browser is not installed is skipped and named, so that the rest
of the tests run anywhere.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

REQUIRED = tuple(filter(None, os.getenv("REQUIRE", "").replace(" ", "").split(",")))


def pytest_configure(config: pytest.Config) -> None:
    known = {line.partition(":")[0] for line in config.getini("markers")}
    if unknown := sorted(set(REQUIRED) - known):
        raise pytest.UsageError(f"REQUIRE names no marker of ours: {', '.join(unknown)}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    required = [name for name in REQUIRED if item.get_closest_marker(name)]
    if report.skipped and required and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"REQUIRE={','.join(required)}, but: {reason}"
    return report
