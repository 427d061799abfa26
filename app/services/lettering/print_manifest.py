"""What the printer checks the files of a batch with: no name, no address, no code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from app.delivery.letters.render import PrintedFile
from app.services.lettering.letter_words import LetterDesk
from app.services.lettering.letters import Written
from app.services.thanks.incentives_letters import Enclosed
from app.storage.print_batches import PrintBatch
from app.version import VERSION


def manifest_of(
    desk: LetterDesk,
    batch: PrintBatch,
    files: Sequence[PrintedFile],
    written: Written,
    tests: int,
    enclosed: Enclosed,
    references: Mapping[str, Sequence[str]],
) -> dict[str, Any]:
    """Return what the files of a batch hold, and what goes into the envelopes with them.

    ``references`` are those on the letters of each file, in the order of its pages.
    """
    languages = Counter[str]()
    for file in files:
        languages[file.language] += file.letters
    return {
        "batch": str(batch.id),
        "wave": batch.wave,
        "step": batch.step,
        "made_at": batch.made_at.isoformat(),
        "envelope": desk.envelope.name,
        "synthetic": desk.synthetic,
        "letters": sum(languages.values()),
        "test_letters": tests,
        "pages": sum(file.pages for file in files),
        "languages": dict(sorted(languages.items())),
        "files": [asdict(file) for file in files],
        "references": {name: list(some) for name, some in references.items()},
        "left_out": written.counts(),
        "program": VERSION,
    } | enclosed.manifest()
