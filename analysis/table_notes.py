"""What stands under a table: weight and version, base, who is left out, tests, marks."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from analysis.codebook import Codebook, words
from analysis.disclosure.policy import Policy
from analysis.disclosure.rounding import round_half_up
from analysis.plan import Kind, Variance
from analysis.printed import NOT_ASKED, SMALL, SUPPRESSED, count_text
from analysis.tables import TableFacts
from analysis.wording import Wording

VERSION_DIGITS = 8
_IS = re.compile(r"(?P<variable>\w+) == '(?P<code>[^']*)'")
_AMONG = re.compile(r"(?P<variable>\w+) in \((?P<codes>'[^']*'(?:, *'[^']*')*),?\)")
_BRACKETED = re.compile(r"\([^()]*\)")
_COMPOUND = re.compile(r"\b(?:or|not)\b|(?<! in )\(")
_CHOSE = re.compile(r"'(?P<code>[^']*)' in (?P<variable>\w+)")


def notes_of(
    facts: TableFacts, codebook: Codebook, policy: Policy, say: Wording
) -> tuple[str, ...]:
    """Say how the numbers of one question were made.

    Counts of interviews left out are rounded like every other count; one under the minimum cell is
    only said to be so.
    """
    return (
        *_weight(facts, say),
        *_base(facts, codebook, say),
        *_left_out(facts, codebook, policy, say),
        *_method(facts, say),
    )


def standing_sentences(policy: Policy, say: Wording, *, synthetic: bool) -> tuple[str, ...]:
    """Give what goes for every table: synthetic origin first, then rounding, masking and marks."""
    sentences = [
        say.gettext(
            "n counts interviews; weighted n, the people of the population they stand for; n_eff, "
            "the interviews of a simple random sample that would be as precise."
        ),
        say.gettext(
            "n and n_eff are rounded to multiples of %(unit)s, weighted n to what so many "
            "interviews stand for, percentages to one decimal, each by itself: parts may not add "
            "up to their total.",
            unit=policy.count_unit,
        ),
        say.gettext(
            "%(mark)s: not published, because it rests on too few people or would give such a "
            "number back. %(none)s: not asked, or nobody to ask.",
            mark=SUPPRESSED,
            none=NOT_ASKED,
        ),
        say.gettext(
            "In brackets: base under %(bracket)s interviews; %(mark)s: base under %(flag)s.",
            bracket=policy.bracket_below,
            mark=SMALL,
            flag=policy.flag_below,
        ),
    ]
    return (synthetic_sentence(say), *sentences) if synthetic else tuple(sentences)


def synthetic_sentence(say: Wording) -> str:
    """Say that all people and answers are made up."""
    return say.gettext("SYNTHETIC: made-up people and answers, no findings about anybody.")


def condition_text(condition: str, codebook: Codebook, say: Wording) -> str:
    """Say a condition in the words of the codebook; as it stands where it has no simple form."""
    said = [_one(part, codebook, say) for part in _parts(condition.strip())]
    return say.pgettext("conditions", " and ").join(said)


def _parts(condition: str) -> list[str]:
    """Split a plain conjunction; anything with ``or``, ``not`` or brackets within stays whole."""
    bare = condition[1:-1].strip() if _BRACKETED.fullmatch(condition) else condition
    parts = re.split(r"\s+and\s+", bare)
    if any(_COMPOUND.search(part) or part.count("'") % 2 for part in parts):
        return [condition]
    return parts


def _one(condition: str, codebook: Codebook, say: Wording) -> str:
    for form in (_IS, _AMONG, _CHOSE):
        found = form.fullmatch(condition)
        if found is None or found["variable"] not in codebook:
            continue
        variable = codebook[found["variable"]]
        given = found.groupdict()
        codes = [given["code"]] if "code" in given else re.findall(r"'([^']*)'", given["codes"])
        labels = [variable.code_label(code, say.language) for code in codes]
        answers = say.pgettext("answers", " or ").join(labels)
        label = words(variable.label, say.language, variable.name).rstrip(":?")
        return f"{label}: {answers}"
    return condition


def _weight(facts: TableFacts, say: Wording) -> Iterator[str]:
    if not facts.weight:
        return
    yield say.gettext(
        "Weight %(weight)s, version %(version)s.",
        weight=facts.weight,
        version=facts.weight_version[:VERSION_DIGITS],
    )
    if facts.model_based:
        yield say.gettext(
            "The weight is model-based: these people came through an open link, without a known "
            "chance of being asked."
        )


def _base(facts: TableFacts, codebook: Codebook, say: Wording) -> Iterator[str]:
    conditions = [text for text in (facts.base, facts.asked) if text and text != "true"]
    if conditions:
        said = say.pgettext("conditions", " and ").join(
            dict.fromkeys(condition_text(text, codebook, say) for text in conditions)
        )
        yield say.gettext("Base: %(condition)s.", condition=said)
    else:
        yield say.gettext("Base: everybody who answered.")
    for banner, condition in facts.wheres.items():
        yield say.gettext(
            "Columns of %(banner)s: only %(condition)s.",
            banner=words(codebook[banner].label, say.language, banner),
            condition=condition_text(condition, codebook, say),
        )
    if facts.kind is Kind.TREND:
        yield say.gettext("The same people in all waves of the table.")
    if facts.kind is Kind.TRANSITION:
        yield say.gettext(
            "The same people in both waves; each column adds up to 100 per cent: what people "
            "became who began there."
        )
    for wave in facts.not_asked:
        yield say.gettext("Not asked in %(wave)s.", wave=wave)


def _left_out(facts: TableFacts, codebook: Codebook, policy: Policy, say: Wording) -> Iterator[str]:
    for wave, kinds in facts.left_out.items():
        counts = [
            f"{_kind(kind, codebook, say)} {_count(number, policy, say)}"
            for kind, number in kinds.items()
            if number
        ]
        if counts:
            yield say.gettext(
                "Left out of the base in %(wave)s: %(counts)s.",
                wave=wave,
                counts=", ".join(counts),
            )
    if facts.count_missing:
        counted = ", ".join(_kind(kind, codebook, say) for kind in facts.count_missing)
        yield say.gettext("Counted as answers: %(kinds)s.", kinds=counted)


def _kind(kind: str, codebook: Codebook, say: Wording) -> str:
    name = codebook.missing.get(kind)
    return words(name, say.language, kind) if name else say.gettext("not in this wave")


def _count(number: int, policy: Policy, say: Wording) -> str:
    if number < policy.minimum_cell:
        return say.gettext("fewer than %(minimum)s", minimum=policy.minimum_cell)
    rounded = round_half_up(np.array([float(number)]), policy.count_unit)
    return count_text(float(rounded[0]), say.language)


def _method(facts: TableFacts, say: Wording) -> Iterator[str]:
    if facts.variance is Variance.WEIGHTS_FIXED:
        yield say.gettext(
            "Intervals of %(level)s per cent by linearisation, weights taken as given.",
            level=f"{100 * facts.level:g}",
        )
    else:
        yield say.gettext(
            "Intervals of %(level)s per cent by linearisation with residuals on the population "
            "figures the weights meet.",
            level=f"{100 * facts.level:g}",
        )
    if not facts.letters:
        return
    if facts.kind is Kind.TREND:
        yield say.gettext("* or **: the change is not zero by a t test at 5 or 1 per cent.")
        return
    yield say.gettext(
        "A letter names a column of the same breakdown with a lower value, by a t test at 5 per "
        "cent (small) or 1 per cent (capital); + or −: higher or lower than all other columns "
        "together, twice the sign at 1 per cent. Bases under 30 are not tested."
    )
    yield (
        say.gettext("Tests of one line are adjusted for their number (Holm).")
        if facts.holm
        else say.gettext("Tests are not adjusted for their number.")
    )
