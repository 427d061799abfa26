"""The panel in the field with commands only, as the README tells it; robots read their letters."""

from __future__ import annotations

import random
import re
import sqlite3
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from app.panel.access_code import LENGTH
from app.robots.plain_client import PlainClient
from tests.integration.mail.post_office import PostOffice
from tests.journeys.field_desk import (
    ASKS,
    OTHER,
    Desk,
    LetterRead,
    answer,
    batch_in,
    comes_back,
    desk_in,
    email_of,
    letters_read,
    readme_commands,
    rows_of,
    sent_in,
)

ROBOTS = 12
STOP_HALFWAY = 3
"""So many of them."""


def whole_fieldwork(folder: Path, people: int, drawn: int, again: int) -> None:
    with desk_in(folder, people, drawn, again) as (desk, office):
        _prepare(desk, drawn)
        done, halfway, first_letters = _ask_by_letter(desk, drawn)
        _remind(desk, office, done, halfway, first_letters, drawn)
        _close(desk, drawn, len(done), len(halfway), first_letters)
        _next_waves(desk, len(done), done)
        assert desk.typed == readme_commands()


def _prepare(desk: Desk, drawn: int) -> None:
    run = desk.run
    desk.add_staff(f"python -m app add-staff --email {ASKS} --role fieldwork")
    desk.add_staff(f"python -m app add-staff --email {OTHER} --role researcher")
    published = f'--by {OTHER} --override "a rehearsal" --as-of 2023-10-16'
    run(f"python -m app publish --wave 2024 {published}")
    taken = run(
        'python -m app sample import register-2023.csv --name "DUO 2023-10"'
        f" --by {OTHER} --as-of 2023-10-16"
    )
    assert 'people imported as "DUO 2023-10"' in taken
    said = run(
        'python -m app sample draw --wave 2024 --from "DUO 2023-10" --size 9000 --seed 7'
        f" --by {OTHER} --as-of 2023-10-17"
    )
    assert f"{drawn:,} codes issued." in said
    assert "1 draws were made again" in run("python -m app sample draws --verify")
    said = run(
        f'python -m app rehearse --wave 2024 --by {ASKS} --override "few have a phone"'
        " --as-of 2023-11-01"
    )
    assert "BLOCKER" not in said
    letter = next(line for line in said.splitlines() if line.startswith("letter_1"))
    assert letter.split()[4:6] == [str(drawn), str(drawn)]
    moved = f"--to checked --to rehearsed --by {ASKS} --as-of 2023-11-01"
    run(f"python -m app waves move --wave 2024 {moved}")
    steps = "--step letter_1 --step email_1 --step letter_2"
    said = desk.sign(
        f"python -m app mailing request --wave 2024 {steps} --by {ASKS} --as-of 2023-11-02", ASKS
    )
    assert said.count("waiting") >= 2, said
    said = desk.sign(
        f"python -m app mailing approve --wave 2024 {steps} --by {OTHER} --as-of 2023-11-02", OTHER
    )
    assert "waiting" not in said


def _ask_by_letter(
    desk: Desk, drawn: int
) -> tuple[list[LetterRead], list[LetterRead], list[LetterRead]]:
    """Send the letters and let robots answer; return who finished, who stopped, what was read."""
    said = desk.run("python -m app waves tick --as-of 2023-11-06")
    assert f"wave 2024, letter_1: {drawn} messages are due" in said
    said = desk.run(
        f"python -m app letters print --wave 2024 --step letter_1 --by {ASKS} --as-of 2023-11-06"
    )
    batch, letters = batch_in(said)
    assert letters == drawn
    read = letters_read(Path(desk.environment["PERSPECTIEF_DATA_DIR"]) / "letters" / batch)
    assert len({one.house for one in read}) == len({one.address for one in read}) == len(read)
    assert len(read) >= ROBOTS
    desk.put_in["BATCH"] = batch
    desk.run(f"python -m app letters handed-over BATCH --by {ASKS} --as-of 2023-11-06")
    desk.run(f"python -m app letters destroy BATCH --by {ASKS} --as-of 2023-11-06")
    assert "wave 2024: open" in desk.run('python -m app waves tick --as-of "2023-11-13 08:00"')

    answering = random.Random(3).sample(read, ROBOTS)
    stopping, finishing = answering[:STOP_HALFWAY], answering[STOP_HALFWAY:]
    with desk.serving('python -m app serve --as-of "2023-11-16 19:00"') as url:
        for number, letter in enumerate(finishing):
            assert answer(url, letter, number).ending == "complete"
        for number, letter in enumerate(stopping):
            assert answer(url, letter, number, stop_after=9).ending is None
    return finishing, stopping, read


