"""The words of letters, e-mails and text messages: ``letters/*.yaml`` of a study.

Each text has a name, as the texts of the questionnaire have, so that translators find both in one
catalog and nothing can be sent that was not listed for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.messages.channels import Channel
from app.questionnaire.document import Document, Node, Problem
from app.questionnaire.model import Text
from app.questionnaire.texts import BankText
from app.questionnaire.written import isolate_faults, letter_faults

FOLDER = "letters"
INSERTIONS: Mapping[Channel, frozenset[str]] = {
    Channel.LETTER: frozenset({"name", "code", "url", "closes", "minutes", "phone", "email"}),
    Channel.EMAIL: frozenset(
        {"name", "url", "closes", "minutes", "phone", "email", "unsubscribe", "details"}
    ),
    Channel.SMS: frozenset({"url"}),
}
"""What may be inserted. A code goes into letters only: the rest is read on shared phones."""
MAX_PARAGRAPH = 300
"""Characters of one paragraph."""
MAX_SMS = 51
"""Characters of a text message with ``{url}`` as it stands.

One part in UCS-2 is 70 characters (3GPP TS 23.038); an address of up to 24 then fits.
"""
_INSERTION = re.compile(r"\{(\w*)\}")


@dataclass(frozen=True, slots=True)
class StepText:
    """The words of one message, in order; a text message has no heading."""

    heading: BankText | None
    """Title of a letter, subject of an e-mail."""
    paragraphs: tuple[BankText, ...]


@dataclass(frozen=True, slots=True)
class MessageTexts:
    """All words a study sends."""

    shared: Mapping[Channel, Mapping[str, BankText]]
    """Greeting, trust statement … by their key."""
    steps: Mapping[Channel, Mapping[str, StepText]]
    """By channel and the name that a contact plan uses."""

    def all(self) -> list[BankText]:
        """Return every text once, in the order translators meet them."""
        return list(self._each())

    def _each(self) -> Iterator[BankText]:
        for channel in Channel:
            yield from self.shared.get(channel, {}).values()
            for step in self.steps.get(channel, {}).values():
                yield from [step.heading] if step.heading else []
                yield from step.paragraphs

    def filled(self, words: Mapping[str, Text]) -> MessageTexts:
        """Return the same with the words of each text, by its name, in more languages."""

        def fill(one: BankText) -> BankText:
            return replace(one, text={**one.text, **words.get(one.context, {})})

        return MessageTexts(
            {
                channel: {key: fill(one) for key, one in shared.items()}
                for channel, shared in self.shared.items()
            },
            {
                channel: {
                    name: StepText(
                        fill(step.heading) if step.heading else None,
                        tuple(map(fill, step.paragraphs)),
                    )
                    for name, step in steps.items()
                }
                for channel, steps in self.steps.items()
            },
        )


def read_message_texts(
    study: Path, languages: Sequence[str]
) -> tuple[MessageTexts | None, list[Problem]]:
    """Return the words of a study in the languages it is written in, or every problem.

    A study without a folder of letters has no messages: that is no problem here.
    """
    problems: list[Problem] = []
    shared: dict[Channel, Mapping[str, BankText]] = {}
    steps: dict[Channel, Mapping[str, StepText]] = {}
    for channel in Channel:
        file = study / FOLDER / f"{channel}.yaml"
        if file.exists():
            reader = _Reader(channel, languages, f"{FOLDER}/{file.name}")
            root = Document(file, str(Path(study.name) / FOLDER / file.name), problems).root
            block = root.block(("steps",), ("shared",)) if root is not None else {}
            if "shared" in block:
                shared[channel] = reader.shared(block["shared"])
            if "steps" in block:
                steps[channel] = reader.steps(block["steps"])
    return (None if problems else MessageTexts(shared, steps)), problems


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one file; what is wrong goes to the problems of its document."""

    channel: Channel
    languages: Sequence[str]
    file: str

    def shared(self, node: Node) -> dict[str, BankText]:
        return {
            key: self.text(value, f"{self.channel}|{key}", "stands in every message", value)
            for _, key, value in node.pairs()
        }

    def steps(self, node: Node) -> dict[str, StepText]:
        return {name: self.step(value, name) for _, name, value in node.pairs()}

    def step(self, node: Node, name: str) -> StepText:
        context = f"{self.channel} {name}"
        if self.channel is Channel.SMS:
            return StepText(None, (self.text(node, context, "text message", node),))
        heading = "title" if self.channel is Channel.LETTER else "subject"
        block = node.block((heading, "paragraphs"))
        top = None
        if heading in block:
            kind = f"{heading} of a {'letter' if heading == 'title' else 'message'}"
            top = self.text(block[heading], f"{context}|{heading}", kind, block[heading])
        paragraphs: dict[str, BankText] = {}
        for one in block["paragraphs"].items() if "paragraphs" in block else ():
            paragraph = self.paragraph(one, context)
            if paragraph.context in paragraphs:
                one.wrong(f'"{paragraph.context}" stands twice')
            paragraphs[paragraph.context] = paragraph
        return StepText(top, tuple(paragraphs.values()))

    def paragraph(self, node: Node, context: str) -> BankText:
        block = node.block(("id", *self.languages))
        name = block["id"].some_text("id") if "id" in block else "?"
        words = {
            code: block[code].some_text(f"text ({code})")
            for code in self.languages
            if code in block
        }
        return self.checked(words, f"{context}|{name}", "paragraph", node)

    def text(self, node: Node, context: str, kind: str, at: Node) -> BankText:
        return self.checked(node.words(self.languages, context), context, kind, at)

    def checked(self, words: Text, context: str, kind: str, at: Node) -> BankText:
        longest = MAX_SMS if self.channel is Channel.SMS else MAX_PARAGRAPH
        for code, one in words.items():
            if len(one) > longest:
                at.wrong(f"{context} ({code}) has {len(one)} characters, expected {longest}")
            for fault in (*letter_faults(one), *isolate_faults(one)):
                at.wrong(f"{context} ({code}) {fault}")
            for name in _INSERTION.findall(one):
                if name not in INSERTIONS[self.channel]:
                    expected = ", ".join(sorted(INSERTIONS[self.channel]))
                    at.wrong(f"{context} ({code}) inserts {{{name}}}, expected {expected}")
        return BankText(context, kind, words, self.file, longest)
