"""The bank → what one wave asks."""

from __future__ import annotations

from dataclasses import replace

from app.questionnaire.model import Bank, Instrument, Item, Kind

CONFIRM_SCALE = "confirm3"
CONFIRM_CODES = frozenset(("still_true", "changed", "never_true"))
"""What a person may say to an earlier answer; the route depends on these codes."""


def compile_wave(bank: Bank, wave: int) -> Instrument:
    """Return the instrument of a wave: its items and statements, in the bank's order.

    Raises
    ------
    ValueError
        If the study has no such wave.
    """
    if wave not in bank.waves:
        raise ValueError(f"wave {wave} is not one of {', '.join(map(str, bank.waves))}")
    items = tuple(
        kept for item in bank.items if wave in item.waves and (kept := _of_wave(item, wave))
    )
    asked = {item.var for item in items}
    used = {item.code_list for item in items if item.code_list is not None}
    modules = {item.module for item in items}
    confirm = bank.scales.get(CONFIRM_SCALE)
    return Instrument(
        study=bank.study,
        title=bank.title,
        wave=wave,
        languages=bank.languages,
        missing=bank.missing,
        frame=bank.frame,
        assigned=bank.assigned,
        # A derived variable that waits for an item of another wave cannot come to be in this one.
        derived=tuple(one for one in bank.derived if one.after in asked),
        terminations=tuple(one for one in bank.terminations if one.after in asked),
        confirm=confirm.options if confirm else (),
        modules=tuple(module for module in bank.modules if module.id in modules),
        items=items,
        code_lists={name: bank.code_lists[name] for name in sorted(used)},
    )


def _of_wave(item: Item, wave: int) -> Item | None:
    if item.kind is not Kind.BATTERY:
        return item
    statements = tuple(one for one in item.statements if wave in one.waves)
    return replace(item, statements=statements) if statements else None
