"""Which steps a wave may take: draft → checked → rehearsed → open ⇄ paused → closed → frozen."""

from __future__ import annotations

from app.panel.states import WaveStatus

STEPS: dict[WaveStatus, frozenset[WaveStatus]] = {
    WaveStatus.DRAFT: frozenset({WaveStatus.CHECKED}),
    WaveStatus.CHECKED: frozenset({WaveStatus.DRAFT, WaveStatus.REHEARSED, WaveStatus.OPEN}),
    WaveStatus.REHEARSED: frozenset({WaveStatus.DRAFT, WaveStatus.OPEN}),
    WaveStatus.OPEN: frozenset({WaveStatus.PAUSED, WaveStatus.CLOSED}),
    WaveStatus.PAUSED: frozenset({WaveStatus.OPEN, WaveStatus.CLOSED}),
    # Closed by mistake is opened again; what was frozen and published is not.
    WaveStatus.CLOSED: frozenset({WaveStatus.OPEN, WaveStatus.FROZEN}),
    WaveStatus.FROZEN: frozenset(),
}


def may_move(status: WaveStatus, to: WaveStatus) -> bool:
    """Tell whether a wave may go from one status to another in one step."""
    return to in STEPS[status]
