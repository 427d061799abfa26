"""Texts go out as PO, XLIFF or a sheet and come back: whole, or not at all and with the reasons."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from click.testing import CliRunner
from lxml import etree
from openpyxl import load_workbook

from app.cli import main
from app.i18n import exchange_sheet
from app.i18n.catalogs import read_catalog, write_catalog
from app.i18n.remarks import Remarks, Review, Standing, source_hash
from app.services.content import translating
from tests.unit.i18n.small_study import (
    MODULE,
    entries_in,
    everything,
    refresh,
    translate,
    translations_in,
    write_study,
)

TODAY = date(2026, 11, 21)
REVIEW = Review("Mina Ahmadi", date(2026, 11, 20))
FILES = {"po": "back.po", "xliff": "back.xlf", "xlsx": "back.xlsx", "csv": "back.csv"}
every_format = pytest.mark.parametrize("format_", FILES)


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    write_study(tmp_path)
    path = refresh(tmp_path)
    translate(path, everything(path) | {"work": "", "pay": ""})
    translate(path, {"land": "أي بلد؟"}, Remarks(REVIEW, source_hash("Welk land?")))
    return path


def desk(folder: Path) -> translating.Desk:
    return translating.desk_of(folder / "surveys" / "small", translations_in(folder))


def exported(folder: Path, format_: str) -> Path:
    file = folder / FILES[format_]
    translating.export(desk(folder), "ar", format_, file)
    return file


def fill_in(file: Path, words: dict[str, str], *, source: dict[str, str] | None = None) -> None:
    """Do what a translator does in the file's own program."""
    writers: dict[str, Callable[[Path, dict[str, str], dict[str, str]], None]] = {
        ".po": _in_po,
        ".xlf": _in_xliff,
        ".xlsx": _in_xlsx,
        ".csv": _in_csv,
    }
    writers[file.suffix](file, words, source or {})


def _in_po(file: Path, words: dict[str, str], source: dict[str, str]) -> None:
    catalog = read_catalog(_as_catalog(file))
    for message in catalog:
        if message.id and message.context in words:
            message.string = words[message.context]
        if message.id and message.context in source:
            message.id = source[message.context]
    write_catalog(catalog, file)


def _as_catalog(file: Path) -> Path:
    """A copy where the reader looks for the language: in the folder's name."""
    copy = file.parent / "copy" / "ar" / "LC_MESSAGES" / file.name
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_bytes(file.read_bytes())
    return copy


def _in_xliff(file: Path, words: dict[str, str], source: dict[str, str]) -> None:
    tree = etree.parse(file)
    for unit in tree.iter("{*}trans-unit"):
        if unit.get("resname") in words:
            unit.find("{*}target").text = words[unit.get("resname")]
        if unit.get("resname") in source:
            unit.find("{*}source").text = source[unit.get("resname")]
    tree.write(file, encoding="UTF-8", xml_declaration=True)


def _in_xlsx(file: Path, words: dict[str, str], source: dict[str, str]) -> None:
    book = load_workbook(file)
    for row in book.worksheets[0].iter_rows(min_row=2):
        if row[0].value in words:
            row[4].value = words[row[0].value]
        if row[0].value in source:
            row[3].value = source[row[0].value]
    book.save(file)


def _in_csv(file: Path, words: dict[str, str], source: dict[str, str]) -> None:
    with file.open(encoding="utf-8-sig", newline="") as read:
        rows = list(csv.reader(read))
    for row in rows[1:]:
        row[4] = words.get(row[0], row[4])
        row[3] = source.get(row[0], row[3])
    with file.open("w", encoding="utf-8", newline="") as written:
        csv.writer(written).writerows(rows)


def take_in(folder: Path, file: Path, **given: object) -> translating.Imported:
    options = {"reviewed_by": None, "on": TODAY, **given}
    return translating.take_in(desk(folder), file, **options)


@every_format
def test_file_that_comes_back_untouched_changes_nothing(
    format_: str, catalog: Path, tmp_path: Path
) -> None:
    before = catalog.read_bytes()

    done = take_in(tmp_path, exported(tmp_path, format_))

    assert (done.changed, done.unchanged, done.empty) == (0, 25, 2)
    assert catalog.read_bytes() == before


@every_format
def test_translation_comes_in_as_a_draft_of_the_present_source(
    format_: str, catalog: Path, tmp_path: Path
) -> None:
    file = exported(tmp_path, format_)
    fill_in(file, {"work": "هل تعملون؟"})

    assert take_in(tmp_path, file).changed == 1
    entry = entries_in(catalog)["work"]
    assert entry.translations == ("هل تعملون؟",)
    assert entry.standing is Standing.DRAFT
    assert entry.remarks.source == source_hash("Werkt u?")


