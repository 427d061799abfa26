"""The panel in the field with commands only, as the README tells it; robots read their letters."""

from __future__ import annotations

import csv
import os
import random
import re
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pyotp
import pypdfium2 as pdfium
import pytest
import zxingcpp

from app.robots.choices import at_random
from app.robots.plain_client import PlainClient, Walk
from tests.builders import ROOT
from tests.integration.mail.post_office import PostOffice, free_port, open_office

CHAPTER = "## A wave in the field"
PASSWORD = "een heel lang wachtwoord"
ASKS, OTHER = "f@onderzoek.example", "r@onderzoek.example"
ROBOTS = 12
STOP_HALFWAY = 3
"""So many of them."""
READ_OF_A_FILE = 4
"""Letters of which a phone reads the code."""
_BATCH = re.compile(r"batch ([0-9a-f-]{36}): ([\d,]+) letters")
_STREET = re.compile(r"Kerkplein (\d+)")


def readme_commands() -> list[str]:
    """The commands of the chapter, in order."""
    chapter = (ROOT / "README.md").read_text(encoding="utf-8").partition(CHAPTER)[2]
    lines = chapter.partition("\n## ")[0].replace("\\\n", " ").splitlines()
    commands = [line.partition("#")[0] for line in lines]
    return [" ".join(one.split()) for one in commands if one.startswith("python -m app ")]


def write_register(file: Path, people: int, *, first: int = 0) -> Path:
    """Write a register of invented people, who live in order of their number."""
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, delimiter=";")
        writer.writerow(
            [
                *("sleutel", "voornamen", "geslachtsnaam", "straatnaam", "huisnummer", "postcode"),
                *("woonplaats", "emailadres", "groep", "wet", "geslacht", "geboortejaar", "taal"),
            ]
        )
        for number in range(first, first + people):
            drawn = random.Random(number)
            writer.writerow(
                [
                    f"D{number:06d}",
                    f"Selam {chr(65 + number % 26)}",
                    ("Tesfay", "Al Hassan", "Yıldız", "Haile")[number % 4],
                    "Kerkplein",
                    number + 1,
                    "3512 AB",
                    "Utrecht",
                    email_of(number + 1) if number % 12 else "",
                    "gezin" if number % 10 < 3 else "asiel",
                    "wi2021" if number // 10 % 2 else "wi2013",
                    drawn.choice("MV"),
                    drawn.randint(1960, 2004),
                    drawn.choice(["ar", "tr", "ti", "unknown"]),
                ]
            )
    return file


def email_of(house: int) -> str:
    return f"p{house}@post.example"


@dataclass
class Desk:
    """Whoever types the commands, and what is put in where the README names something."""

    folder: Path
    environment: dict[str, str]
    put_in: dict[str, str]
    typed: list[str] = field(default_factory=list)
    secrets: dict[str, str] = field(default_factory=dict)

    def run(self, command: str, *, refused: bool = False) -> str:
        """Run a command of the README and return what it says."""
        self.typed.append(command)
        done = self._start(self.words(command))
        assert (done.returncode != 0) == refused, f"{command}\n{done.stdout}{done.stderr}"
        assert "Traceback" not in done.stderr, done.stderr
        return done.stdout + done.stderr

    def sign(self, command: str, email: str) -> str:
        """Run a command that asks for the password and a code, where that is needed."""
        self.typed.append(command)
        code = pyotp.TOTP(self.secrets[email]).now()
        done = self._start([*self.words(command), "--password", PASSWORD, "--code", code])
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout

    def add_staff(self, command: str) -> None:
        self.typed.append(command)
        done = self._start([*self.words(command), "--password", PASSWORD])
        email, secret = done.stdout.removeprefix("TOTP secret for ").strip().split(": ")
        self.secrets[email] = secret

    def words(self, command: str) -> list[str]:
        words = shlex.split(command)
        assert words[:3] == ["python", "-m", "app"]
        return [sys.executable, "-m", "app", *(self.put_in.get(one, one) for one in words[3:])]

    def _start(self, words: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words,
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=450,
            check=False,
        )

    @contextmanager
    def serving(self, command: str) -> Iterator[str]:
        """Serve the site as told, where the letters say it is."""
        self.typed.append(command)
        url = self.environment["PERSPECTIEF_PUBLIC_URL"]
        port = str(urlsplit(url).port)
        log = (self.folder / "serve.log").open("a")
        server = subprocess.Popen(
            [*self.words(command), "--port", port],
            cwd=ROOT,
            env=self.environment,
            stdout=log,
            stderr=log,
        )
        try:
            _wait_for(int(port), server)
            yield url
        finally:
            server.terminate()
            server.wait(60)
            log.close()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert server.poll() is None, "the server ended"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server does not answer")


