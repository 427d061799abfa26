"""What a rehearsal shows: twenty real letters, and e-mails and text messages in every language.

The letters bear names, addresses and codes. They lie in one folder that only its owner can read,
and the next rehearsal of the wave puts others in their place; when the wave closes they are
destroyed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from app.delivery.letters.fonts import FontsMissingError
from app.delivery.letters.render import LettersError
from app.messages.channels import Channel
from app.messages.plan import ContactPlan, ContactStep
from app.messages.providers import Cannot, Email
from app.messages.schedule import in_turn
from app.services.context import ServiceContext
from app.services.lettering import letters
from app.services.lettering.letter_words import DeskRequest, LetterWordsError, open_desk
from app.services.lettering.letters import LetterOrder
from app.services.messaging.addressing import Field, could_get, load_field
from app.services.messaging.composing_messages import (
    Addressed,
    UnreadableWordsError,
    Words,
    email_of,
    read_words,
    sms_of,
)
from app.services.messaging.contact_plan import load_contact_plan
from app.services.messaging.rehearsal_blockers import Blocker, Ground
from app.services.messaging.rehearsed import SAMPLES, forget_samples, languages_of
from app.storage.mailings import Addressee
from app.storage.waves import Wave, load_wave

LETTERS = 20


@dataclass
class Samples:
    """What was rendered, where it lies, and what was found wrong on the way."""

    letters: int = 0
    previews: int = 0
    folder: Path | None = None
    blockers: list[Blocker] = field(default_factory=list)

    def note(self, ground: Ground, words: str) -> None:
        """Add a blocker once."""
        found = Blocker(ground, words)
        if found not in self.blockers:
            self.blockers.append(found)


def make_samples(ctx: ServiceContext, year: int, *, folder: Path | None = None) -> Samples:
    """Render the samples of a wave and try every address; nothing when the study sends nothing.

    Parameters
    ----------
    folder
        Where they go; by default the data directory. Without either they are rendered all the same
        and not kept.
    """
    samples = Samples()
    plan = load_contact_plan(ctx.study)
    with ctx.databases.research.snapshot() as connection:
        wave = load_wave(connection, year)
        if plan is None or wave is None:
            return samples
        cases = load_field(ctx, connection, wave, plan)
    samples.folder = _place(ctx, year, folder)
    _letters(ctx, plan, wave, cases, samples)
    _previews(ctx, plan, wave, cases, samples)
    return samples


def chosen(cases: Sequence[Addressee], most: int = LETTERS) -> list[Addressee]:
    """Return some of the cases, every language in turn, the same ones each time."""
    order = {case_id: at for at, case_id in enumerate(in_turn(one.case_id for one in cases))}
    by_language: dict[str, list[Addressee]] = {}
    for case in sorted(cases, key=lambda one: order[one.case_id]):
        by_language.setdefault(case.language, []).append(case)
    piles = [by_language[language] for language in sorted(by_language)]
    turns = (pile[at] for at in range(most) for pile in piles if at < len(pile))
    return [case for _, case in zip(range(most), turns, strict=False)]


def _letters(
    ctx: ServiceContext, plan: ContactPlan, wave: Wave, cases: Field, samples: Samples
) -> None:
    steps = [one for one in plan.steps if one.channel is Channel.LETTER]
    if not steps:
        return
    texts = list(dict.fromkeys(name for step in steps for name in step.texts))
    try:
        for problem in letters.letter_problems(ctx, wave, texts):
            _note_problem(ctx, samples, problem)
        _render(ctx, wave, cases, steps[0], samples)
    except LetterWordsError as error:
        for line in str(error).splitlines():
            samples.note(Ground.LETTERS, line)
    except (LettersError, FontsMissingError) as error:
        samples.note(Ground.LETTERS, str(error))


def _note_problem(ctx: ServiceContext, samples: Samples, problem: str) -> None:
    if "tested the window" not in problem:
        samples.note(Ground.LETTERS, problem)
    elif not ctx.settings.synthetic:
        samples.note(Ground.WINDOW, problem)


def _render(
    ctx: ServiceContext, wave: Wave, cases: Field, step: ContactStep, samples: Samples
) -> None:
    """Try the address of everybody, and keep the letters of some."""
    reached = _reached(cases, step)
    written = letters.write(
        ctx, open_desk(ctx, DeskRequest(wave)), [_order(case, step) for case in reached]
    )
    for reason, count in written.counts().items():
        words = f"{step.id}: {count} of {len(reached)} letters cannot be written: {reason}"
        samples.note(Ground.ADDRESS, words)
    orders = [_order(case, step) for case in chosen(reached)]
    for number, one in enumerate(letters.render_letters(ctx, wave, orders), start=1):
        if one.pdf is not None:
            samples.letters += 1
            _keep(samples, f"letter-{number:02d}-{one.order.language}.pdf", one.pdf)
        elif one.problem not in written.counts():
            samples.note(Ground.LETTERS, f"{step.id} in {one.order.language}: {one.problem}")


def _reached(cases: Field, step: ContactStep) -> list[Addressee]:
    return [
        case
        for case in cases.meant(step)
        if could_get(case, step) and cases.hindrance(case, step) is None
    ]


def _order(case: Addressee, step: ContactStep) -> LetterOrder:
    text = step.text_for(took_part=case.took_part)
    return LetterOrder(case.case_id, case.person_id, text, case.language)


def _previews(
    ctx: ServiceContext, plan: ContactPlan, wave: Wave, cases: Field, samples: Samples
) -> None:
    """E-mails and text messages to nobody, in the languages that somebody is to get them in."""
    for language in languages_of(cases):
        try:
            words = read_words(ctx.study, language, ctx.translations)
        except UnreadableWordsError as error:
            samples.note(Ground.LETTERS, str(error).splitlines()[0])
            return
        to = Addressed(
            UUID(int=0),
            language,
            wave.closes_on,
            letters.EXAMPLE["name"],
            "somebody@example.org",
            "+31600000000",
        )
        for step in plan.steps:
            for text in step.texts if step.channel is not Channel.LETTER else ():
                for name, content in _preview(ctx, words, step, text, to).items():
                    _keep(samples, f"{step.channel}-{text}-{language}.{name}", content.encode())
                    samples.previews += name == "txt"


def _preview(
    ctx: ServiceContext, words: Words, step: ContactStep, text: str, to: Addressed
) -> Mapping[str, str]:
    """The files of a preview by their ending; none where words lack, which is counted elsewhere."""
    if step.channel is Channel.SMS:
        sms = sms_of(ctx.settings, words, text, to)
        return {} if isinstance(sms, Cannot) else {"txt": f"{sms.body}\n"}
    email = email_of(ctx.settings, words, text, to)
    return dict(_email_files(email)) if isinstance(email, Email) else {}


def _email_files(email: Email) -> Iterator[tuple[str, str]]:
    yield "txt", f"Subject: {email.subject}\n\n{email.text}"
    yield "html", email.html


def _place(ctx: ServiceContext, year: int, folder: Path | None) -> Path | None:
    """An empty folder; only what an earlier rehearsal left in the data directory is taken away."""
    if folder is None and ctx.settings.data_dir is not None:
        forget_samples(ctx, year)
        folder = ctx.settings.data_dir / SAMPLES / str(year)
    if folder is not None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _keep(samples: Samples, name: str, content: bytes) -> None:
    if samples.folder is not None:
        descriptor = os.open(samples.folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
