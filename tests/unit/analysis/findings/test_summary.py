"""The plain summary: Dutch that holds, sentences tied to numbers, nothing claimed too much."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.codebook import Code, Codebook, Variable
from analysis.errors import AnalysisError, RecipeError
from analysis.findings import (
    Agreement,
    PublishedContrast,
    PublishedFinding,
    PublishedNumber,
    Standing,
    Statistic,
    Strand,
    read_findings,
)
from analysis.phrases import read_phrases
from analysis.summary import (
    Origin,
    Scope,
    Summary,
    draft_summary,
    read_skeleton,
    summary_text,
)
from analysis.summary.skeleton import Abbreviation, Term
from analysis.summary.style import style_warnings
from analysis.wording import Wording

STUDY = Path("surveys/perspectief")
PHRASES = read_phrases(STUDY / "phrases.yaml")
ENGLISH = Wording("en")
ACTS = ("wi2021", "wi2013")
CODEBOOK = Codebook(
    "test",
    ("nl",),
    {},
    {
        name: Variable(name, "derived", (), {}, {}, tuple(Code(c, {"nl": w}) for c, w in codes), ())
        for name, codes in {
            "r_grp": [("asiel", "Asiel"), ("gezin", "Gezin"), ("overig", "Overig")],
            "r_regime": [("wi2021", "Wi2021"), ("wi2013", "Wi2013"), ("onbekend", "Onbekend")],
            "case_lang": [("nl", "Nederlands"), ("ti", "Tigrinya")],
        }.items()
    },
    research_questions={"RQ1": {"nl": "Meedoen?"}, "RQ2": {"nl": "Taal?"}},
)


# --- findings as they come out of a wave ----------------------------------------------------------


def number(share: float | None, *, half: float = 0.02, code: str = "1", label: str = "ja"):
    if share is None:
        return PublishedNumber(
            code, label, "share", None, None, None, None, None, None, "suppressed"
        )
    phrase = PHRASES.phrase(share, share - half, share + half)
    interval = (share - half, share + half)
    return PublishedNumber(code, label, "share", share, half / 2, *interval, 1000, 9e4, "", phrase)


def published(name: str = "F1", *numbers: PublishedNumber, **changes) -> PublishedFinding:
    printed = any(one.estimate is not None for one in numbers) or changes.get("contrasts")
    defaults = {
        "id": name,
        "section": "",
        "research_question": "RQ1",
        "strand": Strand.SURVEY,
        "statistic": Statistic.SHARE,
        "statement": "",
        "group": "",
        "base": "true",
        "published": "",
        "published_low": None,
        "published_high": None,
        "numbers": numbers,
        "contrasts": (),
        "standing": Standing.PRINTED if printed else Standing.SUPPRESSED,
        "agreement": Agreement.NOT_TESTED,
        "is_contradicted": False,
        "note": "",
        "source": "",
    }
    return PublishedFinding(**{**defaults, **changes})


def difference(a: float, b: float, level: str, expected: int = -1) -> PublishedContrast:
    gap = round(a - b, 6)
    return PublishedContrast("ja", "Gezin", "Asiel", number(a), number(b), gap, level, expected)


SKELETON = """
title: ["Uitkomsten {period}"]
draft: "CONCEPT"
editor: "[Redactie: {task}]"
waves: {"2024": {period: "2023-2024"}}
respondents: "die meededen"
chapters:
  - heading: "Wat vonden we?"
    paragraphs:
      - LINES
