"""Tables asked for one after another: the second never gives back what the first kept silent."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.disclosure.policy import Policy
from analysis.disclosure.sequence import TableBefore, mask_again, mask_next
from tests.unit.analysis.disclosure.people import Interviews, codebook, draw, table

LOOSE = Policy(suppress_base=1, bracket_below=1, flag_below=1)
TESTS = {"sex == 'f'": lambda person: person["sex"] == "f"}
IN_F = "2024: sex == 'f'"


def asked(people: Interviews, plan, before=(), policy=LOOSE):
    """Ask for a table after others; what it shows, and what is remembered of it."""
    rows = people.rows(plan, tests=TESTS)
    shown = mask_next(rows, (plan,), before, codebook(), policy)
    return shown, TableBefore((plan,), rows, shown.printed, shown.masked)


def hidden(shown) -> set[tuple[str, str]]:
    rows = shown.rows[shown.rows["flag"] == "suppressed"]
    return set(zip(rows["stub_code"], rows["banner_code"], strict=True))


def of(answers: dict[tuple[str, str], int], variable: str = "sex") -> Interviews:
    """Interviews with so many people for each answer to q and value of a variable."""
    people = [
        {"q": answer, "sex": "m", "act": "new", "route": "a", "age": "1", "s": "no"}
        | {variable: value}
        for (answer, value), count in answers.items()
        for _ in range(count)
    ]
    return Interviews({2024: people})


def test_first_table_is_masked_as_by_itself():
    people = of({("1", "m"): 40, ("2", "m"): 40, ("1", "f"): 40, ("2", "f"): 4})

    shown, _ = asked(people, table("a", "q", "sex"))

    # Four women said 2: masked, and with it another answer of women and two of men or all.
    assert ("2", "f") in hidden(shown)
    assert len(hidden(shown)) > 1


def test_few_people_left_out_by_a_filter_are_not_the_difference_of_two_tables():
    """Everybody said: 1 50 times, 2 50 times. Without five men it is 47 and 48."""
    people = of({("1", "f"): 47, ("2", "f"): 48, ("1", "m"): 3, ("2", "m"): 2})
    first, kept = asked(people, table("a", "q"))
    assert not hidden(first)

    alone, _ = asked(people, table("b", "q", base="sex == 'f'"))
    after, _ = asked(people, table("b", "q", base="sex == 'f'"), [kept])

    assert not hidden(alone)
    assert {code for code, _ in hidden(after)} >= {"1", "2"}


def test_order_does_not_matter_for_safety():
    people = of({("1", "f"): 47, ("2", "f"): 48, ("1", "m"): 3, ("2", "m"): 2})
    first, kept = asked(people, table("b", "q", base="sex == 'f'"))
    assert not hidden(first)

    after, _ = asked(people, table("a", "q"), [kept])

    assert {code for code, _ in hidden(after)} >= {"1", "2"}


def test_what_was_masked_stays_masked_in_a_smaller_table():
    people = of({("1", "m"): 40, ("2", "m"): 40, ("1", "f"): 40, ("2", "f"): 4})
    first, kept = asked(people, table("a", "q", "sex"))

    after, _ = asked(people, table("b", "q"), [kept])

    masked_totals = {code for code, banner in hidden(first) if banner == "total"}
    assert masked_totals <= {code for code, _ in hidden(after)}


def test_tables_of_other_questions_are_not_touched():
    people = draw(5, 400)
    _, kept = asked(people, table("a", "s", "sex"))

    alone, _ = asked(people, table("b", "q", "age"))
    after, _ = asked(people, table("b", "q", "age"), [kept])

    assert hidden(after) == hidden(alone)


def test_same_table_again_shows_the_same():
    people = draw(7, 300)
    plan = table("a", "q", "age")
    first, kept = asked(people, plan)

    again = mask_again(people.rows(plan), (plan,), kept.masked, codebook(), LOOSE)

    pd.testing.assert_frame_equal(again.rows, first.rows)


def test_names_of_published_cells_bind_without_their_rows():
    people = draw(9, 400)
    plan = table("a", "q", "sex")
    _, kept = asked(people, plan)
    published = TableBefore((), pd.DataFrame(), frozenset(), kept.printed | kept.masked)

    after, _ = asked(people, plan, [published])

    assert after.rows["value"].isna().all()


def test_many_tables_in_a_row_leave_every_small_cell_uncertain():
    """An outsider with linear programmes over all that was shown works out no small cell."""
    people, before = draw(11, 350), []
    plans = [
        table("a", "q", "sex"),
        table("b", "q", "age"),
        table("c", "q", base="sex == 'f'"),
        table("d", "q", "age", base="sex == 'f'"),
        table("e", "q", "route", "sex"),
        table("f", "q", "sex", nets={"low": ("1", "2")}),
    ]
    small = []
    for plan in plans:
        shown, kept = asked(people, plan, before)
        rows = people.rows(plan, tests=TESTS)
        cells = rows[rows["statistic"].eq("share") & rows["count"].between(1, 9)]
        small.append(len(cells))
        values = shown.rows.merge(
            cells[["stub_code", "banner", "banner_code"]], on=["stub_code", "banner", "banner_code"]
        )
        shares = values[values["statistic"] == "share"]["value"]
        assert np.isnan(shares.to_numpy(dtype=float)).all()
        before.insert(0, kept)
    assert sum(small) > 10
    printed = frozenset().union(*(one.printed for one in before))
    assert not printed & frozenset().union(*(one.masked for one in before))
