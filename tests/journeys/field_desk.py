"""A desk where the commands of the README are typed, and what comes to it: letters, mail."""

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
import zxingcpp

from app.robots.choices import at_random
from app.robots.plain_client import PlainClient, Walk
from tests.builders import ROOT
from tests.integration.mail.post_office import PostOffice, free_port, open_office

CHAPTER = "## A wave in the field"
PASSWORD = "een heel lang wachtwoord"
ASKS, OTHER = "f@onderzoek.example", "r@onderzoek.example"
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

    def run(self, command: str) -> str:
        """Run a command of the README and return what it says."""
        self.typed.append(command)
        done = self._start(self.words(command))
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
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
            timeout=1_800,
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
            "review-2025.csv": str(folder / "review-2025.csv"),
            "release": str(folder / "release"),
        }
        (folder / "returned-mail").mkdir()
        yield Desk(folder, environment, put_in), office


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
