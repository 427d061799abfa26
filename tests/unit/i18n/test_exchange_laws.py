"""Whatever a text holds, it comes out of a translator's file as it went in."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.i18n.entries import Entry
from app.i18n.exchange_sheet import read_csv, read_xlsx, write_csv, write_xlsx
from app.i18n.exchange_xliff import read_xliff, write_xliff
from app.i18n.remarks import Remarks, source_hash

words = (
    st.text(st.characters(categories=("L", "M", "N", "P", "S", "Zs")), min_size=1, max_size=40)
    .map(str.strip)
    .filter(bool)
)
formulas = st.sampled_from(
    ["=1+1", "'=1", "-5", "+31", "@x", "''=", "&amp;", "<b>", "]]>", "a;b,c"]
)
entries = st.builds(
    lambda number, source, translation, doubts: Entry(
        context=f"name{number}",
        sources=(source,),
        translations=(translation,),
        remarks=Remarks(source=source_hash(source), doubts=tuple(doubts)),
        comments=("kind: question",),
        line=number,
    ),
    st.integers(1, 999),
    words | formulas,
    words | formulas,
    st.lists(words, max_size=2),
)


def roundtrip(format_: str, given_: list[Entry], folder: Path):
    file = folder / f"there.{format_}"
    match format_:
        case "xlf":
            write_xliff(given_, file, catalog="x", source="nl", target="ar", longest={})
            return read_xliff(file, catalog="x")
        case "xlsx":
            write_xlsx(given_, file, code="ar", longest={})
            return read_xlsx(file)
        case _:
            write_csv(given_, file, code="ar", longest={})
            return read_csv(file)


@pytest.mark.parametrize("format_", ["xlf", "xlsx", "csv"])
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(given_=st.lists(entries, min_size=1, max_size=4))
def test_texts_and_doubts_come_back_as_they_were(
    format_: str, given_: list[Entry], tmp_path: Path
) -> None:
    sheet = roundtrip(format_, given_, tmp_path)

    assert sheet.language == "ar"
    assert [(row.context, row.sources, row.translations, row.doubts) for row in sheet.rows] == [
        (one.context, one.sources, one.translations, one.remarks.doubts) for one in given_
    ]
