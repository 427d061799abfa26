"""Weighted results of a wave on the live snapshot: what the pages show beside each other agrees."""

from __future__ import annotations

import json

from analysis.errors import AnalysisError
from app.services.context import ServiceContext
from app.services.publication.results import NoResultsError, WaveResults
from app.services.publication.table_sources import live_source
from app.services.publication.variables import module_titles


def live_results_of(ctx: ServiceContext, year: int) -> WaveResults:
    """Return the weighted interviews of a wave as the live snapshot has them.

    Raises
    ------
    NoResultsError
        If the wave was not fielded, its answers cannot be weighted, or there is no snapshot yet
        (`table_sources.NoSnapshotError`).
    """
    source = live_source(ctx)
    if year not in source.waves:
        raise NoResultsError(f"wave {year} has not been in the field")
    opened = source.open()
    try:
        with opened.lock:
            weighting = opened.shelf.weighting([year])
            responses = opened.shelf.for_table([year], [])
    except AnalysisError as error:
        raise NoResultsError(str(error)) from error
    manifest = json.loads((source.folder / "manifest.json").read_text(encoding="utf-8"))
    versions = tuple(
        one["id"] for one in manifest["instrument_versions"] if int(one["wave"]) == year
    )
    return WaveResults(
        year,
        opened.shelf,
        responses,
        weighting,
        source.saved_until,
        versions,
        module_titles(ctx),
    )