"""


@pytest.fixture
def draft(tmp_path) -> Callable[..., Summary]:
    """Draft a summary of one paragraph with these lines, each in YAML."""

    def write(*lines: str, findings=(), more: str = "", paragraph: str = "") -> Summary:
        path = tmp_path / "summary.yaml"
        text = SKELETON.replace("LINES", paragraph or "[" + ", ".join(lines) + "]") + more
        path.write_text(text, encoding="utf-8")
        return draft_summary(read_skeleton(path), findings, PHRASES, CODEBOOK, 2024, ENGLISH)

    return write


def texts(summary: Summary) -> list[str]:
    return [sentence.text for sentence in summary.sentences()]


# --- grammar --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "sentence"),
    [
        (0.70, "Zeven op de tien mensen vinden dat."),
        (0.33, "Eén op de drie mensen vindt dat."),
        (0.50, "De helft van de mensen vindt dat."),
        (0.73, "Bijna driekwart van de mensen vindt dat."),
        (0.98, "Bijna alle mensen vinden dat."),
        (0.02, "Bijna geen mensen vinden dat."),
    ],
)
def test_verb_agrees_with_the_share_and_sentences_begin_with_a_capital(draft, share, sentence):
    line = '{finding: F1, group: "mensen", text: "{part} [vindt|vinden] dat."}'

    assert texts(draft(line, findings=[published("F1", number(share))])) == [sentence]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Dat [zegt|zeggen] {part}.", "Dat zegt de helft van de mensen die werken."),
        ("{part} [werkt|werken].", "De helft van de mensen die werken, werkt."),
        ("Voor {phrase} is dat moeilijk.", "Voor de helft is dat moeilijk."),
        (
            "{part} [kwam|kwamen] of [bleef|bleven] thuis.",
            "De helft van de mensen die werken, kwam of bleef thuis.",
        ),
    ],
)
def test_verb_before_its_subject_agrees_too_and_no_comma_is_left_over(draft, text, sentence):
    line = f'{{finding: F1, group: "mensen die werken,", text: "{text}"}}'

    assert texts(draft(line, findings=[published("F1", number(0.5))])) == [sentence]


def test_claim_about_respondents_says_so(draft):
    line = '{finding: F1, group: "mensen", scope: respondents, text: "{part} [is|zijn] tevreden."}'

    summary = draft(line, findings=[published("F1", number(0.6))])

    (sentence,) = summary.sentences()
    assert sentence.text == "Zes op de tien mensen die meededen, zijn tevreden."
    assert sentence.scope is Scope.RESPONDENTS


def test_two_shares_stand_in_one_sentence(draft):
    line = '{finding: F1, group: "mensen", text: "Voor {part} te snel, voor {phrase2} te traag."}'

    summary = draft(line, findings=[published("F1", number(0.2), number(0.1))])

    assert texts(summary) == ["Voor één op de vijf mensen te snel, voor één op de tien te traag."]
    assert len(next(summary.sentences()).numbers) == 2


# --- answers by size, counts ----------------------------------------------------------------------

RANKED = (
    '{finding: F1, labels: ["werk", "een studie", "geld"], text: "Mensen noemen vooral {first}."}',
    '{finding: F1, labels: ["werk", "een studie", "geld"], text: "Daarna volgt {others}."}',
)


@pytest.mark.parametrize(
    ("shares", "sentences"),
    [
        ((0.3, 0.5, 0.4), ["Mensen noemen vooral een studie.", "Daarna volgt geld en werk."]),
        ((0.5, 0.5, 0.4), ["Mensen noemen vooral werk en een studie.", "Daarna volgt geld."]),
        ((0.501, 0.496, 0.4), ["Mensen noemen vooral werk en een studie.", "Daarna volgt geld."]),
        ((None, 0.5, 0.4), ["Mensen noemen vooral een studie.", "Daarna volgt geld."]),
        ((0.5, 0.5, 0.5), []),
    ],
)
def test_answers_are_named_by_size_and_equals_together(draft, shares, sentences):
    finding = published("F1", *map(number, shares), statistic=Statistic.SHARE_EACH)

    summary = draft(*RANKED, findings=[finding])

    assert texts(summary) == sentences
    unprinted = "F1: 'werk' is not printed, so it has no place in the order"
    assert (unprinted in summary.warnings) is (None in shares)


def test_counts_have_dutch_separators_and_languages_are_listed(draft):
    count = PublishedNumber("c", "", "count", 4120.0, None, None, None, 4120, None, "")
    languages = published(
        "F2",
        number(0.9, code="nl", label="Nederlands"),
        number(None, code="ti", label="Tigrinya"),
        number(0.0, code="tr", label="Turks"),
        statistic=Statistic.DISTRIBUTION,
    )
    summary = draft(
        '{finding: F1, text: "Ongeveer {count} mensen deden mee."}',
        '{finding: F2, text: "In {how_many} talen: {languages}."}',
        findings=[published("F1", count, statistic=Statistic.COUNT), languages],
    )

    assert texts(summary) == [
        "Ongeveer 4.120 mensen deden mee.",
        "In twee talen: Nederlands en Tigrinya.",
    ]
    assert summary.coverage.languages == ()


# --- differences ----------------------------------------------------------------------------------

CLAIMS = (
    '{finding: F1, text: "Zij zeggen {more} dat zij {claims}.", '
    'claims: ["werken", "leren", "komen"]}'
)


def test_claims_as_far_apart_share_a_sentence_and_untested_ones_are_left_out(draft):
    contrasts = (
        difference(0.60, 0.66, "1 %"),
        difference(0.50, 0.54, "5 %"),
        difference(0.50, 0.60, "none"),
    )
    finding = published("F1", contrasts=contrasts)

    summary = draft(CLAIMS, findings=[finding])

    (sentence,) = summary.sentences()
    assert sentence.text == "Zij zeggen iets minder vaak dat zij werken en leren."
    assert sentence.contrasts == contrasts[:2]
    assert [(one.finding, one.reason) for one in summary.left_out] == [
        ("F1", "a test finds no difference")
    ]


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        (0.50, 0.53, "iets minder vaak"),
        (0.59, 0.50, "iets vaker"),
        (0.50, 0.60, "minder vaak"),
        (0.69, 0.50, "vaker"),
        (0.30, 0.50, "veel minder vaak"),
        (0.70, 0.50, "veel vaker"),
    ],
)
def test_adverb_of_a_difference(draft, a, b, words):
    finding = published("F1", contrasts=(difference(a, b, "1 %"),))
    line = '{finding: F1, texts: ["Zij zeggen dat {more}."]}'

    assert texts(draft(line, findings=[finding])) == [f"Zij zeggen dat {words}."]


def test_difference_found_but_under_three_points_has_no_word(draft):
    finding = published("F1", contrasts=(difference(0.50, 0.52, "1 %"),))

    summary = draft('{finding: F1, texts: ["Zij zeggen dat {more}."]}', findings=[finding])

    assert texts(summary) == []
    assert summary.left_out[0].reason == "the difference is too small for a word"


def test_other_direction_than_published_is_written_and_warned_of(draft):
    finding = published("F1", contrasts=(difference(0.70, 0.60, "1 %", expected=-1),))

    summary = draft('{finding: F1, texts: ["Zij zeggen dat {more}."]}', findings=[finding])

    assert texts(summary) == ["Zij zeggen dat vaker."]
    assert any("the other way round" in warning for warning in summary.warnings)


# --- what is not written --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("finding", "reason"),
    [
        (published("F1", number(None)), "too few people to print"),
        (published("F1", standing=Standing.NOT_ASKED), "not asked in this wave"),
    ],
)
def test_sentence_without_a_printed_number_is_left_out_and_listed(draft, finding, reason):
    line = '{finding: F1, group: "mensen", text: "{part} [is|zijn] blij."}'

    summary = draft(line, findings=[finding])

    assert texts(summary) == []
    (left_out,) = summary.left_out
    assert (left_out.finding, left_out.place, left_out.reason) == ("F1", "Wat vonden we?", reason)


def test_sentence_that_needs_another_goes_with_it(draft):
    lines = (
        '{finding: F1, group: "mensen", text: "{part} [werkt|werken]."}',
        '{finding: F2, after: F1, text: "Voor {phrase} is dat zwaar."}',
    )
    both = [published("F1", number(0.6)), published("F2", number(0.3))]
    without = [published("F1", number(None)), published("F2", number(0.3))]

    assert len(texts(draft(*lines, findings=both))) == 2
    summary = draft(*lines, findings=without)
    assert texts(summary) == []
    assert [one.finding for one in summary.left_out] == ["F1", "F2"]


def test_vague_word_is_blocked_where_it_is_plainly_wrong(draft):
    line = '{finding: F1, says: "veel", text: "Veel mensen werken."}'

    assert texts(draft(line, findings=[published("F1", number(0.25))])) == ["Veel mensen werken."]
    summary = draft(line, findings=[published("F1", number(0.24))])
    assert texts(summary) == []
    assert summary.left_out[0].reason == "'veel' is wrong for this share"


def test_outcome_of_conversations_is_a_place_for_the_editor(draft):
    """Even where the survey has a number for it."""
    line = '{finding: F1, editor: "hoe lang wachten zij?"}'

    summary = draft(line, findings=[published("F1", number(0.6), strand=Strand.CONVERSATIONS)])

    (sentence,) = summary.sentences()
    assert sentence.origin is Origin.EDITOR
    assert sentence.numbers == ()
    assert sentence.text == "[Redactie: hoe lang wachten zij?]"


def test_bullet_without_any_of_its_findings_is_not_there(draft):
    bullet = (
        '{label: "Werk", bullet: ["Werk is fijn.", '
        '{finding: F1, group: "mensen", text: "{part} [werkt|werken]."}]}'
    )

    assert texts(draft(paragraph=bullet, findings=[published("F1", number(None))])) == []
    summary = draft(paragraph=bullet, findings=[published("F1", number(0.6))])
    assert summary_text(summary).splitlines()[-1] == (
        "- Werk. Werk is fijn. Zes op de tien mensen werken."
    )


# --- terms and style ------------------------------------------------------------------------------

TERMS = """
terms:
  - {forms: ["azc"], says: "Een azc is een plek waar mensen wonen die asiel vragen."}
