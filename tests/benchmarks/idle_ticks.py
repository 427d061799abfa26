"""What a worker's look at the field costs when nothing is to be done: 12,000 cases, seven steps."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from app.services.fieldwork.fieldwork_ticks import Ticked
from app.services.fieldwork.watching import WHOLE_EVERY, Watch
from app.storage.migrate import upgrade
from tests.integration.mailings.field import OPENS, prepare

CASES = 12_000
PROMISED_MS = 200
LOOKS = 50
STEPS = ("letter_1", "email_1", "letter_2", "sms_1", "email_begun", "sms_begun", "email_2")


def measure(cases: int = CASES) -> dict[str, Any]:
    """Return milliseconds of a whole look and of the looks between two whole ones."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        urls = f"sqlite:///{folder}/research.sqlite3", f"sqlite:///{folder}/contacts.sqlite3"
        upgrade(*urls)
        desk = prepare(urls, folder)
        desk.draw(cases // 2)
        desk.draw(cases - cases // 2, language="en")
        desk.rehearsed()
        desk.let_go(*STEPS)
        # Letters and some of the first e-mails are made; the rest waits for its day.
        desk.go_to(OPENS)
        desk.tick()
        desk.days(7)
        watch = Watch(desk.ctx, moment=lambda _: desk.clock.now())
        # The first look of a process reads everything once more.
        whole, spent_whole, _ = _took(watch)
        idle = []
        for _ in range(LOOKS):
            desk.clock.advance(WHOLE_EVERY / (2 * LOOKS))
            idle.append(_took(watch))
        waiting = len({one.case_id for one in desk.messages("email_1")})
        desk.ctx.databases.close()
    assert not any(done.made for _, _, done in idle)
    return {
        "cases": cases,
        "with a message of the step that runs": waiting,
        "idle look, ms": round(1_000 * sum(one for one, _, _ in idle) / LOOKS, 1),
        "idle look, processor ms": round(1_000 * sum(one for _, one, _ in idle) / LOOKS, 1),
        "promised_ms": PROMISED_MS,
        "whole look, ms": round(1_000 * whole),
        "whole look, processor ms": round(1_000 * spent_whole),
        "whole look every, s": round(WHOLE_EVERY / timedelta(seconds=1)),
        "load_average": [round(one, 2) for one in os.getloadavg()],
    }


def _took(look: Callable[[], Ticked]) -> tuple[float, float, Ticked]:
    started, worked = time.perf_counter(), time.process_time()
    done = look()
    return time.perf_counter() - started, time.process_time() - worked, done


if __name__ == "__main__":
    import json

    print(json.dumps(measure(), indent=1))
