"""Words of the impact assessment: points, what each asks of people, risks, categories."""

from __future__ import annotations

from app.panel.dpia import Category, Field, Grade, Part, Point, Risk
from app.services.privacy.dpia import Capacity
from app.web.respond.words import Translate


def part_words(_: Translate, part: Part) -> str:
    """Return the name of a part, with what it answers in the law."""
    return {
        Part.FACTS: _("A. What is processed, and how (GDPR art. 35(7)(a))"),
        Part.LAW: _("B. Is it lawful and needed (art. 35(7)(b))"),
        Part.RISKS: _("C. Risks to people (art. 35(7)(c))"),
        Part.MEASURES: _("D. Measures (art. 35(7)(d))"),
    }[part]


def point_words(_: Translate, point: Point) -> str:
    """Return the name of a point."""
    return {
        Point.PROPOSAL: _("The proposal"),
        Point.DATA: _("Personal data"),
        Point.PROCESSING: _("Processing operations"),
        Point.PURPOSES: _("Purposes"),
        Point.PARTIES: _("Parties involved"),
        Point.INTERESTS: _("Interests in the processing"),
        Point.LOCATIONS: _("Where it is processed"),
        Point.TECHNIQUE: _("Technique and method"),
        Point.FRAMEWORK: _("Legal and policy framework"),
        Point.RETENTION: _("How long it is kept"),
        Point.BASIS: _("Legal basis"),
        Point.SPECIAL: _("Special categories of personal data"),
        Point.LIMITS: _("Purpose limitation"),
        Point.NECESSITY: _("Necessity and proportionality"),
        Point.RIGHTS: _("Rights of the people it is about"),
        Point.RISKS: _("Risks"),
        Point.MEASURES: _("Measures, and what risk is left"),
    }[point]


def asks(_: Translate, point: Point) -> str:
    """Return what people are asked to write at a point."""
    return {
        Point.PROPOSAL: _("What is studied, for whom, and why now?"),
        Point.DATA: _("Is anything else known of people, outside this program?"),
        Point.PROCESSING: _("What else is done with the data, outside this program?"),
        Point.PURPOSES: _("What are the results for, and what will they never be used for?"),
        Point.PARTIES: _(
            "Who is the controller, who are processors (hosting, printer, e-mail, text messages,"
            " interviewers), and which agreements are there?"
        ),
        Point.INTERESTS: _("Whose interests are served, and whose may be harmed?"),
        Point.LOCATIONS: _("In which countries and data centres? Does anything leave the EEA?"),
        Point.TECHNIQUE: _("Is anything else done that people would not expect?"),
        Point.FRAMEWORK: _("Which other laws, codes of conduct and policies apply?"),
        Point.RETENTION: _("Is anything kept for another time, outside this program?"),
        Point.BASIS: _("Which basis of article 6, and why does it hold?"),
        Point.SPECIAL: _(
            "Which exception of article 9(2) and which article of the UAVG, and why does it hold?"
        ),
        Point.LIMITS: _(
            "Data from the register were collected for another purpose: why may they be used?"
        ),
        Point.NECESSITY: _(
            "Why can it not be done with less data, fewer people or without asking?"
        ),
        Point.RIGHTS: _(
            "What is done for people outside this program, and which rights are limited?"
        ),
        Point.RISKS: _("Which other risks are there?"),
        Point.MEASURES: _(
            "Which measures are taken outside this program, what risk is left, and is prior"
            " consultation needed (art. 36)?"
        ),
    }[point]


def field_words(_: Translate, field: Field) -> str:
    """Return the name of a field beside the points."""
    return {
        Field.ADVICE: _("Advice of the data protection officer (art. 35(2))"),
        Field.VIEWS: _("Views of the people it is about (art. 35(9))"),
        Field.REVIEW_ON: _("To be looked at again on (art. 35(11))"),
    }[field]


def risk_words(_: Translate, risk: Risk) -> str:
    """Return a risk in a sentence."""
    return {
        Risk.RECOGNISED: _("A table or file gives somebody away"),
        Risk.AUTHORITIES: _("Answers reach who decides about residence, duty or benefits"),
        Risk.LETTER: _("Somebody else opens the letter and uses the code"),
        Risk.LOOKED_UP: _("Staff look somebody up without need"),
        Risk.STOLEN: _("Databases or a backup are stolen"),
        Risk.PRESSED: _("Somebody feels forced to take part, or does not understand what is asked"),
    }[risk]


def against(_: Translate, risk: Risk) -> str:
    """Return what the system does against a risk."""
    return {
        Risk.RECOGNISED: _(
            "Cells of fewer than 10 people are suppressed, with others so that they cannot be"
            " worked out, in every format; groups under 30 are left out."
        ),
        Risk.AUTHORITIES: _(
            "There is no export of single answers to anybody who decides, and letters say so in"
            " each language. Results are tables only."
        ),
        Risk.LETTER: _(
            "A code shows no earlier answers on a new device; it can be ended and made anew, and"
            " wrong codes are slowed down."
        ),
        Risk.LOOKED_UP: _(
            "Contact details are shown to fieldwork only, one person at a time, after a fresh"
            " proof; each look is on a chained log."
        ),
        Risk.STOLEN: _(
            "Contact details are encrypted with a key for each person, apart from answers; backups"
            " hold no keys."
        ),
        Risk.PRESSED: _(
            "Six languages, plain words, read aloud; every question may be left out, and stopping"
            " is one button away."
        ),
    }[risk]


def grade_words(_: Translate, grade: Grade) -> str:
    """Return a grade."""
    return {Grade.LOW: _("low"), Grade.MIDDLE: _("middle"), Grade.HIGH: _("high")}[grade]


def category_words(_: Translate, category: Category) -> str:
    """Return a category with its article."""
    return {
        Category.ORIGIN: _("Racial or ethnic origin (art. 9)"),
        Category.RELIGION: _("Religion or belief (art. 9)"),
        Category.POLITICS: _("Political opinions (art. 9)"),
        Category.UNION: _("Membership of a trade union (art. 9)"),
        Category.HEALTH: _("Health (art. 9)"),
        Category.SEX: _("Sex life or orientation (art. 9)"),
        Category.CRIME: _("Criminal convictions (art. 10)"),
        Category.SENSITIVE: _("Sensitive, not special by law"),
    }[category]


def capacity_words(_: Translate, capacity: Capacity) -> str:
    """Return as what somebody signed."""
    return {
        Capacity.OFFICER: _("as data protection officer, who advised"),
        Capacity.CONTROLLER: _("for the controller"),
    }[capacity]
