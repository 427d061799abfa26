"""What the synthetic population takes for granted, because nobody published it.

Every distribution in this package that is not in `surveys/<study>/margins/` belongs to one line of
this table. The lines go into the manifest of a synthetic release, so that nobody reads a made-up
age pyramid as a finding.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Assumption:
    """One thing made up, and how."""

    about: str
    """A frame variable, or a part of the hidden life."""
    sentence: str


ASSUMPTIONS = (
    Assumption(
        "fr_nationality (wi2021)",
        "Published for asylum and for family and other migrants together; family and other get "
        "the same shares, rescaled to their cell totals.",
    ),
    Assumption(
        "fr_nationality (wi2013)",
        "Not published; shares are our guess from the countries people came from between 2014 and "
        "2021, with more Eritreans and Syrians among asylum migrants.",
    ),
    Assumption(
        "fr_sex",
        "Not published nationally; 62 % of asylum migrants under Wi2021 and 30 % of family "
        "migrants are taken to be men, other cells alike.",
    ),
    Assumption(
        "fr_birth_year",
        "Not published nationally; five age classes per group, uniform within a class, people "
        "under Wi2013 four years older.",
    ),
    Assumption(
        "fr_municipality",
        "Not published; proportional to the rounded number of inhabitants of 40 large "
        "municipalities, the others equal; family migrants a little more often in large cities.",
    ),
    Assumption(
        "fr_country",
        "Equal to the nationality for nine in ten; the others were born in a neighbouring country. "
        "The countries behind the nationality 'other' are our guess per group.",
    ),
    Assumption(
        "fr_language",
        "Contact language follows the nationality; where none of the six languages is usual it is "
        "English, Dutch or unknown.",
    ),
    Assumption(
        "schooling and literacy",
        "Not published; by nationality, a little lower for people over 45. None or primary "
        "school only is a little over a quarter of the population.",
    ),
    Assumption(
        "process dates",
        "Permit, reception, home, intake, plan, course and end follow each other with waits that "
        "give a median of six to nine months from home to course, as interviewees reported.",
    ),
    Assumption(
        "learning route",
        "Not published nationally; by schooling and age, the education route mainly for asylum "
        "migrants under 28.",
    ),
    Assumption(
        "changes of route",
        "That people change route is reported, how often is not; 12 % do so once, 3 to 18 months "
        "after the plan, mostly to an easier route.",
    ),
    Assumption(
        "changes of act",
        "DUO goes by the date of the duty, so the act changes only where a duty ended and another "
        "began after 2021; how often is not published, 3 % of people under Wi2013 within three "
        "years.",
    ),
    Assumption(
        "work and volunteering",
        "Grow with the months since the permit, so that the published shares hold in the first "
        "wave; men and better schooled people are earlier.",
    ),
    Assumption(
        "family",
        "Children by age and sex of the person; births go on between the waves.",
    ),
    Assumption(
        "opinions",
        "Answers of one person hang together through four hidden traits; shares that were not "
        "published are placed where the published words (most, many, some) put them.",
    ),
    Assumption(
        "response",
        "Response rates were not published; less schooled people, people in the Z route, people "
        "with little literacy and people whose language is not offered answer less, by our "
        "numbers.",
    ),
    Assumption(
        "moves, departures and deaths",
        "Yearly 6 % move to another municipality, 2 % leave the country, deaths follow age.",
    ),
)