@dataclass(frozen=True)
class LetterRead:
    """What somebody who opens an envelope sees."""

    house: int
    address: str
    """In the code that a phone reads."""


def letters_read(
    folder: Path, each: int = READ_OF_A_FILE, *, of: Collection[int] | None = None
) -> list[LetterRead]:
    """Rasterise letters of a batch and read their codes: some of each file, or of some people."""
    found = []
    for file in sorted(folder.glob("*.pdf")):
        with pdfium.PdfDocument(file) as document:
            for number in range(0, len(document) if of else min(len(document), 2 * each), 2):
                page = document[number]
                street = _STREET.search(page.get_textpage().get_text_bounded())
                assert street is not None
                house = int(street[1])
                if of is None or house in of:
                    (symbol,) = zxingcpp.read_barcodes(page.render(scale=200 / 72).to_pil())
                    found.append(LetterRead(house, symbol.text))
    return found


def answer(url: str, letter: LetterRead, seed: int, *, stop_after: int | None = None) -> Walk:
    """Open the address of a letter's code, and answer until an ending or so far."""
    address = urlsplit(letter.address)
    assert f"{address.scheme}://{address.netloc}".lower() == url
    client = PlainClient(url, rng=random.Random(seed))
    try:
        choose = at_random(random.Random(seed))
        # The address alone begins nothing: phones look at addresses before they open them.
        begins = client.get(address.path)
        walk = client.walk(client.submit(begins, {}), choose, stop_after=stop_after)
        for _ in range(30):
            if walk.ending == "complete" or (stop_after is not None and walk.ending is None):
                return walk
            # A refusal or screening out by chance is taken back.
            walk = client.walk(client.get(walk.page.links[0]), choose, stop_after=stop_after)
        raise AssertionError(f"never complete, the last ending was {walk.ending}")
    finally:
        client.close()


def batch_in(said: str) -> tuple[str, int]:
    found = _BATCH.search(said)
    assert found is not None, said
    return found[1], int(found[2].replace(",", ""))


def sent_in(said: str, step: str, status: str = "sent") -> int:
    """How many messages of a step `outbox list` counts."""
    return sum(
        int(line.split()[-1])
        for line in said.splitlines()
        if line.split()[1:2] == [step] and line.split()[3:4] == [status]
    )


def comes_back(mail_from: str, to: str) -> bytes:
    """A mail server says that there is no such mailbox."""
    return f"""Return-Path: <>
Delivered-To: {mail_from}
From: MAILER-DAEMON@post.example
Subject: Undelivered Mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

<{to}>: there is no such mailbox

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {to}
Action: failed
Status: 5.1.1

--b--
""".encode()


