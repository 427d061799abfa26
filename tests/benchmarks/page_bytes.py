"""Bytes on the wire (gzip) of every kind of page of the real study, held against the budget."""

from __future__ import annotations

import random
import tempfile
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from app.clock import FixedClock
from app.i18n.fonts import FOLDER, FONTS, font_of
from app.i18n.locales import language_sets
from app.questionnaire.compile import compile_wave
from app.robots.choices import at_random
from app.robots.page import Page
from app.robots.plain_client import PlainClient, answers_to
from app.services.bootstrap import make_context
from app.services.content.instruments import TRANSLATIONS
from app.services.context import ServiceContext
from app.storage.migrate import upgrade
from tests.journeys.fielding import Invited, bank, field_panel, settings_of
from tests.journeys.page_kinds import kind_of
from tests.journeys.serving import served

FIRST_PAGE = 6 * 1024
"""The first question page with its style sheet."""
NEXT_PAGE = 3 * 1024
SCRIPT = 6 * 1024
WAVE = 2025
"""It has panel members, whose pages confirm what they said, and first-timers."""
PLAIN = ("/help", "/privacy", "/c/00000000000000", "/nowhere")
MANY_STEPS = 1_000
SPOKEN = language_sets(TRANSLATIONS).supported
BUDGETS = {code: font.budget for font in FONTS for code in font.languages}


@dataclass
class Bytes:
    """Sizes by kind of page and language; of the first question; of style sheet and script."""

    pages: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    first_page: dict[str, int] = field(default_factory=dict)
    style: int = 0
    script: int = 0
    fonts: dict[str, int] = field(default_factory=dict)
    """Once a year, of the languages that need one."""

    def note(self, kind: str, page: Page) -> None:
        """Remember the size of a page."""
        self.pages.setdefault((kind, page.language), []).append(page.size)

    def told(self) -> dict[str, object]:
        """All of it, and whether the budget is kept."""
        first = {language: size + self.style for language, size in self.first_page.items()}
        return {
            "budget": {"first_page": FIRST_PAGE, "next_page": NEXT_PAGE, "script": SCRIPT},
            "first_page_with_style": first,
            "style": self.style,
            "script": self.script,
            "fonts": {
                code: {"size": size, "budget": BUDGETS[code]} for code, size in self.fonts.items()
            },
            "pages": [
                {
                    "kind": kind,
                    "language": language,
                    "seen": len(sizes),
                    "median": median(sizes),
                    "most": max(sizes),
                }
                for (kind, language), sizes in sorted(self.pages.items())
            ],
            "kept": max(first.values()) <= FIRST_PAGE
            and max(max(sizes) for sizes in self.pages.values()) <= NEXT_PAGE
            and self.script <= SCRIPT
            and all(size <= BUDGETS[code] for code, size in self.fonts.items()),
        }


def measure(each: int = 3) -> dict[str, object]:
    """Walk some people of each group through a wave, in all its languages."""
    with tempfile.TemporaryDirectory(prefix="bytes-") as folder:
        settings = settings_of(Path(folder))
        upgrade(settings.database_url, settings.contacts_url)
        ctx = make_context(settings, FixedClock(datetime(2025, 2, 10, 12, tzinfo=UTC)))
        found = collect(ctx, field_panel(ctx, WAVE, each=each, languages=SPOKEN))
        ctx.databases.close()
    return found.told()


def collect(ctx: ServiceContext, invited: list[Invited]) -> Bytes:
    """Return the sizes of all pages that these people come by."""
    found = Bytes()
    with served(replace(ctx)) as url:
        for at, one in enumerate(invited):
            client = PlainClient(url, language=one.language, rng=random.Random(at))
            for path in PLAIN:
                page = client.get(path)
                found.note(page.id, page)
            page = client.get("/")
            found.note("code", page)
            _note_assets(client, page, found)
            if font := font_of(one.language):
                found.fonts[one.language] = (FOLDER / f"{font.name}.woff2").stat().st_size
            assert page.form is not None
            found.note("code-refused", client.submit(page, {"code": ["1234 5"]}))
            _walk(client, one, found, random.Random(f"{one.code}"))
            client.close()
    return found


def _note_assets(client: PlainClient, page: Page, found: Bytes) -> None:
    if not found.style:
        style, script = page.assets
        found.style, found.script = client.fetch(style), client.fetch(script)


def _walk(client: PlainClient, one: Invited, found: Bytes, rng: random.Random) -> None:
    instrument = compile_wave(bank(), one.wave)
    choose = at_random(rng)
    page = client.enter(one.code)
    found.first_page.setdefault(page.language, page.size)
    for _ in range(MANY_STEPS):
        found.note(kind_of(page, instrument), page)
        if page.id == "done" and page.ending == "complete":
            return
        if page.id == "done":
            page = client.get(page.links[0])
            continue
        if page.id == "review":
            for link in [path for path in page.links if path.startswith("/review")]:
                found.note("review", client.get(link))
        page = client.submit(page, answers_to(page, choose))
    raise AssertionError("no end of pages")