@every_format
def test_import_leaves_nothing_for_a_refresh_to_change(
    format_: str, catalog: Path, tmp_path: Path
) -> None:
    """One text holds an insertion, which Babel takes for a format of Python."""
    refresh(tmp_path)
    file = exported(tmp_path, format_)
    fill_in(file, {"work": "هل تعملون؟"})
    take_in(tmp_path, file)
    taken_in = catalog.read_bytes()

    refresh(tmp_path)

    assert catalog.read_bytes() == taken_in


@every_format
def test_named_reviewer_makes_the_translations_of_a_file_reviewed(
    format_: str, catalog: Path, tmp_path: Path
) -> None:
    file = exported(tmp_path, format_)
    fill_in(file, {"work": "هل تعملون؟"})

    take_in(tmp_path, file, reviewed_by="Yonas Tesfay")

    found = entries_in(catalog)
    assert found["work"].remarks.review == Review("Yonas Tesfay", TODAY)
    assert found["place"].standing is Standing.REVIEWED
    assert found["pay"].standing is Standing.MISSING


@every_format
def test_nothing_is_written_when_a_row_is_wrong_and_each_is_named(
    format_: str, catalog: Path, tmp_path: Path
) -> None:
    before = catalog.read_bytes()
    file = exported(tmp_path, format_)
    fill_in(
        file,
        {
            "work": "هل تعملون؟",
            "place|repeat": "تعيشون هنا. صحيح؟",
            "hours|help": "مثلا 24 ساعة",
            "pay": "ك" * 301,
        },
    )

    with pytest.raises(translating.ImportProblemsError) as refused:
        take_in(tmp_path, file)

    assert {(one.name, one.reason) for one in refused.value.problems} == {
        ("place|repeat", 'placeholder "{prev}" is missing'),
        ("hours|help", "not between isolates: 24"),
        ("pay", "is 301 characters, at most 300"),
    }
    assert all(one.at.split()[0] in ("row", "line") for one in refused.value.problems)
    assert catalog.read_bytes() == before


@every_format
def test_touched_source_is_refused(format_: str, catalog: Path, tmp_path: Path) -> None:
    file = exported(tmp_path, format_)
    fill_in(file, {"work": "هل تعملون؟"}, source={"work": "Werkt u nu?"})

    with pytest.raises(translating.ImportProblemsError, match="source text is another"):
        take_in(tmp_path, file)


@every_format
def test_draft_takes_the_place_of_a_reviewed_translation_only_by_force(
    format_: str, catalog: Path, tmp_path: Path
) -> None:
    file = exported(tmp_path, format_)
    fill_in(file, {"land": "في أي بلد؟"})

    with pytest.raises(translating.ImportProblemsError, match="reviewed by Mina Ahmadi"):
        take_in(tmp_path, file)
    assert entries_in(catalog)["land"].standing is Standing.REVIEWED

    take_in(tmp_path, file, force=True)
    entry = entries_in(catalog)["land"]
    assert (entry.translations, entry.standing) == (("في أي بلد؟",), Standing.DRAFT)


def test_sheet_that_a_dutch_spreadsheet_saved_with_semicolons_is_read(
    catalog: Path, tmp_path: Path
) -> None:
    file = exported(tmp_path, "csv")
    fill_in(file, {"work": "هل تعملون؟"})
    with file.open(encoding="utf-8", newline="") as read:
        rows = list(csv.reader(read))
    with file.open("w", encoding="utf-8-sig", newline="") as written:
        csv.writer(written, delimiter=";").writerows(rows)

    assert take_in(tmp_path, file).changed == 1


def test_row_for_a_text_that_is_not_asked_and_a_row_given_twice_are_named(
    catalog: Path, tmp_path: Path
) -> None:
    file = exported(tmp_path, "csv")
    with file.open(encoding="utf-8-sig", newline="") as read:
        rows = list(csv.reader(read))
    gone = [rows[-1][0].replace("work", "gone"), *rows[-1][1:]]
    with file.open("w", encoding="utf-8-sig", newline="") as written:
        csv.writer(written).writerows([*rows, gone, rows[-1]])

    with pytest.raises(translating.ImportProblemsError) as refused:
        take_in(tmp_path, file)

    assert [(one.name.partition("|")[0], one.reason) for one in refused.value.problems] == [
        ("gone", "there is no such string in the catalog"),
        ("work", "stands in row 28 too"),
    ]


