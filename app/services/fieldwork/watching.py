"""Looking at the field every minute without reading all of it every minute.

A whole look reads every case of a wave. Between two of them nothing is due that the last one did
not foresee, but for what people do meanwhile: a case that got into another state, a new address.
For that there is a whole look every `WHOLE_EVERY`; messages are planned in days. What staff let go
or move is seen at once.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from app.messages.quiet import moment_of
from app.messages.statuses import MailingStatus
from app.services.context import STUDY_ZONE, ServiceContext
from app.services.fieldwork.fieldwork_ticks import Ticked, tick
from app.storage import mailings
from app.storage.moment import Moment, database_now
from app.storage.waves import list_waves

WHOLE_EVERY = timedelta(minutes=10)


class Watch:
    """Does what `tick` does, as often as asked; remembers when the next whole look is due."""

    def __init__(self, ctx: ServiceContext, *, moment: Moment = database_now) -> None:
        self._ctx = ctx
        self._moment = moment
        self._seen: object = None
        self._until: datetime | None = None

    def __call__(self) -> Ticked:
        """Look, and return what came of it: nothing when there was no need to look whole."""
        now, seen = self._glance()
        if seen == self._seen and self._until is not None and now < self._until:
            return Ticked()
        self._until = None  # while it lasts: a look that broke was none
        done = tick(self._ctx, moment=self._moment)
        # As it was before: what changed meanwhile, also by this look, is another state.
        self._seen = seen
        ends = [now + WHOLE_EVERY, _midnight_after(now)]
        self._until = min([*ends, *([] if done.next_due is None else [done.next_due])])
        return done

    def _glance(self) -> tuple[datetime, object]:
        """Return the time, and what staff decide by: the waves and what they let go."""
        with self._ctx.databases.research.read() as connection:
            now = self._moment(connection)
            waves = list_waves(connection)
            running = mailings.list_mailings(connection, statuses=[MailingStatus.RUNNING])
        return now, (waves, running)


def _midnight_after(now: datetime) -> datetime:
    """Waves open and close at midnight where their people live."""
    tomorrow = now.astimezone(STUDY_ZONE).date() + timedelta(days=1)
    return moment_of(tomorrow, time(0), STUDY_ZONE)
