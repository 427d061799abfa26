"""A release: the files that analysis reads, complete or not there at all.

Answers off the route stay out, and say why they are missing; answers kept with the contacts and
people's own words never enter: of open answers a release has what staff made of them, codes.
"""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from app.panel.case_history import CaseHistory
from app.panel.dispositions import disposition_at
from app.panel.states import CaseStatus
from app.questionnaire.answers import encode
from app.questionnaire.code_frames import load_code_frames, own_words
from app.questionnaire.codebook import codebook
from app.questionnaire.model import Instrument, Missing, Store, Value
from app.questionnaire.routing import Route
from app.services.content.instruments import load_study
from app.services.context import ServiceContext
from app.services.fieldwork.preload_export import PRELOAD_HEAD, preload_rows, preload_versions
from app.services.open_ended.open_answers import given_answers, in_queue
from app.services.publication.coded_answers import CodedVariable, coded_variables
from app.services.publication.walked_cases import WalkedCase, walk_cases
from app.services.response.attrition import ledger_in
from app.services.response.attrition_rows import release_csv
from app.services.response.outcomes import ALL_THAT_IS_KNOWN, load_histories
from app.storage import versions, waves
from app.storage.releases import ReleasedAnswer, ReleasedCase, released_answers
from app.version import VERSION

Row = dict[str, str]

_HEAD = (
    "person_id", "case_id", "wave", "case_status", "case_mode", "case_lang", "interview_month",
    "version",
)  # fmt: skip
_FRAME_HEAD = ("person_id", "case_id", "wave", "stratum", "N_h", "n_h", "base_weight")
_FRAME_END = ("eligible", "disposition", "disposition_reason", "device", "door")
_ANSWER_HEAD = ("case_id", "variable", "value", "revision", "op_id", "on_route", "saved_at")
_WORDS = {"open", "text"}
"""Kinds whose answers are a person's own words: what enters of them is codes."""
WITHHELD = "withheld"
"""What ``answers.csv`` has instead of the own words of a real person."""


class ExportError(Exception):
    """A release cannot be made; nothing was written."""


def export_release(
    ctx: ServiceContext,
    years: Sequence[int],
    out: Path,
    *,
    with_answers: bool = False,
) -> Path:
    """Write a release folder and return it.

    Parameters
    ----------
    with_answers
        Also ``answers.csv``: every current answer, off the route too. For checks of the store, not
        for analysis. Own words of real people read `WITHHELD`; those of synthetic ones, invented,
        are as they were saved.

    Raises
    ------
    ExportError
        If a wave was never fielded, or ``out`` holds something that is not a release.
    """
    if out.exists() and any(out.iterdir()) and not (out / "manifest.json").exists():
        raise ExportError(f"{out} is not empty and not a release")
    bank = load_study(ctx.study, ctx.translations)
    with ctx.databases.research.snapshot() as connection:
        fielded = {wave.year: wave for wave in waves.list_waves(connection)}
        for year in years:
            if year not in fielded or fielded[year].version_id is None:
                raise ExportError(f"wave {year} was never fielded")
        told = walk_cases(ctx, connection, years)
        histories = load_histories(ctx, connection, years, walked=told)
        versions_used = {one.case.version_id for one in told if one.case.version_id is not None}
        versions_used |= {str(fielded[year].version_id) for year in years}
        instruments = [ctx.instruments.get(connection, version) for version in versions_used]
        answers = in_queue(given_answers(ctx, connection, years), told)
        listed = [versions.load_version(connection, version) for version in sorted(versions_used)]
        frozen = preload_versions(connection, years)
        ledger = ledger_in(ctx, connection, ctx.clock.now(), years=years, histories=histories)
    book = codebook(bank, instruments)
    frames, _ = load_code_frames(bank, ctx.study)
    described = {one["name"] for one in book["variables"]}
    coded = coded_variables(
        answers, {name: frame for name, frame in frames.items() if name in described}
    )
    book["variables"] = [
        entry
        for one in book["variables"]
        for entry in ([one] if one["kind"] not in _WORDS else _coded_entries(one, coded))
    ]
    contents = {
        "responses.csv": _responses(told, book["variables"], coded),
        "frame.csv": _frame(histories, told, instruments[0]),
        "codebook.json": json.dumps(book, ensure_ascii=False, indent=1, sort_keys=True) + "\n",
        "margins.csv": _margins(ctx.study / "margins"),
        "ledger.csv": release_csv(ledger),
    }
    if any(one.case.preload_number is not None for one in told):
        contents["preloads.csv"] = _csv(PRELOAD_HEAD, preload_rows(told))
    if with_answers:
        contents["answers.csv"] = _answers(ctx, years, told)
    manifest = {
        "study": bank.study,
        "waves": sorted(years),
        "instrument_versions": [
            {"wave": one.wave, "number": one.number, "id": one.id} for one in listed
        ],
        "code_frames": [
            {"variable": name, "version": one.frame.version, "status": str(one.frame.status)}
            for name, one in sorted(coded.items())
            if one.codes
        ],
        "preloads": frozen,
        "ledger_problems": list(ledger.problems),
        "synthetic": any(fielded[year].synthetic for year in years),
        "code_version": VERSION,
        "files": {name: _described(name, text) for name, text in sorted(contents.items())},
    }
    contents["manifest.json"] = (
        json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    )
    return _write(out, contents)


