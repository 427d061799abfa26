"""The kinds of long work. Each is a module ``<name>_job.py`` with ``run`` and ``title``."""

from __future__ import annotations

from collections.abc import Mapping

from app.services.content.check_job import CHECK_KINDS
from app.services.fieldwork.codes_job import CODES_KINDS
from app.services.job_progress import JobKind
from app.services.lettering.print_job import PRINT_KINDS
from app.services.messaging.rehearsal_job import REHEARSAL_KINDS
from app.services.privacy.privacy_job import PRIVACY_KINDS
from app.services.publication.release_job import RELEASE_KINDS
from app.services.publication.snapshot_job import SNAPSHOT_KINDS
from app.services.response.monitor_job import MONITOR_KINDS
from app.services.response.panel_job import PANEL_KINDS
from app.services.thanks.incentives_job import THANKS_KINDS

KINDS: Mapping[str, JobKind] = {
    **CHECK_KINDS,
    **MONITOR_KINDS,
    **PANEL_KINDS,
    **RELEASE_KINDS,
    **PRIVACY_KINDS,
    **REHEARSAL_KINDS,
    **CODES_KINDS,
    **PRINT_KINDS,
    **SNAPSHOT_KINDS,
    **THANKS_KINDS,
}
"""By the name that `app.services.jobs.ask` is given."""
