"""The plain Dutch summary of a wave: a draft for an editor, every sentence tied to its number."""

from analysis.summary.draft import draft_summary
from analysis.summary.model import (
    Coverage,
    LeftOut,
    Origin,
    Paragraph,
    Scope,
    Sentence,
    Summary,
    SummaryChapter,
    summary_text,
)
from analysis.summary.skeleton import Skeleton, read_skeleton

__all__ = [
    "Coverage", "LeftOut", "Origin", "Paragraph", "Scope", "Sentence", "Skeleton", "Summary",
    "SummaryChapter", "draft_summary", "read_skeleton", "summary_text",
]  # fmt: skip
