"""What the rates mean, in words for researchers: printed with ``rates --definitions``."""

from __future__ import annotations

from app.panel.dispositions import CODES

_RATES: tuple[tuple[str, str, str], ...] = (
    (
        "RR1, RR2",
        "Complete interviews (RR2: and partial ones) of all cases not known to be outside the"
        " population; unknown eligibility counts as eligible. The headline of this study.",
        "Volledige interviews (RR2: ook gedeeltelijke) van alle gevallen die voor zover bekend tot"
        " de populatie horen; onbekend telt als wel. Het hoofdcijfer van dit onderzoek.",
    ),
    (
        "RR3, RR4",
        "The same, with only the estimated share e of the unknown cases below the line.",
        "Hetzelfde, met van de onbekende gevallen alleen het geschatte deel e onder de streep.",
    ),
    (
        "RR5, RR6",
        "The same, without the unknown cases: right only where all of them are ineligible.",
        "Hetzelfde, zonder de onbekende gevallen: klopt alleen als die er geen van alle bij horen.",
    ),
    (
        "e",
        "Share of the unknown cases that is eligible: by proportional allocation (CASRO 1982) as"
        " many as of the known ones, unless it is given.",
        "Deel van de onbekende gevallen dat tot de populatie hoort: bij evenredige toedeling (CASRO"
        " 1982) evenveel als van de bekende, tenzij het is opgegeven.",
    ),
    (
        "COOP1-COOP4",
        "Interviews of the people who were reached. 1 and 3 complete, 2 and 4 with partial ones;"
        " 3 and 4 leave out who could not take part.",
        "Interviews van de mensen die bereikt zijn. 1 en 3 volledig, 2 en 4 met gedeeltelijke; 3 en"
        " 4 laten weg wie niet mee kon doen.",
    ),
    (
        "REF1-REF3",
        "Refusals and break-offs: of all, with e of the unknown, without the unknown.",
        "Weigeringen en afbrekers: van allen, met e van de onbekende, zonder de onbekende.",
    ),
    (
        "CON1-CON3",
        "Reached, whatever came of it: of all, with e of the unknown, without the unknown.",
        "Bereikt, wat er ook van kwam: van allen, met e van de onbekende, zonder de onbekende.",
    ),
    (
        "wave response",
        "Answered, of those who were to be asked in the wave and belong to its population.",
        "Geantwoord, van wie in de meting gevraagd zou worden en tot de populatie hoort.",
    ),
    (
        "retention",
        "Answered now, of those who answered in the first wave they were drawn for and still"
        " belong to the population. Who refused to be asked again stays below the line; who died,"
        " moved abroad, was dispensed or is exempt does not.",
        "Antwoordt nu, van wie antwoordde in de meting waarvoor hij is getrokken en nog tot de"
        " populatie hoort. Wie niet meer gevraagd wil worden, blijft onder de streep; wie is"
        " overleden, vertrokken, ontheven of vrijgesteld niet.",
    ),
    (
        "cumulative response",
        "Recruitment x retention x completion (Callegaro and DiSogra 2008): from a person drawn to"
        " an interview in this wave.",
        "Werving x behoud x voltooiing (Callegaro en DiSogra 2008): van getrokken persoon tot"
        " interview in deze meting.",
    ),
    (
        "re-interview",
        "Answered this wave and the one before, of those who answered then and still belong.",
        "Antwoordde deze en de vorige meting, van wie toen antwoordde en er nog bij hoort.",
    ),
    (
        "attrition, missed",
        "Of the same people: did not answer this wave nor later; did not answer this wave but did"
        " later.",
        "Van dezelfde mensen: antwoordde niet en later ook niet; antwoordde niet, maar later wel.",
    ),
    (
        "may be asked again",
        "Said yes to it, of those who said anything to it in this wave. Who says no has answered"
        " this wave, and is lost to the next.",
        "Zei ja, van wie er in deze meting iets op zei. Wie nee zegt, heeft deze meting wel"
        " geantwoord en is weg voor de volgende.",
    ),
    (
        "tracing",
        "Found again, of those whom somebody went looking for in the wave.",
        "Teruggevonden, van wie in de meting is gezocht.",
    ),
    (
        "R",
        "1 - 2 S of the chances to answer in the cells of group by act (Schouten, Cobben and"
        " Bethlehem 2009); 1 is as representative as can be. Adjusted for chance: Shlomo, Skinner"
        " and Schouten (2012).",
        "1 - 2 S van de kansen op antwoord in de cellen van groep en wet (Schouten, Cobben en"
        " Bethlehem 2009); 1 is zo representatief als het kan. Gecorrigeerd voor toeval: Shlomo,"
        " Skinner en Schouten (2012).",
    ),
    (
        "minutes",
        "Median time of interviews that were sent; gaps of more than 30 minutes between two pages"
        " are left out.",
        "Mediane tijd van verzonden interviews; pauzes van meer dan 30 minuten tussen twee"
        " schermen tellen niet mee.",
    ),
    (
        "channel, device, door",
        "Channels by which something was sent to the person. Device and door are known of who"
        " logged on; all others stand under -.",
        "Kanalen waarlangs iets is gestuurd. Apparaat en ingang zijn bekend van wie heeft ingelogd;"
        " alle anderen staan onder -.",
    ),
)
_HEADINGS = {
    "en": ("Rates", "Outcome codes (AAPOR Standard Definitions)"),
    "nl": ("Cijfers", "Uitkomstcodes (AAPOR Standard Definitions, in het Engels)"),
}
LANGUAGES = tuple(_HEADINGS)


def definitions(language: str) -> list[str]:
    """Return the definitions as lines of text, in ``en`` or ``nl``.

    The names of codes stay AAPOR's own; raises `KeyError` for another language.
    """
    rates, codes = _HEADINGS[language]
    lines = [rates, ""]
    for name, english, dutch in _RATES:
        lines += [f"{name}: {dutch if language == 'nl' else english}"]
    lines += ["", codes, ""]
    lines += [f"{one.code:<7}{one.name} ({one.section})" for one in CODES.values()]
    return lines