"""


def test_term_is_explained_behind_its_first_use_only(draft):
    summary = draft(
        '"Mensen leren de taal."', '"Dat kan in het azc."', '"Het azc helpt."', more=TERMS
    )

    assert texts(summary) == [
        "Mensen leren de taal.",
        "Dat kan in het azc.",
        "Een azc is een plek waar mensen wonen die asiel vragen.",
        "Het azc helpt.",
    ]
    assert [one.origin for one in summary.sentences()][2] is Origin.EXPLANATION
    assert not summary.warnings


@pytest.mark.parametrize(
    ("sentences", "warning"),
    [
        (["Mensen leren de taal."], None),
        (["Dat is 71% van de mensen."], "a share in digits"),
        (["Dat is 71 procent van de mensen."], "a share in digits"),
        (["Dat vinden 7 op de 10 mensen."], "a share in digits"),
        (["Sinds 2022 wachten 4.120 mensen 6 maanden."], None),
        (["Het verschil is significant."], "technical word 'significant'"),
        (["Zie de tabel hieronder."], "technical word 'tabel'"),
        ([" ".join(["woord"] * 14) + "."], None),
        ([" ".join(["woord"] * 15) + "."], "15.0 words a sentence on average"),
        ([" ".join(["woord"] * 32) + ".", *["Kort."] * 30], "32 words"),
        ([" ".join(["woord"] * 31) + ".", *["Kort."] * 30], None),
        (["Een kort begin.", *[" ".join(["w"] * 21)] * 2, *["Kort."] * 27], "2 of 30 sentences"),
        (["Een kort begin.", " ".join(["w"] * 21), *["Kort."] * 28], None),
        (["Dit is de brede intake."], "'brede intake' is not explained"),
        (["Dit is de brede intake.", "Dat is een groot gesprek."], None),
        (["Dit is de brede intake.", "Die duurt lang.", "Dat is een groot gesprek."], "not expl"),
        (["Zij wonen in een azc."], "'azc' stands before its full name"),
        (["Zij wonen in een asielzoekerscentrum (azc).", "Het azc is vol."], None),
    ],
)
def test_style_is_that_of_the_published_summary(sentences, warning):
    """Limits are those measured on the published text: *From number to words*, section 4."""
    terms = [Term(("brede intake",), "Dat is een groot gesprek.")]
    found = style_warnings(sentences, terms, [Abbreviation("azc", "asielzoekerscentrum")], ENGLISH)

    if warning is None:
        # A 31-word sentence among short ones is long, but one in thirty may be.
        assert found == []
    else:
        assert len(found) == 1
        assert warning in found[0]


def test_summary_is_always_marked_as_a_draft(draft):
    summary = draft('"Mensen leren de taal."')

    assert summary.draft == "CONCEPT"
    assert summary_text(summary).startswith("CONCEPT\n")


def test_extremes_and_contradictions_are_put_before_the_editor(draft):
    line = '{finding: F1, group: "mensen", text: "{part} [is|zijn] blij."}'
    nearly_all = published("F1", number(0.97), published="Veel", is_contradicted=True)

    warnings = draft(line, findings=[nearly_all]).warnings

    assert len(warnings) == 2
    assert "nearly nobody or everybody" in warnings[0]
    assert "F1 was published as 'Veel'" in warnings[1]


# --- coverage -------------------------------------------------------------------------------------


def test_coverage_lists_what_no_printed_finding_is_about(draft):
    line = '{finding: F1, group: "gezinsmigranten", text: "{part} [leest|lezen] Nederlands."}'
    base = "r_grp == 'gezin' and r_regime == 'wi2021'"

    told = draft(line, findings=[published("F1", number(0.6), base=base)]).coverage
    silent = draft(line, findings=[published("F1", number(None), base=base)]).coverage

    assert (told.research_questions, told.groups, told.acts) == (
        ("RQ2",),
        ("Asiel", "Overig"),
        ("Wi2013",),
    )
    assert told.languages == ("Tigrinya",)
    assert silent.research_questions == ("RQ1", "RQ2")
    assert silent.groups == ("Asiel", "Gezin", "Overig")


# --- the study's own skeleton ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def skeleton():
    return read_skeleton(STUDY / "summary.yaml")


def test_findings_stand_in_the_sections_of_the_published_summary(skeleton):
    """*From number to words*, section 5; sections are in the registry by their heading."""
    registry = {one.id: one for one in read_findings(STUDY / "findings.csv")}
    place: dict[str, str] = {}

    def walk(chapters, top):
        for chapter in chapters:
            for block in chapter.blocks:
                for line in block.lines:
                    if line.finding:
                        place.setdefault(
                            line.finding, f"{top or chapter.heading}/{chapter.heading}"
                        )
            walk(chapter.sections, top or chapter.heading)

    walk(skeleton.chapters, "")

    assert place.keys() == registry.keys()
    for name, where in place.items():
        heading = re.sub(r"^\d\. |\s*\(Wi2013\)$", "", registry[name].section)
        assert heading.rstrip("?") in where, name
    repeated = Counter(line.finding for line in skeleton.lines() if line.finding)
    assert set(repeated) == set(registry)


def test_conversations_and_advice_are_never_made_from_numbers(skeleton):
    registry = {one.id: one for one in read_findings(STUDY / "findings.csv")}
    told = {Strand.CONVERSATIONS, Strand.RESEARCHERS}

    for line in skeleton.lines():
        if line.finding and registry[line.finding].strand in told:
            assert line.is_editors, line.finding


def full_wave(share: float) -> list[PublishedFinding]:
    """Every finding of the study as if each share of the wave were this, and every test found."""
    findings = []
    for one in read_findings(STUDY / "findings.csv"):
        codes = ["1"] * max(len(one.numerators), 1)
        if one.id == "M03":
            codes = [f"{act}.{group}" for act in ACTS for group in ("asiel", "gezin_overig")]
        # Each answer a little smaller than the one before.
        numbers = tuple(
            number(max(share - 0.02 * k, 0.01), code=code, label="Nederlands")
            for k, code in enumerate(codes)
        )
        if one.statistic is Statistic.COUNT:
            numbers = (PublishedNumber("c", "", "count", 4120.0, *(None,) * 3, 4120, None, ""),)
        pairs = len(one.comparisons) * max(len(one.numerators), 1)
        contrasts = tuple(difference(0.6, 0.65, "1 %") for _ in range(pairs))
        computed = one.statistic is not Statistic.NONE
        standing = Standing.PRINTED if computed else Standing.NOT_COMPUTED
        findings.append(
            published(
                one.id,
                *(() if contrasts else numbers),
                contrasts=contrasts,
                standing=standing,
                strand=one.strand,
                statistic=one.statistic,
                base=one.base,
            )
        )
    return findings


@pytest.mark.parametrize("share", [0.02, 0.1, 0.33, 0.5, 0.62, 0.7, 0.73, 0.9, 0.98])
def test_whole_summary_keeps_the_style_whatever_the_shares(skeleton, share):
    summary = draft_summary(skeleton, full_wave(share), PHRASES, CODEBOOK, 2024, ENGLISH)

    style = [text for text in summary.warnings if "nearly nobody" not in text]
    assert style == []
    for sentence in summary.sentences():
        assert sentence.text == sentence.text.strip()
        assert not re.search(r"[{}|]|\s{2}|,,|,\.|\b(?:van de )?(?:geen|alle) hen\b", sentence.text)
        assert sentence.text[0].isupper() or sentence.text[0] in "[0123456789"
        assert sentence.text[-1] in ".?:]"
        if sentence.origin is Origin.GENERATED:
            assert sentence.numbers or sentence.contrasts
            assert sentence.findings


def test_all_sentences_are_left_out_when_nothing_may_be_printed(skeleton):
    nothing = [
        published(one.id, number(None), strand=one.strand, statistic=one.statistic)
        for one in read_findings(STUDY / "findings.csv")
    ]

    summary = draft_summary(skeleton, nothing, PHRASES, CODEBOOK, 2024, ENGLISH)

    assert not [one for one in summary.sentences() if one.origin is Origin.GENERATED]
    generated = {
        line.finding
        for line in skeleton.lines()
        if line.finding and not line.is_editors and not line.is_fixed
    }
    assert {one.finding for one in summary.left_out} == generated


@pytest.mark.parametrize("wave", [2024, 2025, 2027])
def test_title_has_the_words_of_the_wave(skeleton, wave):
    summary = draft_summary(skeleton, full_wave(0.5), PHRASES, CODEBOOK, wave, ENGLISH)

    assert str(wave) in summary.title[1]
    assert "CONCEPT" in summary.draft


# --- faults ---------------------------------------------------------------------------------------


def test_finding_or_wave_that_is_not_there_is_named(draft, skeleton):
    with pytest.raises(AnalysisError, match="findings there are none of: F9"):
        draft('{finding: F9, editor: "?"}', findings=[published("F1", number(0.5))])
    with pytest.raises(AnalysisError, match="no words for wave 2031"):
        draft_summary(skeleton, full_wave(0.5), PHRASES, CODEBOOK, 2031, ENGLISH)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{finding: F1, after: F9, text: "a"}', "findings there are none of: F9"),
        ('{finding: F1, labels: ["a", "b"], text: "{first}"}', "2 labels for F1, which has 1"),
        ('{finding: F1, texts: ["a"]}', "1 texts for F1, which has 0"),
        ('{finding: F1, number: 2, text: "{phrase}"}', "number 2 of F1, which has 1"),
    ],
)
def test_words_that_do_not_fit_their_finding_are_refused(draft, line, message):
    with pytest.raises(AnalysisError, match=message):
        draft(line, findings=[published("F1", number(0.5))])


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{finding: F1, text: "a", editor: "b"}', "one of text, texts, editor and fixed"),
        ('{finding: F1, text: "a", scope: everybody}', "scope 'everybody' is none of"),
        ('{finding: F1, txt: "a"}', "unknown key 'txt'"),
        ('{text: "a"}', "key 'finding' is missing"),
    ],
)
def test_faults_of_the_skeleton_are_named_with_their_line(draft, line, message):
    with pytest.raises(RecipeError, match=rf": \d+: .*{message}"):
        draft(line, findings=[published("F1", number(0.5))])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{whole} [is|zijn] blij.", r"no words for \{whole\}|no share to agree with"),
        ("Mensen [is|zijn] blij.", "no share to agree with"),
    ],
)
def test_sentence_that_asks_for_words_there_are_none_of_is_refused(draft, text, message):
    with pytest.raises(AnalysisError, match=message):
        draft(f'{{finding: F1, text: "{text}"}}', findings=[published("F1", number(0.5))])
