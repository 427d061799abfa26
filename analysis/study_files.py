"""Which files of a study a book is made from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class StudyFiles:
    """The files of a study behind a book, found from where its plan lies.

    ``findings``, ``phrases`` and ``summary`` are None where the study has none.
    """

    plan: Path
    recipes: Path
    findings: Path | None
    phrases: Path | None
    summary: Path | None

    @classmethod
    def of_plan(cls, plan: Path, recipes: Path | None = None) -> StudyFiles:
        """Look beside the plan's folder: ``<study>/tables/<plan>.yaml``."""
        study = plan.resolve().parent.parent
        found = [
            path if (path := study / name).is_file() else None
            for name in ("findings.csv", "phrases.yaml", "summary.yaml")
        ]
        return cls(plan, recipes or study / "weights", *found)

    @property
    def recipe_files(self) -> tuple[Path, ...]:
        """All recipes that a table may draw on."""
        return tuple(sorted(self.recipes.glob("*.yaml")))

    @property
    def others(self) -> tuple[Path, ...]:
        """The files beside plan and recipes."""
        return tuple(path for path in (self.findings, self.phrases, self.summary) if path)
