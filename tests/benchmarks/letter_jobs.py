"""Letters: 12,000 from the database to files, as `letters print` makes them."""

from __future__ import annotations

import os
import random
import resource
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.clock import FixedClock
from app.messages.channels import Channel
from app.panel.access_code import generate
from app.services.bootstrap import STUDY, make_context
from app.services.lettering import printing
from app.services.lettering.printing import PrintRequest
from app.storage.cases import Case, Person, add_cases, add_people
from app.storage.contacts.keys import ContactKeys
from app.storage.contacts.people import NewContact, add_contacts
from app.storage.encryption import KeyRing
from app.storage.messages import NewMessage, add_due
from app.storage.migrate import upgrade
from tests.builders import settings
from tests.integration.outbox.outbox_study import run_mailing
from tests.integration.storage.builders import NOON, field_wave

LETTERS = 12_000
PROMISED_S = 60
STEP = "letter_1"
SHARES = {"ar": 0.40, "ti": 0.15, "tr": 0.10, "fa": 0.10, "en": 0.10, "nl": 0.15}
"""Languages of a sample; Arabic letters take longest."""


def measure(letters: int = LETTERS, processes: int | None = None) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        urls = f"sqlite:///{data}/research.sqlite3", f"sqlite:///{data}/contacts.sqlite3"
        upgrade(*urls)
        given = settings(urls, data_dir=data, public_url="https://onderzoek-perspectief.nl")
        ctx = make_context(given, FixedClock(datetime(2024, 2, 1, 12, tzinfo=UTC)), study=STUDY)
        _fill(ctx, letters)
        before = _processor_s()
        started = time.perf_counter()
        printed = printing.print_letters(
            ctx,
            PrintRequest(2024, STEP, "b@example.nl", processes=processes, moment=lambda _: NOON),
        )
        took = time.perf_counter() - started
        assert printed is not None
        assert printed.batch.letters == letters
        files = printed.batch.manifest["files"]
        ctx.databases.close()
    return {
        "letters": letters,
        "files": len(files),
        "megabytes": round(sum(one["size"] for one in files) / 1e6),
        "seconds": round(took, 1),
        "promised_s": PROMISED_S,
        "processor_s": round(_processor_s() - before, 1),
        "processes": processes or len(os.sched_getaffinity(0)),
        "load_average": [round(one, 2) for one in os.getloadavg()],
        "peak_mb_of_one_process": round(
            max(resource.getrusage(who).ru_maxrss for who in _WHO) / 1024
        ),
    }


_WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def _processor_s() -> float:
    used = [resource.getrusage(who) for who in _WHO]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _fill(ctx: Any, letters: int) -> None:
    chance = random.Random(1)
    languages = chance.choices(list(SHARES), list(SHARES.values()), k=letters)
    people = [Person(created_at=NOON, synthetic=True) for _ in languages]
    cases = [
        Case(
            person_id=person.id,
            wave=2024,
            stratum="asiel",
            stratum_population=2 * letters,
            stratum_sample=letters,
            base_weight=2.0,
            language=language,
            created_at=NOON,
            synthetic=True,
        )
        for person, language in zip(people, languages, strict=True)
    ]
    with ctx.databases.research.write() as connection:
        field_wave(connection)
        run_mailing(connection, STEP)
        add_people(connection, people)
        add_cases(connection, cases)
        due = [
            NewMessage(one.id, 2024, STEP, Channel.LETTER, "invitation", one.language, NOON)
            for one in cases
        ]
        add_due(connection, due, now=NOON)
    keys = ContactKeys(KeyRing(ctx.settings.contact_keys), ctx.settings.contact_index_key)
    with ctx.databases.contacts.write() as connection:
        add_contacts(
            connection,
            keys,
            [
                NewContact(
                    person.id,
                    {
                        "name": f"{chance.choice('ABCDEFGHJKLM')}. Al-Persoon-{number}",
                        "street": "Burgemeester Voorbeeldlaan",
                        "house_number": str(1 + number % 400),
                        "postcode": f"{1000 + number % 8999} AB",
                        "city": "Voorbeeldstad",
                        "code:2024": generate(chance),
                    },
                )
                for number, person in enumerate(people)
            ],
            at=NOON,
        )