@contextmanager
def desk_in(folder: Path, people: int, drawn: int, again: int) -> Iterator[tuple[Desk, PostOffice]]:
    """A desk with register files, a mail server and nothing else."""
    office = PostOffice()
    with open_office(office) as server:
        environment = {
            "PATH": os.defpath,
            "PERSPECTIEF_SYNTHETIC": "yes",
            "PERSPECTIEF_DATA_DIR": str(folder / "data"),
            "PERSPECTIEF_SMTP": f"smtp+plain://127.0.0.1:{server.port}",
            "PERSPECTIEF_PUBLIC_URL": f"http://127.0.0.1:{free_port()}",
        }
        put_in = {
            "register-2023.csv": str(write_register(folder / "2023.csv", people)),
            "newcomers-2024.csv": str(write_register(folder / "2024.csv", again, first=people)),
            "9000": str(drawn),
            "1500": str(again // 2),
            "500": str(again // 4),
            "returned-mail": str(folder / "returned-mail"),
            "release-2024": str(folder / "release-2024"),
            "release": str(folder / "release"),
        }
        (folder / "returned-mail").mkdir()
        yield Desk(folder, environment, put_in), office


def whole_fieldwork(folder: Path, people: int, drawn: int, again: int) -> None:
    with desk_in(folder, people, drawn, again) as (desk, office):
        _prepare(desk, drawn)
        done, halfway, first_letters = _ask_by_letter(desk, drawn)
        reminded = _remind(desk, office, done, halfway, first_letters)
        assert reminded
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
        f" --staff {OTHER} --as-of 2023-10-16"
    )
    assert 'people imported as "DUO 2023-10"' in taken
    said = run(
        'python -m app sample draw --wave 2024 --from "DUO 2023-10" --size 9000 --seed 7'
        f" --staff {OTHER} --as-of 2023-10-17"
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
) -> int:
    """Remind by e-mail and letter who did not begin; a mailbox is not there."""
    per_second = "--channels email --until-empty --per-second 100"
    for day in ("2023-11-24", "2023-12-01"):
        desk.run(f'python -m app worker {per_second} --as-of "{day} 19:00"')
    to = [address for one in office.delivered for address in one.rcpt_tos]
    assert len(set(to)) == len(to), "somebody got an e-mail twice"
    assert not set(to) & {email_of(one.house) for one in [*done, *halfway]}
    said = desk.run("python -m app outbox list --wave 2024")
    assert sent_in(said, "email_1") == len(to)

    codes = {urlsplit(one.address).path.rpartition("/")[2] for one in read}
    assert not any(code in str(mail) for mail in office.mails() for code in codes)
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
    again = letters_read(folder, 2 * READ_OF_A_FILE)
    answered = {one.house for one in [*done, *halfway]}
    assert not {one.house for one in again} & answered
    # A reminder bears the code of the invitation: who kept that letter may use it.
    first = {one.house: one.address for one in read}
    both = [one for one in again if one.house in first]
    assert both
    assert all(first[one.house] == one.address for one in both)
    desk.put_in["BATCH"] = batch
    desk.run(f"python -m app letters handed-over BATCH --by {ASKS} --as-of 2023-12-02")
    return len(to)


def _close(desk: Desk, drawn: int, done: int, halfway: int, read: list[LetterRead]) -> None:
    assert "wave 2024: closed" in desk.run("python -m app waves tick --as-of 2024-02-01")
    print_again = (
        f"python -m app letters print --wave 2024 --step letter_2 --by {ASKS} --as-of 2024-02-01"
    )
    closed = desk._start(desk.words(print_again))
    assert closed.returncode == 1, "the codes of a closed wave are gone, and nothing is printed"
    with desk.serving('python -m app serve --as-of "2024-02-02 12:00"') as url:
        client = PlainClient(url)
        page = client.get(urlsplit(read[0].address).path)
        page = client.submit(page, {}) if page.form else page
        print("CLOSED", page.id, page.status, page.words)
        client.close()
    desk.run(f"python -m app waves move --wave 2024 --to frozen --by {OTHER} --as-of 2024-02-05")
    desk.run("python -m app export --wave 2024 --out release-2024")
    with (Path(desk.put_in["release-2024"]) / "responses.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) in (drawn, done + halfway)


def _next_waves(desk: Desk, complete: int, done: list[LetterRead]) -> None:
    run = desk.run
    day = f"--staff {OTHER} --as-of 2024-11-18"
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
    frozen = run("python -m app waves preload --wave 2025 --as-of 2024-11-18")
    preloads = int(frozen.split()[2])
    assert 0 < preloads <= complete + STOP_HALFWAY
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

    day = f"--staff {OTHER} --as-of 2026-11-16"
    run(
        f'python -m app publish --wave 2027 --by {OTHER} --override "a rehearsal"'
        " --as-of 2026-11-16"
    )
    people, codes = _numbers(run(f"python -m app sample carry --wave 2027 {day}"))
    assert people == codes
    run(f'python -m app sample refresh --wave 2027 --from "DUO 2024-10" --size 500 --seed 9 {day}')
    assert int(run("python -m app waves preload --wave 2027 --as-of 2026-11-16").split()[2]) > 0
    assert "3 draws were made again" in run("python -m app sample draws --verify")
    said = run(f'python -m app sample discard --from "DUO 2023-10" --from "DUO 2024-10" {day}')
    assert "were destroyed" in said


def _numbers(said: str) -> tuple[int, int]:
    """People who are asked again, and codes that were issued."""
    people = re.search(r"([\d,]+) people are asked again", said)
    codes = re.search(r"([\d,]+) codes issued", said)
    assert people is not None, said
    assert codes is not None, said
    return int(people[1].replace(",", "")), int(codes[1].replace(",", ""))


@pytest.mark.timeout(460)
def test_researcher_fields_three_waves_with_the_commands_of_the_readme(tmp_path: Path) -> None:
    whole_fieldwork(tmp_path, 700, 580, 80)


@pytest.mark.soak
@pytest.mark.timeout(3_000)
def test_twelve_thousand_people_are_fielded_with_the_same_commands(tmp_path: Path) -> None:
    whole_fieldwork(tmp_path, 12_000, 9_000, 1_500)