def test_stale_translation_that_merely_comes_along_stays_stale_until_it_is_reviewed(
    catalog: Path, tmp_path: Path
) -> None:
    write_study(tmp_path, module=MODULE.replace("Welk land?", "In welk land?"))
    refresh(tmp_path)
    file = exported(tmp_path, "xlsx")

    take_in(tmp_path, file)
    assert entries_in(catalog)["land"].standing is Standing.STALE

    take_in(tmp_path, file, reviewed_by="Mina Ahmadi")
    assert entries_in(catalog)["land"].standing is Standing.REVIEWED


@pytest.mark.parametrize("format_", ["xliff", "xlsx", "csv"])
def test_plural_goes_out_and_comes_back_with_every_form(format_: str, tmp_path: Path) -> None:
    write_study(tmp_path)
    path = translations_in(tmp_path) / "ar" / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    forms = [f'msgstr[{at}] "إجابة {at}"\n'.replace(f' {at}"', '"') for at in range(6)]
    rule = "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 ? 3 : n>9 ? 4 : 5);"
    path.write_text(
        f'msgid ""\nmsgstr ""\n"Language: ar\\n"\n"Plural-Forms: {rule}\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n\n'
        f'msgid "One answer"\nmsgid_plural "Some answers"\n{"".join(forms)}\nmsgid "Next"\n'
        'msgstr "التالي"\n',
        encoding="utf-8",
    )
    messages = translating.desk_of(
        tmp_path / "surveys" / "small", translations_in(tmp_path), "messages"
    )
    file = tmp_path / FILES[format_]
    translating.export(messages, "ar", format_, file)
    if format_ == "csv":
        file.write_text(file.read_text("utf-8-sig").replace("إجابة", "جواب", 1), "utf-8")

    done = translating.take_in(messages, file, reviewed_by="Mina", on=TODAY)

    assert done.changed == 2
    found = {entry.sources: entry for entry in translating.read_entries(path)[0]}
    assert len(found["One answer", "Some answers"].translations) == 6
    assert found["Next",].remarks.review == Review("Mina", TODAY)


def test_missing_plural_form_is_refused(tmp_path: Path) -> None:
    write_study(tmp_path)
    path = translations_in(tmp_path) / "nl" / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    path.write_text(
        'msgid ""\nmsgstr ""\n"Language: nl\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "One"\nmsgid_plural "Some"\nmsgstr[0] "Een"\nmsgstr[1] "Enkele"\n',
        encoding="utf-8",
    )
    messages = translating.desk_of(
        tmp_path / "surveys" / "small", translations_in(tmp_path), "messages"
    )
    file = tmp_path / "back.po"
    translating.export(messages, "nl", "po", file)
    file.write_text(file.read_text("utf-8").replace('"Enkele"', '""'), "utf-8")

    with pytest.raises(translating.ImportProblemsError, match="lacks plural form 1"):
        translating.take_in(messages, file, reviewed_by=None, on=TODAY)


