"""The example book with method, findings and a summary: every part that a report has."""

from __future__ import annotations

from dataclasses import replace

from analysis.book import Book
from analysis.findings.published import (
    Agreement,
    PublishedFinding,
    PublishedNumber,
    Standing,
)
from analysis.findings.registry import Statistic, Strand
from analysis.method import Count, MarginMet, Method, WaveResponse, WeightNote
from analysis.summary import Origin, Paragraph, Sentence, Summary, SummaryChapter
from tests.unit.analysis.books import example_book

NUMBER = PublishedNumber(
    code="1",
    label="",
    statistic="share",
    estimate=0.731,
    se=0.012,
    low=0.707,
    high=0.754,
    n=1240,
    weighted_n=68200.0,
    flag="",
)
HIDDEN = replace(
    NUMBER,
    estimate=None,
    se=None,
    low=None,
    high=None,
    n=None,
    weighted_n=None,
    flag="suppressed",
)


def whole_book(language: str = "nl") -> Book:
    """Give a book with every part a report has."""
    return replace(
        example_book(language),
        findings=(
            finding("F18", NUMBER, Standing.PRINTED),
            finding("F24", HIDDEN, Standing.SUPPRESSED),
        ),
        summary=summary(),
        method=method(),
    )


def finding(name: str, number: PublishedNumber, standing: Standing) -> PublishedFinding:
    return PublishedFinding(
        id=name,
        section="Taal",
        research_question="RQ2",
        strand=Strand.SURVEY,
        statistic=Statistic.SHARE,
        statement="Mensen vinden dat zij genoeg leren",
        group="all",
        base="true",
        published="bijna driekwart",
        published_low=0.70,
        published_high=0.75,
        numbers=(number,),
        contrasts=(),
        standing=standing,
        agreement=Agreement.INSIDE if number.estimate else Agreement.NOT_TESTED,
        is_contradicted=False,
        note="",
        source="",
    )


def summary() -> Summary:
    sentence = Sentence("Bijna driekwart leert genoeg.", Origin.GENERATED, ("F18",), (NUMBER,))
    fixed = Sentence("Wij vroegen het aan nieuwkomers.", Origin.FIXED)
    chapter = SummaryChapter("taal", "Leren mensen genoeg?", (Paragraph((sentence, fixed)),))
    return Summary(
        2025, ("Samenvatting",), "CONCEPT: een redacteur moet dit nog lezen.", (chapter,)
    )


def method() -> Method:
    response = WaveResponse(
        wave=2024,
        drawn=Count("drawn", 3100),
        interviews=Count("interviews", 1240),
        outcomes=(Count("1.1", 1240), Count("1.2", None, "suppressed"), Count("3.19", 1830)),
        rate=0.402,
        rate_name="AAPOR RR2",
        languages=(Count("nl", 700), Count("ti", 540)),
        modes=(Count("web", 1240),),
    )
    weight = WeightNote(
        name="w1_cs",
        title={"nl": "Dwarsdoorsnede 2024", "en": "Cross-section 2024"},
        version="0123456789abcdef",
        waves=(2024,),
        n=Count("n", 1240),
        n_eff=Count("n_eff", 1120),
        people=95540.0,
        design_effect=1.11,
        lowest=0.83,
        highest=2.47,
        margins=(MarginMet("group_x_act", 6, 0.0),),
        reference_date="2023-10-01",
        model_based=False,
    )
    return Method((response,), (weight,))
