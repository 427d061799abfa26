"""The canonical JSON of an instrument: frozen at publication, its SHA-256 is the version.

Keys are sorted, there is no white space, letters stand as themselves; conditions are written as
their source. File and line are left out: moving a question within a file changes no version. So is
what earlier versions did not know (`LATER`), where it is not used.
"""

from __future__ import annotations

import hashlib
import json
import types
from collections.abc import Mapping
from dataclasses import Field, fields, is_dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from app.questionnaire.expression import parse
from app.questionnaire.model import LATER, Condition, Instrument, Place

_NOWHERE = Place("published version", 0)


def to_json(instrument: Instrument) -> str:
    """Return the canonical JSON."""
    plain = _plain(instrument)
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def version_of(canonical: str) -> str:
    """Return the SHA-256 of a canonical JSON, 64 hexadecimal digits."""
    return hashlib.sha256(canonical.encode()).hexdigest()


def from_json(canonical: str) -> Instrument:
    """Return the instrument of a canonical JSON; ``to_json`` of it gives the same text."""
    built = _build(Instrument, json.loads(canonical))
    if not isinstance(built, Instrument):
        raise TypeError("not an instrument")
    return built


def _plain(value: object) -> object:
    if isinstance(value, Condition):
        return value.source
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return {
            one.name: _plain(getattr(value, one.name))
            for one in fields(value)
            if not isinstance(getattr(value, one.name), Place) and not _left_out(value, one)
        }
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return value


def _left_out(value: object, one: Field[Any]) -> bool:
    return LATER in one.metadata and getattr(value, one.name) == one.default


@lru_cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _build(kind: Any, value: Any) -> Any:  # noqa: ANN401 (a decoder is about any type)
    """Return ``value`` as the annotated type: the inverse of `_plain`."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        if value is None:
            return None
        options = [one for one in get_args(kind) if one is not types.NoneType]
        return _build(options[0], value) if len(options) == 1 else value
    if origin is tuple:
        inner = get_args(kind)
        if len(inner) == 2 and inner[1] is Ellipsis:
            return tuple(_build(inner[0], one) for one in value)
        return tuple(_build(of, one) for of, one in zip(inner, value, strict=True))
    if origin is not None and issubclass(origin, Mapping):
        return {key: _build(get_args(kind)[1], one) for key, one in value.items()}
    if kind is Condition:
        return parse(value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(
            **{
                one.name: _NOWHERE
                if hints[one.name] is Place
                else _build(hints[one.name], value[one.name])
                for one in fields(kind)
                if one.name in value or LATER not in one.metadata
            }
        )
    return value
