"""What a rehearsal found, in the language of the page: `app.services.messaging.rehearsal_blockers`.

On record it stands in English, as whoever works by command reads it.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.web.respond.words import Translate
from app.web.staff.phrasebook import Phrasebook


def _lines(_: Translate) -> Sequence[str]:
    year, count, every, step = "{year}", "{count}", "{every}", "{step}"
    number, names, language, channel = "{number}", "{names}", "{language}", "{channel}"
    share, last, state, days = "{share}", "{last}", "{state}", "{days}"
    return (
        _("wave %(year)s has no published questionnaire", year=year),
        _("version %(number)s of wave %(year)s did not pass the gate", number=number, year=year),
        _("sender.yaml: still an example: %(names)s", names=names),
        _("nobody was drawn for wave %(year)s", year=year),
        _(
            "of %(count)s messages nobody knows whether they went out: settle them",
            count=count,
        ),
        _(
            "step %(step)s was sent to %(count)s, or is due, and is gone from the plan: give it"
            " back its name",
            step=step,
            count=count,
        ),
        _(
            "%(count)s people took part before and no preload of wave %(year)s is frozen",
            count=count,
            year=year,
        ),
        _("the words of the study cannot be read: see check"),
        _(
            "%(count)s people are to be written to in %(language)s, in which the wave is not asked",
            count=count,
            language=language,
        ),
        _(
            "%(channel)s.yaml lacks %(language)s for %(count)s messages: %(names)s",
            channel=channel,
            language=language,
            count=count,
            names=names,
        ),
        _(
            "%(count)s of %(every)s people have no address, e-mail or phone number",
            count=count,
            every=every,
        ),
        _("%(step)s: %(count)s people have no code to print", step=step, count=count),
        _(
            "%(step)s: %(count)s of %(every)s (%(share)s) cannot be reached by %(channel)s",
            step=step,
            count=count,
            every=every,
            share=share,
            channel=channel,
        ),
        _(
            "%(step)s goes out until %(last)s, the wave closes on %(days)s",
            step=step,
            last=last,
            days=days,
        ),
        _(
            "%(step)s takes %(count)s parts in %(language)s",
            step=step,
            count=count,
            language=language,
        ),
        _(
            "%(step)s: who is %(state)s and got every step before it has had %(count)s messages in"
            " %(days)s days and does not get it",
            step=step,
            state=state,
            count=count,
            days=days,
        ),
        _(
            "version %(number)s of the preload was approved by the person who froze it",
            number=number,
        ),
        _("synthetic people: the sender may be an example"),
        _("plan.yaml has no price for: %(names)s", names=names),
    )


REHEARSAL = Phrasebook(_lines)
"""Words of blockers and of notes."""
