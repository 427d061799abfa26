"""Bytes of every question page of a wave, in every language: by the site itself, on invented cases.

A composition root like `app.server`: the gate asks for sizes, and services know nothing of pages.
"""

from __future__ import annotations

import random
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from flask.testing import FlaskClient

from app import create_app
from app.clock import FixedClock
from app.key_file import KEY_BYTES
from app.panel.states import Mode, WaveStatus
from app.questionnaire import canonical
from app.questionnaire.answers import encode
from app.questionnaire.model import Instrument, Kind, Store
from app.questionnaire.routing import Known, Page, Preload, Route
from app.questionnaire.screen_counts import finished
from app.questionnaire.walk import as_preload, random_known
from app.robots.page import read_page
from app.services.bootstrap import make_context
from app.services.content.readiness import PageSize
from app.services.context import ServiceContext
from app.services.fieldwork import enrolment, waves
from app.services.fieldwork.enrolment import SampledPerson
from app.services.fieldwork.preloads import preload_to_json
from app.settings import CHEAP_ARGON2, CodeKeys, Settings
from app.storage import cases, interviews, openings, preloads, versions
from app.storage.interviews import PageSave
from app.storage.migrate import upgrade

NEXT_PAGE = 3 * 1024
"""Bytes of a question page, compressed."""
FIRST_PAGE = 6 * 1024
"""Bytes of the first one with its style sheet."""
DRAWN = 300
"""Random people among whom those are found who see all pages between them."""
BY = "page sizes"


@dataclass(frozen=True, slots=True)
class _Walker:
    """A random person, what there is to know, and the pages that only this one is asked for."""

    known: Known
    route: Route
    pages: tuple[Page, ...]


def question_page_sizes(instrument: Instrument) -> Iterator[PageSize]:
    """Yield the size of every question page that random respondents come by, in each language."""
    with tempfile.TemporaryDirectory(prefix="pages-") as folder:
        ctx = _context(Path(folder), instrument)
        try:
            yield from _measured(ctx, instrument)
        finally:
            ctx.databases.close()


def _context(folder: Path, instrument: Instrument) -> ServiceContext:
    def key() -> bytes:
        return secrets.token_bytes(KEY_BYTES)

    settings = Settings(
        database_url=f"sqlite:///{folder / 'research.sqlite3'}",
        contacts_url=f"sqlite:///{folder / 'contacts.sqlite3'}",
        secret_key=secrets.token_hex(),
        code_keys=CodeKeys(key(), key()),
        contact_keys={"k1": key()},
        contact_index_key=key(),
        staff_keys={"k1": key()},
        argon2=CHEAP_ARGON2,
        languages=instrument.languages,
        synthetic=True,
    )
    upgrade(settings.database_url, settings.contacts_url)
    clock = FixedClock(datetime(instrument.wave, 1, 20, 12, tzinfo=UTC))
    return make_context(settings, clock, pool_size=2)


def _measured(ctx: ServiceContext, instrument: Instrument) -> Iterator[PageSize]:
    version = _field(ctx, instrument)
    app = create_app(ctx)
    style = 0
    walkers = _walkers(instrument)
    for language in instrument.languages:
        codes = _invite(ctx, instrument, version, walkers, language)
        for at, (walker, code) in enumerate(zip(walkers, codes, strict=True)):
            client = app.test_client()
            address = _enter(client, code, language)
            style = style or _style(client, address)
            for page in walker.pages:
                size = len(client.get(f"/q/{page.id}", headers=_headers(language)).data)
                first = at == 0 and page is walker.route.pages[0]
                yield PageSize(
                    var=page.item.var,
                    page=page.id,
                    language=language,
                    size=size + style if first else size,
                    most=FIRST_PAGE if first else NEXT_PAGE,
                )


def _field(ctx: ServiceContext, instrument: Instrument) -> str:
    text = canonical.to_json(instrument)
    version = canonical.version_of(text)
    now, year = ctx.clock.now(), instrument.wave
    with ctx.databases.research.write() as connection:
        versions.publish_version(
            connection,
            version_id=version,
            study=instrument.study,
            wave=year,
            canonical=text,
            languages=list(instrument.languages),
            at=now,
            by=BY,
        )
    opens, closes = date(year, 1, 1), date(year, 12, 31)
    waves.set_up_wave(ctx, year, study=instrument.study, opens_on=opens, closes_on=closes, by=BY)
    waves.field_version(ctx, year, version)
    for status in (WaveStatus.CHECKED, WaveStatus.REHEARSED, WaveStatus.OPEN):
        waves.move_wave(ctx, year, status, by=BY)
    return version


