"""What stands in the way of a mailing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.messages.channels import Channel
from app.messages.plan import ContactPlan, check_texts_of_plan
from app.messages.sender import Sender
from app.messages.texts import MessageTexts
from app.services.messaging.addressing import NO_CODE, Field
from app.services.messaging.rehearsal_counts import StepCount, held_back
from app.storage.versions import Version
from app.storage.waves import Wave

MOST_WITHOUT_CONTACT = 0.1
"""Share of a step that may be out of reach before somebody has to look."""


class Ground(StrEnum):
    """What stands in the way of a mailing; some of it a named person may override."""

    NO_VERSION = "not published"
    GATE_OVERRIDE = "published by override"
    EMPTY = "nobody to write to"
    SENDER = "example sender"
    WORDS = "missing words"
    LANGUAGE = "language"
    NO_CODE = "no code"
    UNKNOWN = "unknown outcome"
    UNREACHED = "no way to reach"
    FEW = "few can be reached"
    LATE = "after the wave"
    LONG = "long text message"
    PRELOAD = "no preload"
    UNREVIEWED = "preload not reviewed"
    LETTERS = "letters"
    ADDRESS = "addresses"
    WINDOW = "untested window"
    GONE = "step is gone"

    @property
    def may_be_overridden(self) -> bool:
        """Whether a named person may let it pass: nobody gets a wrong message by it."""
        return self in (
            Ground.GATE_OVERRIDE,
            Ground.UNREACHED,
            Ground.FEW,
            Ground.LATE,
            Ground.LONG,
            Ground.PRELOAD,
            Ground.ADDRESS,
            Ground.WINDOW,
            Ground.GONE,
        )


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing in the way."""

    ground: Ground
    words: str

    def __str__(self) -> str:
        return f"{self.ground}: {self.words}"


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything a rehearsal looks at."""

    wave: Wave
    version: Version | None
    plan: ContactPlan
    texts: MessageTexts | None
    sender: Sender
    field: Field
    synthetic: bool
    unknown: int
    preloads: int
    had: Mapping[str, int]
    """Messages that went out or are due, by step; also of steps that the plan lost."""
    unreviewed: Sequence[str] = ()
    """Why what is frozen may not be shown to people yet."""
    reviewed_alone: Sequence[int] = ()
    """Versions of the preload that were approved by who froze them."""


def blockers_of(stage: Stage, counts: Sequence[StepCount]) -> Iterator[Blocker]:
    """Return what stands in the way of sending what was counted."""
    yield from _of_the_wave(stage)
    yield from _of_words(stage, counts)
    people = {case.person_id for case in stage.field.cases}
    reached = set().union(*stage.field.channels.values())
    if lost := len(people - reached):
        words = f"{lost} of {len(people)} people have no address, e-mail or phone number"
        yield Blocker(Ground.UNREACHED, words)
    for one in counts:
        yield from _of_step(stage, one)


def _of_the_wave(stage: Stage) -> Iterator[Blocker]:
    year = stage.wave.year
    if stage.version is None:
        yield Blocker(Ground.NO_VERSION, f"wave {year} has no published questionnaire")
    elif stage.version.override is not None and not stage.synthetic:
        words = f"version {stage.version.number} of wave {year} did not pass the gate"
        yield Blocker(Ground.GATE_OVERRIDE, words)
    if not stage.synthetic and (examples := stage.sender.examples()):
        yield Blocker(Ground.SENDER, f"sender.yaml: still an example: {', '.join(examples)}")
    if not stage.field.cases:
        yield Blocker(Ground.EMPTY, f"nobody was drawn for wave {year}")
    if stage.unknown:
        words = f"of {stage.unknown} messages nobody knows whether they went out: settle them"
        yield Blocker(Ground.UNKNOWN, words)
    for name in sorted(stage.had.keys() - {one.id for one in stage.plan.steps}):
        words = f"step {name} was sent to {stage.had[name]}, or is due, and is gone from the plan"
        yield Blocker(Ground.GONE, f"{words}: give it back its name")
    again = sum(case.took_part for case in stage.field.cases)
    if again and not stage.preloads:
        words = f"{again} people took part before and no preload of wave {year} is frozen"
        yield Blocker(Ground.PRELOAD, words)
    for words in stage.unreviewed:
        yield Blocker(Ground.UNREVIEWED, words)


def _of_words(stage: Stage, counts: Sequence[StepCount]) -> Iterator[Blocker]:
    if stage.texts is None:
        yield Blocker(Ground.WORDS, "the words of the study cannot be read: see check")
        return
    for problem in check_texts_of_plan(stage.plan, stage.texts):
        yield Blocker(Ground.WORDS, str(problem))
    if stage.version is not None:
        asked = set(stage.version.languages)
        people = Counter(case.language for case in stage.field.cases)
        for language in sorted(people.keys() - asked):
            words = f"{people[language]} people are to be written to in {language}"
            yield Blocker(Ground.LANGUAGE, f"{words}, in which the wave is not asked")
    for channel, language, names in _wordless(stage.texts, counts):
        people_ = sum(one.at_most[language] for one in counts if one.step.channel is channel)
        shown = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
        words = f"{channel}.yaml lacks {language} for {people_} messages: {shown}"
        yield Blocker(Ground.WORDS, words)


def _wordless(
    texts: MessageTexts, counts: Iterable[StepCount]
) -> Iterator[tuple[Channel, str, list[str]]]:
    """Channels and languages with texts that are not there in that language."""
    needed: dict[tuple[Channel, str], dict[str, None]] = {}
    for one in counts:
        channel = one.step.channel
        of_step = [
            text
            for name in one.step.texts
            if (found := texts.steps.get(channel, {}).get(name)) is not None
            for text in ([found.heading] if found.heading else []) + list(found.paragraphs)
        ]
        every = [*texts.shared.get(channel, {}).values(), *of_step]
        for language in one.at_most:
            lacking = [text.context for text in every if not text.text.get(language, "").strip()]
            needed.setdefault((channel, language), {}).update(dict.fromkeys(lacking))
    for (channel, language), names in sorted(needed.items()):
        if names:
            yield channel, language, list(names)


def _of_step(stage: Stage, count: StepCount) -> Iterator[Blocker]:
    step, zone = count.step, stage.plan.quiet.zone
    meant = sum(count.at_most.values()) + sum(count.without.values())
    if codeless := count.without[NO_CODE]:
        yield Blocker(Ground.NO_CODE, f"{step.id}: {codeless} people have no code to print")
    if meant and count.unreached > MOST_WITHOUT_CONTACT * meant:
        share = f"{count.unreached} of {meant} ({count.unreached / meant:.0%})"
        yield Blocker(Ground.FEW, f"{step.id}: {share} cannot be reached by {step.channel}")
    if count.last_due is not None:
        last = count.last_due.astimezone(zone).date()
        if last > stage.wave.closes_on and not step.between:
            words = f"{step.id} goes out until {last}, the wave closes on {stage.wave.closes_on}"
            yield Blocker(Ground.LATE, words)
    for language, parts in sorted(count.parts.items()):
        if parts > 1:
            yield Blocker(Ground.LONG, f"{step.id} takes {parts} parts in {language}")


def notes_of(stage: Stage, counts: Sequence[StepCount]) -> Iterator[str]:
    """Return what whoever lets a mailing go should know, and need not change."""
    cap = stage.plan.at_most
    if cap is not None:
        for state in ("open", "partial"):
            for name in held_back(stage.plan, state):
                yield (
                    f"{name}: who is {state} and got every step before it has had"
                    f" {cap.messages} messages in {cap.days} days and does not get it"
                )
    for number in stage.reviewed_alone:
        yield f"version {number} of the preload was approved by the person who froze it"
    if stage.synthetic:
        yield "synthetic people: the sender may be an example"
    unpriced = {one.step.channel for one in counts} - stage.plan.prices.of.keys()
    if unpriced:
        yield f"plan.yaml has no price for: {', '.join(sorted(unpriced))}"
