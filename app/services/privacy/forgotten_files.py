"""Files of the data directory that hold people, taken out when one of them is forgotten."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from app.services.invented.demo_files import DEMO_FILE
from app.services.publication.release_forgetting import forget_in_releases

SAMPLES = "rehearsals"
"""Of letters and messages: nobody knows whose are in them, and a rehearsal makes them again."""
RESULTS = "results"
"""Releases behind the results pages: made again when somebody looks."""


def clean(folder: Path, cases: Sequence[UUID], *, at: datetime) -> dict[str, int]:
    """Destroy what may hold a person with these cases; return how many files or codes, by kind."""
    done: dict[str, int] = {}
    for name, kind in ((SAMPLES, "rehearsal samples"), (RESULTS, "results pages")):
        done[kind] = sum(path.is_file() for path in (folder / name).rglob("*"))
        shutil.rmtree(folder / name, ignore_errors=True)
    done["data of releases"] = forget_in_releases(folder, cases, at=at)
    done["codes of a demo"] = _forget_in_demo(folder / DEMO_FILE, cases)
    return {kind: count for kind, count in done.items() if count}


def _forget_in_demo(file: Path, cases: Sequence[UUID]) -> int:
    """Take the codes of a person out of the list of a demo."""
    if not file.exists():
        return 0
    told = json.loads(file.read_text(encoding="utf-8"))
    gone = {case.hex for case in cases}
    kept = [one for one in told["codes"] if str(one["case"]).replace("-", "") not in gone]
    removed = len(told["codes"]) - len(kept)
    if removed:
        fresh = file.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(
            json.dumps({**told, "codes": kept}, indent=1, ensure_ascii=False), encoding="utf-8"
        )
        fresh.chmod(file.stat().st_mode & 0o777)
        fresh.replace(file)
    return removed