def _damaged_workbook() -> bytes:
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types")
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("back.xlf", b"<xliff", "is not XML"),
        ("back.xlf", b'<xliff version="2.0"/>', "is not XLIFF 1.2"),
        ("back.xlsx", b"PK nothing", "is not a workbook"),
        ("back.xlsx", _damaged_workbook(), "is not a workbook"),
        ("back.csv", b"a,b\n", "the first row is a, b"),
        ("back.csv", b"\xff\xfe", "is not CSV in UTF-8"),
        ("back.po", b'msgid "x"\nmsgstr "y\n', "back.po:2: expected a string in quotes"),
        ("back.po", b'msgid "x"\nmsgstr "y"\n', "names no language"),
        ("back.doc", b"", "expected a file that ends in"),
    ],
    ids=range(9),
)
def test_file_of_another_kind_is_refused_with_the_reason(
    name: str, content: bytes, why: str, catalog: Path, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(translating.TranslationFileError, match=why):
        take_in(tmp_path, tmp_path / name)


def test_entities_of_an_xliff_file_are_not_followed(catalog: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("SECRET")
    file = exported(tmp_path, "xliff")
    text = file.read_text("utf-8").replace(
        "<xliff", f'<!DOCTYPE x [<!ENTITY s SYSTEM "{secret.as_uri()}">]><xliff', 1
    )
    file.write_text(text.replace("أي بلد؟", "&s;"), "utf-8")

    with pytest.raises((translating.ImportProblemsError, translating.TranslationFileError)):
        take_in(tmp_path, file, reviewed_by="Mina")
    assert "SECRET" not in catalog.read_text("utf-8")


def test_cell_that_a_spreadsheet_would_calculate_stays_text(catalog: Path, tmp_path: Path) -> None:
    translate(catalog, {"work": "=1 هل"}, Remarks(source=source_hash("Werkt u?")))

    assert "'=1 هل" in exported(tmp_path, "csv").read_text("utf-8-sig")
    sheet = load_workbook(exported(tmp_path, "xlsx")).worksheets[0]
    (cell,) = [row[4] for row in sheet.iter_rows() if row[0].value == "work"]
    assert (cell.data_type, cell.value) == ("s", "=1 هل")


def test_word_that_is_not_the_agreed_one_is_a_warning(catalog: Path, tmp_path: Path) -> None:
    file = exported(tmp_path, "xlsx")
    fill_in(file, {"v_gemeente": "المدينة تساعد."})

    done = take_in(tmp_path, file)

    assert done.changed == 1
    assert done.warnings == ('v_gemeente: expected "البلدية" for gemeente',)


def run(folder: Path, *arguments: str):
    place = ["--study", str(folder / "surveys" / "small"), "--folder", str(translations_in(folder))]
    return CliRunner().invoke(main, ["translations", *place, *arguments])


def test_commands_tell_how_far_each_language_is(catalog: Path, tmp_path: Path) -> None:
    assert run(tmp_path, "start", "--language", "tr").exit_code == 0
    lines = run(tmp_path, "status").output.splitlines()

    assert [line.split() for line in lines] == [
        ["language", "total", "draft", "reviewed", "stale", "missing"],
        ["ar", "27", "24", "1", "0", "2"],
        ["tr", "27", "0", "0", "0", "27"],
    ]


def test_command_lists_where_one_thing_is_said_in_two_ways(catalog: Path, tmp_path: Path) -> None:
    write_study(tmp_path, module=MODULE.replace('nl: "Stad"', 'nl: "Ja"'))
    refresh(tmp_path)
    translate(
        catalog,
        {"scale yesno|yes": "نعم", "place|option town": "أجل", "v_gemeente": "المدينة تساعد."},
    )
    found = entries_in(catalog)

    lines = run(tmp_path, "terms", "--language", "ar").output.splitlines()

    town, view = (found[name].line for name in ("place|option town", "v_gemeente"))
    assert lines == [
        f'ar/LC_MESSAGES/small.po:{view}: v_gemeente: expected "البلدية" for gemeente',
        f'ar/LC_MESSAGES/small.po:{view}: v_gemeente: first use of gemeente lacks "(gemeente)"',
        f"ar/LC_MESSAGES/small.po:{town}: place|option town: line "
        f'{found["scale yesno|yes"].line} says "نعم"',
    ]


def test_command_names_every_row_and_ends_with_an_error(catalog: Path, tmp_path: Path) -> None:
    file = tmp_path / "back.xlsx"
    assert run(tmp_path, "export", "--language", "ar", "--format", "xlsx", str(file)).output == (
        f"{file}: 27 texts\n"
    )
    fill_in(file, {"place|repeat": "تعيشون هنا.", "work": "عمل 7"})

    done = run(tmp_path, "import", str(file))

    assert done.exit_code == 1
    assert 'place|repeat: placeholder "{prev}" is missing' in done.output
    assert "work: number 7 is not in the source" in done.output


def test_command_for_a_language_without_catalog_says_so(catalog: Path, tmp_path: Path) -> None:
    done = run(tmp_path, "export", "--language", "so", "--format", "po", str(tmp_path / "so.po"))

    assert done.exit_code == 1
    assert "there is no catalog small in language so" in done.output


@pytest.mark.parametrize(
    ("code", "why"), [("zz", 'language "zz" is not known'), ("en", "is written in en")]
)
def test_command_starts_no_catalog_that_nobody_needs(code: str, why: str, tmp_path: Path) -> None:
    write_study(tmp_path)

    done = run(tmp_path, "start", "--language", code)

    assert (done.exit_code, why in done.output) == (1, True)
    assert list(translations_in(tmp_path).glob("*/")) == []


# --- files that are not what they say -------------------------------------------------------------


@every_format
def test_review_that_only_the_file_speaks_of_is_not_believed(
    format_: str, catalog: Path, tmp_path: Path
) -> None:
    before = catalog.read_bytes()
    file = exported(tmp_path, format_)
    _claim(file, "reviewed by Nobody on 2026-11-01")

    with pytest.raises(translating.ImportProblemsError, match="reviewed by Nobody") as refused:
        take_in(tmp_path, file)

    assert "--reviewed-by" in str(refused.value)
    assert catalog.read_bytes() == before
    take_in(tmp_path, file, reviewed_by="Yonas Tesfay")
    assert entries_in(catalog)["place"].remarks.review == Review("Yonas Tesfay", TODAY)


def _claim(file: Path, review: str) -> None:
    if file.suffix != ".xlsx":
        text = file.read_text("utf-8-sig")
        for old in ("# state: draft", '"state">draft', ",draft,draft"):
            text = text.replace(old, old.replace("draft", review, 1), 1)
        file.write_text(text, "utf-8")
        return
    book = load_workbook(file)
    row = next(row for row in book.worksheets[0].iter_rows(min_row=2) if row[5].value == "draft")
    row[5].value = review
    book.save(file)


@every_format
@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("\u200e\u200b", "holds no words"),
        (".", "holds no words"),
        ("Waar woont u?", "it says the source text itself"),
        ("\u2068Where do you live?\u2069", "it says the source text itself"),
    ],
    ids=["nothing seen", "a stop", "Dutch", "English"],
)
def test_translation_that_says_nothing_is_refused(
    format_: str, words: str, reason: str, catalog: Path, tmp_path: Path
) -> None:
    file = exported(tmp_path, format_)
    fill_in(file, {"place": words})

    with pytest.raises(translating.ImportProblemsError, match=reason):
        take_in(tmp_path, file)