def _remind(
    desk: Desk,
    office: PostOffice,
    done: list[LetterRead],
    halfway: list[LetterRead],
    read: list[LetterRead],
    drawn: int,
) -> None:
    """Remind by e-mail and letter who did not begin; a mailbox is not there."""
    per_second = "--channels email --until-empty --per-second 100"
    for day in ("2023-11-24", "2023-12-01"):
        desk.run(f'python -m app worker {per_second} --as-of "{day} 19:00"')
    to = [address for one in office.delivered for address in one.rcpt_tos]
    assert len(to) > drawn // 2
    assert len(set(to)) == len(to), "somebody got an e-mail twice"
    assert not set(to) & {email_of(one.house) for one in [*done, *halfway]}
    said = desk.run("python -m app outbox list --wave 2024")
    assert sent_in(said, "email_1") == len(to)
    assert sent_in(said, "letter_1") == drawn

    codes = {urlsplit(one.address).path.rpartition("/")[2] for one in read}
    # Once through each mail: every code in every mail would be a hundred million looks.
    assert not codes & {digits for mail in office.mails() for digits in codes_in(mail)}
    gone = office.delivered[0]
    returned = Path(desk.put_in["returned-mail"]) / "1.eml"
    returned.write_bytes(comes_back(str(gone.mail_from), gone.rcpt_tos[0]))
    said = desk.run('python -m app mail bounces returned-mail --as-of "2023-12-02 09:00"')
    assert "1 mail: 1 hard\nnew: 1" in said
    assert sent_in(desk.run("python -m app outbox list --wave 2024"), "email_1", "returned") == 1

    said = desk.run(
        f"python -m app letters print --wave 2024 --step letter_2 --by {ASKS} --as-of 2023-12-02"
    )
    batch, _ = batch_in(said)
    folder = Path(desk.environment["PERSPECTIEF_DATA_DIR"]) / "letters" / batch
    first = {one.house: one.address for one in read}
    again = {one.house: one.address for one in letters_read(folder, of=first)}
    # A reminder bears the code of the invitation: who kept that letter may use it.
    answered = {one.house for one in [*done, *halfway]}
    assert again == {house: code for house, code in first.items() if house not in answered}
    desk.put_in["BATCH"] = batch
    desk.run(f"python -m app letters handed-over BATCH --by {ASKS} --as-of 2023-12-02")


def codes_in(mail: EmailMessage) -> set[str]:
    """Every run of as many digits as a code has, in the heads and the readable parts of a mail."""
    parts = [
        str(part.get_content()) for part in mail.walk() if part.get_content_type()[:5] == "text/"
    ]
    words = " ".join([*map(str, mail.values()), *parts])
    return set(re.findall(rf"(?<!\d)\d{{{LENGTH}}}(?!\d)", words))


def _close(desk: Desk, drawn: int, done: int, halfway: int, read: list[LetterRead]) -> None:
    assert kept_codes(desk, 2024) == drawn
    assert "wave 2024: closed" in desk.run("python -m app waves tick --as-of 2024-02-01")
    assert kept_codes(desk, 2024) == 0
    with desk.serving('python -m app serve --as-of "2024-02-02 12:00"') as url:
        client = PlainClient(url)
        page = client.get(urlsplit(read[0].address).path)
        page = client.submit(page, {}) if page.form else page
        assert (page.id, page.status) == ("closed", 410)
        client.close()
    desk.run(f"python -m app waves move --wave 2024 --to frozen --by {OTHER} --as-of 2024-02-05")
    desk.run("python -m app export --wave 2024 --out release-2024")
    release = Path(desk.put_in["release-2024"])
    assert len(rows_of(release / "responses.csv")) == done + halfway
    sample = rows_of(release / "frame.csv")
    assert len({row["person_id"] for row in sample}) == len(sample) == drawn
    # Weights of a draw add up to the register it was drawn from.
    with Path(desk.put_in["register-2023.csv"]).open(encoding="utf-8") as register:
        population = sum(1 for _ in register) - 1
    assert sum(float(row["base_weight"]) for row in sample) == pytest.approx(population, rel=1e-3)


def kept_codes(desk: Desk, wave: int) -> int:
    """How many codes of a wave could still be printed."""
    folder = Path(desk.environment["PERSPECTIEF_DATA_DIR"])
    with closing(sqlite3.connect(folder / "contacts.sqlite3")) as contacts:
        asked = "select count(*) from contact_field where field = ?"
        return int(contacts.execute(asked, (f"code:{wave}",)).fetchone()[0])


