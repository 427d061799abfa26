"""Public holidays of the Netherlands: days on which no post is brought and nobody is disturbed.

Source: Algemene termijnenwet, article 3. Its first paragraph names New Year's Day, Easter Monday,
Whit Monday, both days of Christmas, Ascension Day, the day on which the birthday of the King is
celebrated and 5 May, every year; its second paragraph puts Good Friday on a level with them. The
two Sundays are no matter of that law, which treats every Sunday alike; here they are holidays too,
for plans that send on Sundays. Days that a royal decree adds for some years (third paragraph) are
ordinary days here.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from dateutil.easter import easter

_FROM_EASTER = (-2, 0, 1, 39, 49, 50)
"""Good Friday, Easter Sunday and Monday, Ascension Day, Whit Sunday and Monday."""


def is_holiday(day: date) -> bool:
    """Tell whether a day is a public holiday of the Netherlands, under the law of 2014 and on.

    Before 2014 the Queen's birthday was celebrated, on 30 April: that is not known here.
    """
    return day in holidays_of(day.year)


@lru_cache(maxsize=64)
def holidays_of(year: int) -> frozenset[date]:
    """Return the public holidays of the Netherlands in a year."""
    sunday = easter(year)
    moving = (sunday + timedelta(days=days) for days in _FROM_EASTER)
    fixed = (date(year, *one) for one in ((1, 1), (5, 5), (12, 25), (12, 26)))
    return frozenset((*moving, *fixed, kings_day(year)))


def kings_day(year: int) -> date:
    """Return the day on which the birthday of the King is celebrated.

    27 April, his birthday; the day before when that is a Sunday (as on Saturday 26 April 2014).
    """
    birthday = date(year, 4, 27)
    return birthday - timedelta(days=1) if birthday.weekday() == 6 else birthday