def test_answer_that_would_say_what_another_answer_says_is_refused(
    catalog: Path, tmp_path: Path
) -> None:
    translate(catalog, {"scale yesno|yes": "نعم", "scale yesno|no": "لا"})
    file = exported(tmp_path, "csv")
    fill_in(file, {"scale yesno|no": "نعم"})

    with pytest.raises(translating.ImportProblemsError, match=r'same as "scale yesno\|yes"'):
        take_in(tmp_path, file)


def test_translation_that_is_a_formula_is_refused_by_its_row(catalog: Path, tmp_path: Path) -> None:
    file = exported(tmp_path, "xlsx")
    book = load_workbook(file)
    rows = list(book.worksheets[0].iter_rows())
    at = next(number for number, row in enumerate(rows, start=1) if row[0].value == "work")
    rows[at - 1][4].value = '="هل تعملون؟"'
    book.save(file)

    with pytest.raises(translating.ImportProblemsError) as refused:
        take_in(tmp_path, file)

    assert str(refused.value) == f"row {at}: work: holds a formula, expected text"


def test_workbook_that_unpacks_to_more_than_memory_holds_is_not_read(
    catalog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange_sheet, "MAX_UNPACKED_BYTES", 1_000_000)
    file = exported(tmp_path, "xlsx")
    with ZipFile(file, "a", ZIP_DEFLATED) as archive:
        archive.writestr("xl/more.xml", b" " * 1_000_000)

    assert file.stat().st_size < 100_000
    with pytest.raises(translating.TranslationFileError, match="bytes unpacked, at most"):
        take_in(tmp_path, file)


def test_file_of_another_language_under_this_ones_name_is_refused(
    catalog: Path, tmp_path: Path
) -> None:
    turkish = refresh(tmp_path, start=("tr",)).parents[2] / "tr" / "LC_MESSAGES" / "small.po"
    words = dict.fromkeys(entries_in(turkish), "Türkçe sözler")
    translate(turkish, words | {"place|repeat": "{prev}, doğru mu?", "hours|help": "24 saat"})
    file = tmp_path / "there.csv"
    translating.export(desk(tmp_path), "tr", "csv", file)
    file.write_text(file.read_text("utf-8-sig").replace(",tr,", ",ar,", 1), "utf-8")

    with pytest.raises(translating.TranslationFileError, match="those of the catalog in tr"):
        take_in(tmp_path, file, force=True)


def test_guess_of_an_editor_stays_a_guess_until_somebody_reviews_it(
    catalog: Path, tmp_path: Path
) -> None:
    text = catalog.read_text("utf-8")
    catalog.write_text(text.replace('msgctxt "place"\n', '#, fuzzy\nmsgctxt "place"\n'), "utf-8")

    refresh(tmp_path)
    assert entries_in(catalog)["place"].fuzzy

    take_in(tmp_path, exported(tmp_path, "csv"), reviewed_by="Mina Ahmadi")
    assert not entries_in(catalog)["place"].fuzzy
