"""The published findings of a study, computed again on a wave and set beside the printed words."""

from analysis.findings.computed import ComputedFindings, estimate_findings, finding_tables
from analysis.findings.disclosed import published_findings
from analysis.findings.live import compute_findings
from analysis.findings.published import (
    Agreement,
    PublishedContrast,
    PublishedFinding,
    PublishedNumber,
    Standing,
)
from analysis.findings.registry import Finding, Statistic, Strand, read_findings

__all__ = [
    "Agreement", "ComputedFindings", "Finding", "PublishedContrast", "PublishedFinding",
    "PublishedNumber", "Standing", "Statistic", "Strand", "compute_findings", "estimate_findings",
    "finding_tables", "published_findings", "read_findings",
]  # fmt: skip
