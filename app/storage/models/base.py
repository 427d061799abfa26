"""The base of all research tables."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import MetaData, Text, Uuid
from sqlalchemy.orm import DeclarativeBase

from app.storage.types import Json, JsonObject, UtcDateTime, named_metadata


class ResearchBase(DeclarativeBase):
    """Declares a table of the research database."""

    metadata: ClassVar[MetaData] = named_metadata()
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        JsonObject: Json,
        UUID: Uuid(),
        str: Text(),
    }