# --- responses.csv --------------------------------------------------------------------------------


def _coded_entries(
    entry: Mapping[str, Any], coded: Mapping[str, CodedVariable]
) -> list[dict[str, Any]]:
    return coded[entry["name"]].entries(entry) if entry["name"] in coded else []


def _responses(
    told: Sequence[WalkedCase],
    variables: Sequence[Mapping[str, Any]],
    coded: Mapping[str, CodedVariable],
) -> str:
    paradata = set(_HEAD)
    columns = [
        column for one in variables if one["name"] not in paradata for column in one["columns"]
    ]
    rows = [_response(one, variables, coded) for one in told if one.route is not None]
    return _csv((*_HEAD, *columns), _sorted(rows))


def _response(
    one: WalkedCase,
    variables: Sequence[Mapping[str, Any]],
    coded: Mapping[str, CodedVariable],
) -> Row:
    case, walked, instrument = one.case, one.route, one.instrument
    if walked is None or instrument is None:
        raise TypeError("a response needs a route")
    row: Row = {
        "person_id": case.person_id.hex,
        "case_id": case.case_id.hex,
        "wave": str(case.wave),
        "case_status": str(case.status),
        "case_mode": str(case.interview_mode),
        "case_lang": case.interview_language or case.language,
        "interview_month": case.interview_month or "",
        "version": case.version_id or "",
    }
    stop = _stop(walked, instrument, case)
    places = {item.var: at for at, item in enumerate(instrument.items)}
    for name, open_variable in coded.items():
        row |= open_variable.cells(case.case_id, _final(walked, instrument, name, places, stop))
    for variable in variables:
        name = variable["name"]
        if name in row or name in coded:
            continue
        if variable["kind"] == "frame":
            row[name] = str(case.frame.get(name, ""))
            continue
        value = _final(walked, instrument, name, places, stop)
        if variable["kind"] == "multiple":
            row |= _spread(name, value, variable["columns"])
        else:
            row[name] = encode(value)
    return row


def _stop(walked: Route, instrument: Instrument, case: ReleasedCase) -> int | None:
    """Place of the item where an unfinished interview stopped; ``None`` when it was finished."""
    if case.status is not CaseStatus.PARTIAL or walked.first_open is None:
        # Answers kept with the contacts are not read here: their pages look open in every
        # interview, but a submitted one has no page left.
        return None
    asked = [page for page in walked.pages if page.item.store is Store.ANSWERS]
    stopped = next((page for page in asked if page.id not in walked.answered), None)
    if stopped is None:
        return len(instrument.items)
    return [item.var for item in instrument.items].index(stopped.item.var)


def _final(
    walked: Route, instrument: Instrument, name: str, places: Mapping[str, int], stop: int | None
) -> Value:
    """The value of a variable, or why there is none: not on the route, or not reached."""
    value = walked.values.get(name)
    if value is not None:
        return value
    item = instrument.item_of.get(name)
    waits = {one.var: one.after for one in instrument.derived}
    var = (
        item.var if item else waits.get(name, name.removesuffix("_confirm").removesuffix("_other"))
    )
    if stop is not None and places.get(var, -1) >= stop:
        return Missing.BREAK_OFF
    return Missing.NA_ROUTE


def _spread(name: str, value: Value, columns: Sequence[str]) -> Row:
    """One column per code: 1 chosen, 0 not, or the missing code in all of them."""
    if isinstance(value, tuple):
        chosen = {f"{name}__{code}" for code in value}
        return {column: "1" if column in chosen else "0" for column in columns}
    return dict.fromkeys(columns, encode(value))


