"""The tables of the research database; nothing in it names a person."""

from app.storage.models.base import ResearchBase
from app.storage.models.interviewing import Answer, AnswerEvent, Interview, Operation
from app.storage.models.open_answers import OpenAnswer, OpenAnswerEvent
from app.storage.models.panel import (
    AccessCode,
    CaseEvent,
    CodeMiss,
    InstrumentVersion,
    Person,
    PersonAssignment,
    Preload,
    SurveyCase,
    Wave,
    WaveEvent,
)
from app.storage.models.staff import AuditEvent, SignInMiss, Staff, StaffSession

__all__ = [
    "AccessCode",
    "Answer",
    "AnswerEvent",
    "AuditEvent",
    "CaseEvent",
    "CodeMiss",
    "InstrumentVersion",
    "Interview",
    "OpenAnswer",
    "OpenAnswerEvent",
    "Operation",
    "Person",
    "PersonAssignment",
    "Preload",
    "ResearchBase",
    "SignInMiss",
    "Staff",
    "StaffSession",
    "SurveyCase",
    "Wave",
    "WaveEvent",
]
