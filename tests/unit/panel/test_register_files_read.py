"""Register files as offices send them: every encoding, separator and line end; no bombs."""

import io
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from app.panel.sample_file import SampleTable, open_table, read_bytes
from app.panel.sample_limits import Limits, SampleFileError
from tests.unit.panel.register_files import check, csv_of, person

WESTERN = ["Renée Müller", "José Núñez", "Zoë Østergård", "Françoise Besançon"]
TURKISH = ["Gülşah Yıldız", "Şükrü Öğüt", "İbrahim Çağlar", "Işıl Doğan", "Tuğba Kılıç"]
ARABIC = ["محمد الأحمد", "فاطمة الزهراء", "يوسف خليل", "نور الدين", "مريم السيد"]


def names_file(names: list[str]) -> str:
    return csv_of([{"naam": name, "email": f"p{at}@example.org"} for at, name in enumerate(names)])


def read(data: bytes, **more: str) -> tuple[list[list[str]], SampleTable]:
    table = open_table(data, Limits(), **more)
    return [cells for _, cells in table.rows], table


@pytest.mark.parametrize(
    ("names", "encoding", "told"),
    [
        (ARABIC + TURKISH, "utf-8", "utf-8"),
        (ARABIC + TURKISH, "utf-8-sig", "utf-8"),
        (ARABIC + TURKISH, "utf-16", "utf-16"),
        (WESTERN, "utf-16-le", "utf-16-le"),
        (WESTERN * 20, "cp1252", "windows-1252"),
        (TURKISH * 20, "cp1254", "windows-1254"),
        (ARABIC * 20, "cp1256", "windows-1256"),
    ],
)
def test_letters_of_every_usual_encoding_are_read_and_the_encoding_is_told(
    names: list[str], encoding: str, told: str
) -> None:
    rows, table = read(names_file(names).encode(encoding))

    assert [row[0] for row in rows] == names
    assert table.read_as == f"CSV, {told}, semicolon"


def test_encoding_that_was_told_wins_over_what_the_bytes_suggest() -> None:
    rows, _ = read(names_file(["Yıldız"]).encode("cp1254"), encoding="cp1254")
    assert rows[0][0] == "Yıldız"


def test_file_in_two_encodings_is_refused_with_the_line() -> None:
    data = names_file(WESTERN).encode() + "Ré;a@example.org\n".encode("cp1252")
    with pytest.raises(SampleFileError, match="line 6 is not UTF-8"):
        read(data)


def test_file_in_another_encoding_than_told_is_refused() -> None:
    with pytest.raises(SampleFileError, match="not utf-8"):
        read(names_file(WESTERN).encode("cp1252"), encoding="utf-8")


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_separator_and_line_end_are_found(separator: str, line_end: str) -> None:
    rows, _ = read(csv_of([person(1), person(2)], separator, line_end).encode())
    assert [row[0] for row in rows] == ["D0001", "D0002"]


def test_mixed_line_ends_and_blank_lines_count_as_a_spreadsheet_counts_them() -> None:
    table = open_table(b"naam;email\r\nA;a@b.nl\n\n\rB;b@b.nl\rC;c@b.nl", Limits())
    assert [(number, row[0]) for number, row in table.rows] == [(2, "A"), (5, "B"), (6, "C")]


def test_line_that_names_the_separator_is_no_header() -> None:
    _, table = read(b"sep=,\nnaam,email\nA,a@b.nl\n")
    assert table.header == ("naam", "email")


@pytest.mark.parametrize(
    "data",
    [
        b'naam;email\n"A;a@b.nl\nB;b@b.nl\n',
        b'naam;email\n"A"x;a@b.nl\n',
        b"A" * 6_000 + b";email\nA;a\n",
        b"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00",
        b"%PDF-1.7\x00\x00\x00",
        b"",
        b"\n\n\n",
        "naam;email\nA;b".encode("utf-32"),
    ],
)
def test_what_is_no_table_is_refused_as_a_whole(data: bytes) -> None:
    with pytest.raises(SampleFileError):
        read(data)


def test_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(SampleFileError, match=r"200\.0 MB, at most 20\.0 MB"):
        read_bytes(large, Limits())


def test_file_of_too_many_rows_is_refused() -> None:
    with pytest.raises(SampleFileError, match="more than 3 rows"):
        check([person(at) for at in range(4)], limits=Limits(rows=3))


