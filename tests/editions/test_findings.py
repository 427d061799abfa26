"""The published findings come back from a release, in words that a number bears out."""

from __future__ import annotations

import csv
import re

from tests.editions.conftest import Edition

PUBLISHED_SHARES = {
    "F02a", "F02b", "F02c", "F11", "F18", "F24", "F25", "F26", "F40", "F45", "F52", "F55",
}  # fmt: skip
MINIMUM_BASE = 30


def rows(edition: Edition) -> list[dict[str, str]]:
    with edition.file("findings.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_twelve_published_shares_come_back_with_a_phrase_or_a_reason(edition: Edition):
    found = {row["id"]: row for row in rows(edition) if row["id"] in PUBLISHED_SHARES}

    assert found.keys() == PUBLISHED_SHARES
    printed = [row for row in found.values() if row["value"]]
    assert len(printed) >= 8
    for row in printed:
        assert re.search(r"helft|kwart|derde|op de|bijna (niemand|iedereen)", row["phrase"]), row
    assert all(row["note"] or row["flag"] for row in found.values() if not row["value"])


def test_nothing_is_claimed_on_a_base_under_thirty(edition: Edition):
    with_number = [row for row in rows(edition) if row["value"] and row["statistic"] != "count"]

    assert len(with_number) > 20
    assert min(int(row["n"]) for row in with_number) >= MINIMUM_BASE


def test_summary_is_a_draft_without_digits_for_shares(edition: Edition):
    text = edition.file("summary.txt").read_text(encoding="utf-8")

    assert text.startswith("SYNTHETISCH")
    assert "CONCEPT" in text
    assert "%" not in text
    assert "Onderzoek Perspectief Inburgeraars" in text
