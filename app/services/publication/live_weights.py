"""Weights of the answers as they stand now: made when asked for, and kept until the next time.

They lie with the releases behind the results pages, and go with them when somebody is forgotten.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from analysis.errors import AnalysisError
from analysis.responses import read_release
from app.services.content.instruments import StudyFaultsError
from app.services.context import ServiceContext
from app.services.privacy.forgotten_files import RESULTS
from app.services.publication.exports import ExportError, export_release
from app.services.publication.releases import ReleaseError, remove
from app.services.publication.weight_pictures import (
    WeightPicture,
    pictures_from_json,
    pictures_of,
    pictures_to_json,
)
from app.storage import waves

FILE = "weights.json"

Told = Callable[[float, str], None]


@dataclass(frozen=True)
class LivePictures:
    """All weights of the waves in the field and over, as they stood at a moment."""

    at: datetime
    waves: tuple[int, ...]
    weights: list[WeightPicture] = field(repr=False)


def live_pictures(ctx: ServiceContext) -> LivePictures | None:
    """Return what was made last, or ``None`` when nobody asked for it yet."""
    if ctx.settings.data_dir is None:
        return None
    try:
        text = (ctx.settings.data_dir / RESULTS / FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    told = json.loads(text)
    weights = pictures_from_json(told["weights"])
    return LivePictures(datetime.fromisoformat(told["at"]), tuple(told["waves"]), weights)


def make_live_pictures(ctx: ServiceContext, told: Told) -> LivePictures:
    """Make all weights of the answers as they stand now, and keep what they look like.

    Raises
    ------
    ReleaseError
        If no wave was in the field, nobody answered, or there is no data directory.
    """
    if ctx.settings.data_dir is None:
        raise ReleaseError("weights are kept in the data directory: name it with --data")
    with ctx.databases.research.read() as connection:
        years = [one.year for one in waves.list_waves(connection) if one.opened_at is not None]
    if not years:
        raise ReleaseError("no wave has been in the field")
    root = ctx.settings.data_dir / RESULTS
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = root / f".weights.{secrets.token_hex(4)}"
    now = ctx.clock.now()
    try:
        told(0.05, "data")
        export_release(ctx, years, draft)
        told(0.5, "weights")
        made = pictures_of(
            read_release(draft), ctx.study / "weights", progress=lambda _: told(0.7, "weights")
        )
    except (ExportError, StudyFaultsError, AnalysisError) as error:
        raise ReleaseError(str(error)) from error
    finally:
        remove(draft)
    content = {"at": now.isoformat(), "waves": years, "weights": pictures_to_json(made)}
    fresh = root / f".{FILE}.new"
    fresh.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8", newline="\n")
    fresh.replace(root / FILE)
    return LivePictures(now, tuple(years), made)
