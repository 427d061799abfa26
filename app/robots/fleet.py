"""Many synthetic respondents at once, over HTTP, and what became of them."""

from __future__ import annotations

import json
import random
import resource
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from ipaddress import ip_address
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlsplit

from app.questionnaire.model import Instrument, Value
from app.robots.plain_client import CopiesDisagreeError, PlainClient, StuckError
from app.robots.robot import Habits, Robot, SyntheticChoice
from app.robots.wire import NoAnswerError
from app.synthetic.population import Person
from app.synthetic.respondent import SyntheticRespondent
from app.synthetic.response import outcome_of

AT_ONCE = 16


class NotOnThisMachineError(ValueError):
    """Robots answer servers on this machine only: elsewhere there may be people."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """A synthetic case that may be answered, as ``demo.json`` tells of it."""

    case: str
    wave: int
    code: str = field(repr=False)
    language: str
    group: str
    act: str


@dataclass(frozen=True, slots=True)
class Visit:
    """What one robot came to."""

    ending: str
    """The status of its last page, ``partial`` where it stopped on the way, or ``failed``."""
    screens: int
    saves: int
    repeats: int
    get_s: Sequence[float]
    post_s: Sequence[float]
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Spread:
    """How a quantity is distributed."""

    median: float
    p95: float
    p99: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Return the spread of some values; zeros where there is none."""
        if not values:
            return cls(0.0, 0.0, 0.0)
        cuts = quantiles([*values, *values], n=100, method="inclusive")
        return cls(round(median(values), 1), round(cuts[94], 1), round(cuts[98], 1))


@dataclass(frozen=True, slots=True)
class Simulation:
    """The outcome of a fleet."""

    wave: int
    robots: int
    endings: Mapping[str, int]
    screens: Spread
    saves: int
    requests: int
    repeats: int
    """Requests sent again because no answer came."""
    seconds: float
    turns_per_s: float
    post_ms: Spread
    get_ms: Spread
    robots_cpu_s: float
    errors: Mapping[str, int]

    def in_words(self) -> str:
        """Return all of it as lines to read."""
        endings = ", ".join(f"{number} {ending}" for ending, number in self.endings.items())
        lines = [
            f"wave {self.wave}: {self.robots} robots in {self.seconds:.1f} s: {endings}",
            f"screens of a complete interview: median {self.screens.median:.0f}",
            f"{self.saves} pages saved, {self.turns_per_s} a second; {self.requests} requests,"
            f" {self.repeats} sent again; robots took {self.robots_cpu_s} s of processor time",
        ]
        for name, spread in (("POST", self.post_ms), ("GET", self.get_ms)):
            lines.append(
                f"{name}: median {spread.median} ms, p95 {spread.p95} ms, p99 {spread.p99} ms"
            )
        lines += [f"{number} times: {error}" for error, number in self.errors.items()]
        return "\n".join(lines)

    def as_json(self) -> str:
        """Return all of it as one JSON object."""
        return json.dumps(asdict(self), indent=1)


def read_invitations(file: Path, *, wave: int | None = None) -> list[Invitation]:
    """Return the cases of a ``demo.json`` that have not been answered, of one wave.

    The last wave of the file when none is given.
    """
    listed = json.loads(file.read_text(encoding="utf-8"))["codes"]
    year = wave or max((one["wave"] for one in listed), default=0)
    names = Invitation.__dataclass_fields__
    return [
        Invitation(**{name: one[name] for name in names})
        for one in listed
        if one["wave"] == year and one["status"] == "open"
    ]


def require_loopback(url: str) -> None:
    """Raise `NotOnThisMachineError` unless an address is one of this machine."""
    host = urlsplit(url).hostname or ""
    try:
        ours = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        ours = False
    if urlsplit(url).scheme != "http" or not ours:
        raise NotOnThisMachineError(f"{url} is not an address such as http://localhost:8000")


def simulate(
    url: str,
    instrument: Instrument,
    strata: Mapping[str, Sequence[Person]],
    invitations: Sequence[Invitation],
    *,
    seed: int,
    month: str,
    copies: int = 1,
    at_once: int = AT_ONCE,
) -> Simulation:
    """Let a synthetic person answer each invitation, and return what came of it.

    Parameters
    ----------
    strata
        Synthetic people by group and act; who answers is drawn among those of the case.
    month
        ``YYYY-MM`` on the clock of the server: nobody tells of a later one.
    copies
        Every page is sent one to so many times at the same moment.
    """
    require_loopback(url)

    def visit(invitation: Invitation) -> Visit:
        rng = random.Random(f"{seed}:{invitation.case}")
        people = strata[f"{invitation.group}_{invitation.act}"]
        person = people[rng.randrange(len(people))]
        return _visit(url, instrument, person, invitation, rng, seed, month, copies)

    started, cpu = time.perf_counter(), _cpu_s()
    with ThreadPoolExecutor(max_workers=at_once) as pool:
        visits = list(pool.map(visit, invitations))
    return _counted(instrument.wave, visits, time.perf_counter() - started, _cpu_s() - cpu)


def _visit(
    url: str,
    instrument: Instrument,
    person: Person,
    invitation: Invitation,
    rng: random.Random,
    seed: int,
    month: str,
    copies: int,
) -> Visit:
    outcome = outcome_of(person, instrument.wave, seed, languages=instrument.languages)
    respondent = SyntheticRespondent(
        person, instrument.wave, seed, language=invitation.language, will=outcome.will
    )
    known: dict[str, Value] = {**person.frame(), "interview_month": month}
    client = PlainClient(url, rng=rng)
    robot = Robot(
        client,
        SyntheticChoice(respondent, instrument, known),
        habits=Habits(copies=copies),
        rng=rng,
    )
    ending, screens, error = "failed", 0, None
    try:
        walk = robot.answer(invitation.code, stop_after=outcome.pages)
        ending, screens = walk.ending or "partial", len(walk.screens)
    except (StuckError, CopiesDisagreeError, NoAnswerError) as failure:
        error = f"{type(failure).__name__}: {failure}"
    finally:
        client.close()
    took = client.timings
    saves = len(robot.ledger.saves)
    return Visit(ending, screens, saves, took.repeats, took.get_s, took.post_s, error)


def _counted(wave: int, visits: Sequence[Visit], seconds: float, cpu_s: float) -> Simulation:
    gets = [1000 * one for visit in visits for one in visit.get_s]
    posts = [1000 * one for visit in visits for one in visit.post_s]
    # Who had answered before comes to the last page at once.
    finished = [
        float(visit.screens) for visit in visits if visit.ending == "complete" and visit.saves
    ]
    saves = sum(visit.saves for visit in visits)
    return Simulation(
        wave=wave,
        robots=len(visits),
        endings=dict(sorted(Counter(visit.ending for visit in visits).items())),
        screens=Spread.of(finished),
        saves=saves,
        requests=len(gets) + len(posts),
        repeats=sum(visit.repeats for visit in visits),
        seconds=round(seconds, 2),
        turns_per_s=round(saves / seconds, 1) if seconds else 0.0,
        post_ms=Spread.of(posts),
        get_ms=Spread.of(gets),
        robots_cpu_s=round(cpu_s, 2),
        errors=dict(Counter(visit.error for visit in visits if visit.error)),
    )


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
