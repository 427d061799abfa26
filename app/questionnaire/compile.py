"""The bank → what one wave asks."""

from __future__ import annotations

from dataclasses import replace

from app.questionnaire.model import Bank, Instrument, Item, Kind
from app.questionnaire.texts import in_languages

CONFIRM_SCALE = "confirm3"
CONFIRM_CODES = frozenset(("still_true", "changed", "never_true"))
"""What a person may say to an earlier answer; the route depends on these codes."""


def compile_wave(bank: Bank, wave: int) -> Instrument:
    """Return the instrument of a wave: its items and statements, in the bank's order.

    It holds the texts in the languages of the wave and no others, so that a translation for one
    wave changes no version of another.

    Raises
    ------
    ValueError
        If the study has no such wave, or a text lacks one of the wave's languages.
    """
    languages = bank.wave_languages.get(wave, bank.languages)
    asked = in_languages(asked_in(bank, wave), languages)
    confirm = asked.scales.get(CONFIRM_SCALE)
    return Instrument(
        study=asked.study,
        title=asked.title,
        wave=wave,
        languages=languages,
        missing=asked.missing,
        frame=asked.frame,
        assigned=asked.assigned,
        derived=asked.derived,
        terminations=asked.terminations,
        confirm=confirm.options if confirm else (),
        modules=asked.modules,
        items=asked.items,
        code_lists=asked.code_lists,
    )


def asked_in(bank: Bank, wave: int) -> Bank:
    """Return the part of a bank that a wave asks, with the scales and code lists it needs.

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
    lists = {item.code_list for item in items if item.code_list is not None}
    scales = {CONFIRM_SCALE, *(item.scale for item in items)}
    modules = {item.module for item in items}
    return replace(
        bank,
        # A derived variable that waits for an item of another wave cannot come to be in this one.
        derived=tuple(one for one in bank.derived if one.after in asked),
        terminations=tuple(one for one in bank.terminations if one.after in asked),
        scales={name: scale for name, scale in bank.scales.items() if name in scales},
        modules=tuple(module for module in bank.modules if module.id in modules),
        items=items,
        code_lists={name: bank.code_lists[name] for name in sorted(lists)},
    )


def _of_wave(item: Item, wave: int) -> Item | None:
    if item.kind is not Kind.BATTERY:
        return item
    statements = tuple(one for one in item.statements if wave in one.waves)
    return replace(item, statements=statements) if statements else None