# --- the other files ------------------------------------------------------------------------------


def _frame(
    histories: Sequence[CaseHistory],
    told: Sequence[WalkedCase],
    instrument: Instrument,
) -> str:
    names = [one.var for one in instrument.frame if one.var.startswith("fr_")]
    history_of = {one.case_id: one for one in histories}
    rows = []
    for one in told:
        case, history = one.case, history_of[one.case.case_id]
        stood = disposition_at(history, ALL_THAT_IS_KNOWN)
        if stood is None:
            raise TypeError("a case that exists has an outcome")
        interview = history.interview
        row = {
            "person_id": case.person_id.hex,
            "case_id": case.case_id.hex,
            "wave": str(case.wave),
            "stratum": case.stratum or "",
            "N_h": _number(case.stratum_population),
            "n_h": _number(case.stratum_sample),
            "base_weight": _number(case.base_weight),
            "eligible": str(stood.eligible),
            "disposition": stood.code,
            "disposition_reason": stood.reason or "",
            "device": (interview and interview.device) or "",
            "door": (interview and interview.door) or "",
        }
        row |= {name: str(case.frame.get(name, "")) for name in names}
        rows.append(row)
    return _csv((*_FRAME_HEAD, *names, *_FRAME_END), _sorted(rows))


def _answers(ctx: ServiceContext, years: Sequence[int], told: Sequence[WalkedCase]) -> str:
    routes = {one.case.case_id: one for one in told}
    rows = []
    with ctx.databases.research.snapshot() as connection:
        for answer in released_answers(connection, years):
            one = routes.get(answer.case_id)
            on_route = one is not None and one.route is not None and _asked(one, answer.variable)
            rows.append(
                {
                    "case_id": answer.case_id.hex,
                    "variable": answer.variable,
                    "value": _shown(answer, one),
                    "revision": str(answer.revision),
                    "op_id": answer.op_id,
                    "on_route": "1" if on_route else "0",
                    "saved_at": answer.saved_at.isoformat(),
                }
            )
    return _csv(_ANSWER_HEAD, sorted(rows, key=lambda row: (row["case_id"], row["variable"])))


def _shown(answer: ReleasedAnswer, one: WalkedCase | None) -> str:
    """The stored value; of a real person's own words no more than that there are some."""
    if one is None or one.case.synthetic or answer.value in set(Missing):
        return answer.value
    words = own_words(one.instrument) if one.instrument is not None else {answer.variable}
    return WITHHELD if answer.variable in words else answer.value


def _asked(one: WalkedCase, variable: str) -> bool:
    if one.route is None:
        return False
    name = variable.removesuffix("_other")
    return any(name in page.variables for page in one.route.pages)


MARGIN_COLUMNS = ("margin", "category", "value", "reference_date")


def _margins(folder: Path) -> str:
    """All margin files one below the other, under the header that they share.

    A study without margins has the header alone: who reads the release looks for its columns.
    """
    header: list[str] = []
    lines: list[dict[str, str]] = []
    for file in sorted(folder.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as handle:
            reader = csv.DictReader(handle)
            header = header or list(reader.fieldnames or ())
            lines += list(reader)
    return _csv(header or MARGIN_COLUMNS, lines)


# --- writing --------------------------------------------------------------------------------------


def _csv(header: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    text = StringIO(newline="")
    writer = csv.DictWriter(text, list(header), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _sorted(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["wave"], row["person_id"]))


def _number(value: float | None) -> str:
    return "" if value is None else repr(value)


def _described(name: str, text: str) -> dict[str, Any]:
    found: dict[str, Any] = {"sha256": hashlib.sha256(text.encode()).hexdigest()}
    if name.endswith(".csv"):
        found["rows"] = sum(1 for _ in csv.reader(StringIO(text, newline=""))) - 1
    return found


def _write(out: Path, contents: Mapping[str, str]) -> Path:
    """Write all files beside the target, then put them in its place at once."""
    out.parent.mkdir(parents=True, exist_ok=True)
    fresh = out.with_name(f".{out.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    for name, text in contents.items():
        (fresh / name).write_text(text, encoding="utf-8", newline="")
    if out.exists():
        shutil.rmtree(out)
    fresh.rename(out)
    return out
