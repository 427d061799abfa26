"""Why an analysis is refused. Each message says what was found, what was expected, and where."""

from __future__ import annotations

from collections.abc import Sequence


class AnalysisError(Exception):
    """Any refusal of this package; the message is fit to be shown to the analyst."""


class ReleaseError(AnalysisError):
    """The release folder is incomplete, changed after export, or contradicts itself."""


class ExpressionError(AnalysisError):
    """An expression does not parse, or names what the release does not have."""


class UnknownVariableError(AnalysisError):
    """A variable that is not in the codebook or the frame."""


class DesignError(AnalysisError):
    """The sampling design cannot give a standard error: lonely units, faulty weights, no cases."""


class EmptyDomainError(DesignError):
    """No case falls in the domain that an estimate was asked for."""


class RecipeError(AnalysisError):
    """A weighting recipe or table plan is not well formed; lists all faults at once."""

    def __init__(self, source: str, problems: Sequence[str]) -> None:
        self.source = source
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{source}: {problem}" for problem in problems))


class CalibrationError(AnalysisError):
    """Weights that meet the margins do not exist, or were not found.

    ``margins`` names every margin at fault, ``levels`` the levels as ``(margin, level)``.
    """

    def __init__(self, message: str, levels: Sequence[tuple[str, str]] = ()) -> None:
        self.levels = tuple(levels)
        self.margins = tuple(dict.fromkeys(margin for margin, _ in levels))
        super().__init__(message)


class MarginError(CalibrationError):
    """A population margin does not fit the sample or the other margins."""


class CancelledError(AnalysisError):
    """The caller asked to stop; nothing was written."""