def workbook(rows: list[list[object]], **sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for title, more in sheets.items():
        other = book.create_sheet(title)
        for row in more:
            other.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_numbers_dates_and_zeros_of_a_workbook_become_plain_text() -> None:
    data = workbook(
        [
            ["naam", "huisnummer", "telefoon", "geboortedatum"],
            ["A", 12.0, 612345678, date(1990, 5, 1)],
        ]
    )
    rows, table = read(data)
    assert rows == [["A", "12", "612345678", "1990-05-01"]]
    assert table.read_as == 'XLSX, sheet "Sheet"'


def test_sheet_may_be_named() -> None:
    data = workbook([["toelichting"]], Personen=[["naam"], ["A"]])
    rows, _ = read(data, sheet="Personen")
    assert rows == [["A"]]
    with pytest.raises(SampleFileError, match="no such sheet"):
        read(data, sheet="Anders")


def test_formula_in_a_workbook_is_a_fault_and_is_not_calculated() -> None:
    data = workbook([["naam", "email"], ['=HYPERLINK("http://evil.example")', "a@b.nl"]])
    checked = check(data)
    assert [(one.row, one.column, one.found) for one in checked.faults if one.row > 1] == [
        (2, "naam", "a formula")
    ]


def parts(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def test_zip_bomb_is_refused_without_being_unpacked() -> None:
    bomb = parts(**{"xl__workbook.xml": b"<x/>", "xl__worksheets__sheet1.xml": b"0" * 100_000_000})
    assert len(bomb) < 200_000
    with pytest.raises(SampleFileError, match="unpacks to"):
        read(bomb)


def test_workbook_with_macros_entities_or_lies_about_its_size_is_refused() -> None:
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    with pytest.raises(SampleFileError, match="entities"):
        read(parts(**{"xl__workbook.xml": entities}))
    with pytest.raises(SampleFileError, match="macros"):
        read(parts(**{"xl__workbook.xml": b"<x/>", "xl__vbaProject.bin": b"x"}))
    with pytest.raises(SampleFileError, match="no XLSX"):
        read(parts(**{"word__document.xml": b"<x/>"}))
    honest = parts(**{"xl__workbook.xml": b"<x>" + b"0" * 5_000 + b"</x>"})
    lying = honest.replace((5_007).to_bytes(4, "little"), (7).to_bytes(4, "little"))
    assert lying != honest
    with pytest.raises(SampleFileError):
        read(lying)


def test_damaged_workbook_is_refused_whichever_byte_is_hit() -> None:
    whole = workbook([["naam", "email"], ["A", "a@b.nl"]])
    for at in range(0, len(whole), 97):
        broken = whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]
        try:
            rows, _ = read(broken)
        except SampleFileError:
            continue
        assert rows == [["A", "a@b.nl"]]


def test_cell_that_is_too_long_is_a_fault_of_its_row_and_column() -> None:
    people = [person(1), person(2, straatnaam="A" * 6_000), person(3, postcode="nergens")]

    checked = check(people)

    assert [(one.row, one.column) for one in checked.faults] == [
        (3, "straatnaam"),
        (4, "postcode"),
    ]
    assert "more than 5,000 characters" in checked.faults[0].found
    assert "quotation mark" in checked.faults[0].expected


@pytest.mark.parametrize("filtered", [False, True])
def test_rows_and_columns_that_do_not_show_are_taken_in_and_said(filtered: bool) -> None:
    people = [person(at) for at in range(1, 8)]
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(people[0]))
    for one in people:
        sheet.append(list(one.values()))
    for row in (3, 4, 6):
        sheet.row_dimensions[row].hidden = True
    sheet.column_dimensions["C"].hidden = True
    if filtered:
        sheet.auto_filter.ref = sheet.dimensions
    out = io.BytesIO()
    book.save(out)

    checked = check(out.getvalue())

    assert len(checked.rows) == 7
    hidden = [one for one in checked.warnings if "hidden" in one.found]
    assert [(one.row, one.column) for one in hidden] == [
        (1, "geslachtsnaam"), (3, "(row)"), (4, "(row)"), (6, "(row)"),
    ]  # fmt: skip


def test_workbook_in_which_everything_shows_says_nothing() -> None:
    people = [person(1), person(2)]
    rows: list[list[object]] = [list(people[0]), *(list(one.values()) for one in people)]
    assert check(workbook(rows)).warnings == []