def _walkers(instrument: Instrument) -> list[_Walker]:
    """Draw people, half of them asked again, and keep few who see all that the others see."""
    rng = random.Random(instrument.wave)
    drawn: list[tuple[Known, Route]] = []
    for at in range(DRAWN):
        known = random_known(instrument, rng)
        walked = finished(instrument, known, rng)
        if at % 2:
            preload = as_preload(instrument, walked, f"{instrument.wave - 1}-02")
            known = replace(known, preload=_without_contacts(instrument, preload))
            walked = finished(instrument, known, rng)
        drawn.append((known, walked))
    left = {page.id for _, walked in drawn for page in walked.pages}
    kept: list[_Walker] = []
    while left:
        known, walked = max(drawn, key=lambda one: len(left & one[1].page_by_id.keys()))
        pages = tuple(page for page in walked.pages if page.id in left)
        left -= {page.id for page in pages}
        kept.append(_Walker(known, walked, pages))
    return kept


def _without_contacts(instrument: Instrument, preload: Preload) -> Preload:
    item_of = instrument.item_of
    kept = {
        var: one
        for var, one in preload.answers.items()
        if var in item_of
        and item_of[var].store is Store.ANSWERS
        and item_of[var].kind is not Kind.INFO
    }
    return replace(preload, answers=kept)


def _as_frozen(ctx: ServiceContext, year: int, number: int) -> preloads.PreloadVersion:
    return preloads.PreloadVersion(
        wave=year,
        number=number,
        built_on=[],
        frozen_at=ctx.clock.now(),
        frozen_by=BY,
        hash="0" * 64,
        cases=0,
        counts={},
    )


def _invite(
    ctx: ServiceContext,
    instrument: Instrument,
    version: str,
    walkers: Sequence[_Walker],
    language: str,
) -> list[str]:
    """Give every walker a case with all its answers, and return the codes."""
    sampled = [
        SampledPerson(
            stratum="all",
            stratum_population=len(walkers),
            stratum_sample=len(walkers),
            frame={var: str(value) for var, value in one.known.frame.items()},
            language=language,
        )
        for one in walkers
    ]
    made = enrolment.enrol(ctx, instrument.wave, sampled, assigned=(), rng=random.Random(0))
    with ctx.databases.research.write() as connection:
        known_before = _as_frozen(
            ctx, instrument.wave, len(preloads.list_versions(connection, instrument.wave)) + 1
        )
        preloads.add_version(connection, known_before)
        for case, walker in zip(made, walkers, strict=True):
            drawn = walker.known.assigned.items()
            cases.add_assignments(
                connection, [cases.Assignment(case.person_id, *one) for one in drawn]
            )
            preload = walker.known.preload
            if preload.answers:
                stored = preload_to_json(preload)
                frozen = preloads.Preload(
                    case.id, known_before.id, ctx.clock.now(), stored, contact=False, hash="0" * 64
                )
                preloads.add_preloads(connection, [frozen])
            interview = openings.open_interview(
                connection,
                case.id,
                version_id=version,
                language=language,
                mode=Mode.WEB,
                at=ctx.clock.now() - timedelta(hours=1),
            )
            state = interviews.lock_interview(connection, interview)
            if state is not None:
                interviews.save_pages(connection, state, _saves(ctx, walker, language))
    issued = enrolment.issue_codes(ctx, [case.id for case in made])
    return [issued[case.id] for case in made]


def _saves(ctx: ServiceContext, walker: _Walker, language: str) -> list[PageSave]:
    at = ctx.clock.now() - timedelta(minutes=30)
    return [
        PageSave(
            op_id=f"measured-{page.id}",
            digest=page.id,
            page=page.id,
            location=page.id,
            language=language,
            saved_at=at,
            month=ctx.month(at),
            values={var: encode(walker.route.values[var]) for var in page.variables},
        )
        for page in walker.route.pages
    ]


def _headers(language: str) -> dict[str, str]:
    return {"Accept-Language": language, "Accept-Encoding": "gzip"}


def _enter(client: FlaskClient, code: str, language: str) -> str:
    """Type a code on the first page; return the address of its style sheet."""
    headers = {"Accept-Language": language}
    page = read_page("/", 200, client.get("/", headers=headers).text)
    if page.form is None:
        raise LookupError("the first page has no form")
    box = next(one.name for one in page.form.controls if not one.picked)
    client.post(page.form.action, data={**dict(page.form.hidden), box: code}, headers=headers)
    return page.assets[0]


def _style(client: FlaskClient, address: str) -> int:
    return len(client.get(address, headers={"Accept-Encoding": "gzip"}).data)
