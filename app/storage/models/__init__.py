"""The tables of the research database; nothing in it names a person."""

from app.storage.models.audio import AudioClip, AudioEdition, ClipKind
from app.storage.models.base import ResearchBase
from app.storage.models.fieldwork import (
    FrameImport,
    FrameUnit,
    Mailing,
    Message,
    MessageEvent,
    OpenEntry,
    OpenLink,
    PersonEvent,
    PersonReach,
    PrintBatch,
    Rehearsal,
    SampleDraw,
    SampleDrawUnit,
)
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
    "AudioClip",
    "AudioEdition",
    "AuditEvent",
    "CaseEvent",
    "ClipKind",
    "CodeMiss",
    "FrameImport",
    "FrameUnit",
    "InstrumentVersion",
    "Interview",
    "Mailing",
    "Message",
    "MessageEvent",
    "OpenAnswer",
    "OpenAnswerEvent",
    "OpenEntry",
    "OpenLink",
    "Operation",
    "Person",
    "PersonAssignment",
    "PersonEvent",
    "PersonReach",
    "Preload",
    "PrintBatch",
    "Rehearsal",
    "ResearchBase",
    "SampleDraw",
    "SampleDrawUnit",
    "SignInMiss",
    "Staff",
    "StaffSession",
    "SurveyCase",
    "Wave",
    "WaveEvent",
]