def _next_waves(desk: Desk, complete: int, done: list[LetterRead]) -> None:
    run = desk.run
    day = f"--by {OTHER} --as-of 2024-11-18"
    run(
        f'python -m app publish --wave 2025 --by {OTHER} --override "a rehearsal"'
        " --as-of 2024-11-18"
    )
    carried = run(f"python -m app sample carry --wave 2025 {day}")
    people, codes = _numbers(carried)
    assert people == codes
    run(f'python -m app sample import newcomers-2024.csv --name "DUO 2024-10" --cohort 2024 {day}')
    refreshed = run(
        f'python -m app sample refresh --wave 2025 --from "DUO 2024-10" --size 500 --seed 8 {day}'
    )
    new = int(desk.put_in["500"])
    assert f"{new:,} codes issued." in refreshed
    frozen = run(f"python -m app waves preload --wave 2025 --by {ASKS} --as-of 2024-11-18")
    preloads = int(frozen.split()[2])
    assert 0 < preloads <= complete + STOP_HALFWAY
    assert "frozen as version 1" in frozen
    _review(desk, preloads)
    said = run(
        f'python -m app rehearse --wave 2025 --by {ASKS} --override "few have a phone"'
        " --as-of 2025-01-06"
    )
    letter = next(line for line in said.splitlines() if line.startswith("letter_1"))
    assert letter.split()[4:6] == [str(people + new)] * 2
    run(
        "python -m app waves move --wave 2025 --to checked --to rehearsed"
        f" --by {ASKS} --as-of 2025-01-06"
    )
    step = "--wave 2025 --step letter_1"
    desk.sign(f"python -m app mailing request {step} --by {ASKS} --as-of 2025-01-06", ASKS)
    desk.sign(f"python -m app mailing approve {step} --by {OTHER} --as-of 2025-01-06", OTHER)
    run("python -m app waves tick --as-of 2025-01-07")
    batch, letters = batch_in(
        run(f"python -m app letters print {step} --by {ASKS} --as-of 2025-01-07")
    )
    assert letters == people + new
    desk.put_in["BATCH"] = batch
    run(f"python -m app letters handed-over BATCH --by {ASKS} --as-of 2025-01-07")
    assert "wave 2025: open" in run('python -m app waves tick --as-of "2025-01-13 08:00"')
    folder = Path(desk.environment["PERSPECTIEF_DATA_DIR"]) / "letters" / batch
    again = letters_read(folder, of={one.house for one in done})
    assert again, "nobody who took part is asked again"
    assert not {one.address for one in again} & {one.address for one in done}
    with desk.serving('python -m app serve --as-of "2025-01-16 19:00"') as url:
        assert answer(url, again[0], 25).ending == "complete"
    assert "wave 2025: closed" in run("python -m app waves tick --as-of 2025-04-01")
    run(f"python -m app waves move --wave 2025 --to frozen --by {OTHER} --as-of 2025-04-02")
    run("python -m app export --wave 2024,2025 --out release")
    responses = rows_of(Path(desk.put_in["release"]) / "responses.csv")
    assert {row["number"] for row in rows_of(Path(desk.put_in["release"]) / "preloads.csv")} == {
        "1"
    }
    (person,) = [row["person_id"] for row in responses if row["wave"] == "2025"]
    assert person in {row["person_id"] for row in responses if row["wave"] == "2024"}

    day = f"--by {OTHER} --as-of 2026-11-16"
    run(
        f'python -m app publish --wave 2027 --by {OTHER} --override "a rehearsal"'
        " --as-of 2026-11-16"
    )
    people, codes = _numbers(run(f"python -m app sample carry --wave 2027 {day}"))
    assert people == codes
    run(f'python -m app sample refresh --wave 2027 --from "DUO 2024-10" --size 500 --seed 9 {day}')
    known = run(f"python -m app waves preload --wave 2027 --by {ASKS} --as-of 2026-11-16")
    assert int(known.split()[2]) > 0
    assert "3 draws were made again" in run("python -m app sample draws --verify")
    said = run(f'python -m app sample discard --from "DUO 2023-10" --from "DUO 2024-10" {day}')
    assert "were destroyed" in said


def _review(desk: Desk, preloads: int) -> None:
    """Look at what people will be told they said, and approve it."""
    day = f"--by {OTHER} --as-of"
    said = desk.run(
        f"python -m app waves preload --wave 2025 --review review-2025.csv {day} 2024-11-19"
    )
    assert f"version 1 of wave 2025, {preloads} people" in said
    rows = rows_of(Path(desk.put_in["review-2025.csv"]))
    questions = {row["variable"]: row for row in rows if row["part"] == "question"}
    assert questions["r_gemeente"]["use"] == "shown, to be confirmed"
    shown = [row["text"] for row in rows if row["part"] == "shown"]
    assert any(
        re.fullmatch(r"Vorige keer zei u: u woont in .+\. Klopt dat nog\?", one) for one in shown
    )
    said = desk.run(f"python -m app waves preload --wave 2025 --approve {day} 2024-11-20")
    assert f"wave 2025: version 1 approved by {OTHER}" in said


def _numbers(said: str) -> tuple[int, int]:
    """People who are asked again, and codes that were issued."""
    people = re.search(r"([\d,]+) people are asked again", said)
    codes = re.search(r"([\d,]+) codes issued", said)
    assert people is not None, said
    assert codes is not None, said
    return int(people[1].replace(",", "")), int(codes[1].replace(",", ""))


@pytest.mark.timeout(900)
def test_researcher_fields_three_waves_with_the_commands_of_the_readme(tmp_path: Path) -> None:
    whole_fieldwork(tmp_path, 700, 580, 80)


@pytest.mark.soak
@pytest.mark.timeout(3_000)
def test_twelve_thousand_people_are_fielded_with_the_same_commands(tmp_path: Path) -> None:
    whole_fieldwork(tmp_path, 12_000, 9_000, 1_500)
