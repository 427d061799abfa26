from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from markupsafe import Markup

from app.i18n.catalogs import (
    CatalogError,
    Catalogs,
    catalog_problems,
    catalog_text,
    parse_catalog,
    plural_examples,
)

CHOOSE = ("Choose %(number)s answer.", "Choose at most %(number)s answers.")


def catalog(code: str, messages: dict[str, str], plural: tuple[str, ...] = ()) -> Catalog:
    made = Catalog(locale=code)
    for said, translated in messages.items():
        made.add(said, translated)
    if plural:
        made.add(CHOOSE, plural)
    return made


def catalogs(**by_code: Catalog) -> Catalogs:
    return Catalogs({"en": catalog("en", {"Next": "Next page"}), **by_code})


def test_words_come_in_the_language_asked_for() -> None:
    known = catalogs(nl=catalog("nl", {"Next": "Verder"}))

    assert known.gettext("nl", "Next") == "Verder"


def test_missing_words_come_in_the_source_language_then_as_they_are() -> None:
    known = catalogs(nl=catalog("nl", {}))

    assert known.gettext("nl", "Next") == "Next page"
    assert known.gettext("fa", "Next") == "Next page"
    assert known.gettext("nl", "Nowhere") == "Nowhere"


def test_named_values_are_filled_in_and_a_bare_per_cent_stands() -> None:
    known = catalogs(
        nl=catalog("nl", {"%(n)s of all": "%(n)s van alles", "100% sure": "100% zeker"})
    )

    assert known.gettext("nl", "%(n)s of all", n=3) == "3 van alles"
    assert known.gettext("nl", "100% sure") == "100% zeker"


def test_isolated_value_keeps_its_markup_and_the_rest_is_escaped() -> None:
    known = catalogs(nl=catalog("nl", {"Code %(code)s & %(who)s": "Code %(code)s & %(who)s"}))

    words = known.gettext(
        "nl", "Code %(code)s & %(who)s", code=Markup('<bdi dir="ltr">12</bdi>'), who="<b>"
    )

    assert words == Markup('Code <bdi dir="ltr">12</bdi> &amp; &lt;b&gt;')
    assert isinstance(words, Markup)


ARABIC_PLURALS = (
    "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3"
    " : n%100>=11 ? 4 : 5);"
)


@pytest.mark.parametrize(
    ("number", "form"),
    [
        (0, "zero"), (1, "one"), (2, "two"), (3, "few"), (11, "many"), (100, "other"),
        (102, "other"), (103, "few"),
    ],
)  # fmt: skip
def test_plural_follows_the_rule_that_the_file_states(
    number: int, form: str, tmp_path: Path
) -> None:
    singular, plural = CHOOSE
    forms = ("zero", "one", "two", "few", "many", "other")
    translated = "".join(f'msgstr[{at}] "{one} %(number)s"\n' for at, one in enumerate(forms))
    write(
        tmp_path,
        f'msgid ""\nmsgstr ""\n"Plural-Forms: {ARABIC_PLURALS}\\n"\n\n'
        f'msgid "{singular}"\nmsgid_plural "{plural}"\n{translated}',
        code="ar",
    )

    assert Catalogs.load(tmp_path).ngettext("ar", *CHOOSE, number) == f"{form} {number}"


@pytest.mark.parametrize("written_anew", [False, True])
def test_arabic_plurals_are_those_of_cldr_when_the_file_states_no_rule(
    written_anew: bool, tmp_path: Path
) -> None:
    # Babel's own table says "other" of 11 and "many" of 100.
    made = catalog("ar", {}, ("zero", "one", "two", "few", "many", "other"))
    text = catalog_text(made)
    if not written_anew:
        lines = [line for line in text.splitlines() if "Plural" not in line and "n%100" not in line]
        text = "\n".join(lines)

    read = parse_catalog(text.encode(), "messages.po", locale="ar")

    chosen = {
        n: Catalogs({"ar": read}).ngettext("ar", *CHOOSE, n) for n in (0, 1, 2, 3, 11, 100, 103)
    }
    assert list(chosen.values()) == ["zero", "one", "two", "few", "many", "other", "few"]


@pytest.mark.parametrize(("code", "forms"), [("tr", 2), ("fa", 2), ("nl", 2), ("ti", 2), ("ar", 6)])
def test_new_catalog_asks_for_as_many_forms_as_the_language_has(code: str, forms: int) -> None:
    # Babel's own table has one form for Turkish and Persian; CLDR and the files have two.
    assert f"nplurals={forms};" in catalog_text(catalog(code, {}))


def test_plural_rule_with_two_forms_swapped_is_a_problem_with_its_line(tmp_path: Path) -> None:
    swapped = ARABIC_PLURALS.replace("? 4 : 5", "? 5 : 4")
    path = write(tmp_path, f'msgid ""\nmsgstr ""\n"Plural-Forms: {swapped}\\n"\n', code="ar")

    (problem,) = catalog_problems(path)

    assert problem.startswith("messages.po:3: Plural-Forms is not that of CLDR")


def test_missing_plural_is_that_of_the_source() -> None:
    known = catalogs(ar=catalog("ar", {}))

    assert known.ngettext("ar", *CHOOSE, 1) == "Choose 1 answer."
    assert known.ngettext("ar", *CHOOSE, 5) == "Choose at most 5 answers."


def test_context_tells_the_same_words_apart() -> None:
    dutch = catalog("nl", {})
    dutch.add("May", "mei", context="month")
    known = catalogs(nl=dutch)

    assert known.pgettext("nl", "month", "May") == "mei"
    assert known.gettext("nl", "May") == "May"


def test_fuzzy_guess_is_never_said() -> None:
    dutch = catalog("nl", {})
    dutch.add("Back", "Rug", flags={"fuzzy"})

    assert catalogs(nl=dutch).gettext("nl", "Back") == "Back"


def write(folder: Path, content: str, *, code: str = "nl") -> Path:
    path = folder / code / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    path.write_text(content, encoding="utf-8")
    return path


def test_load_reads_po_files_themselves(tmp_path: Path) -> None:
    write(tmp_path, 'msgid "Next"\nmsgstr "Verder"\n')

    assert Catalogs.load(tmp_path).gettext("nl", "Next") == "Verder"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('msgid "Next\nmsgstr "Verder"\n', ":1:"),
        ('msgid "Next"\nmsgstr "Verder\n', ":2:"),
        ('msgid "Next"\nverder\n', ":2:"),
        ('msgid "Next"\nmsgstr[x] "Verder"\n', ":2:"),
    ],
    ids=["open string", "open translation", "no keyword", "plural form without number"],
)
def test_malformed_file_is_a_problem_with_its_line_and_cannot_be_loaded(
    content: str, line: str, tmp_path: Path
) -> None:
    path = write(tmp_path, content)

    (problem,) = catalog_problems(path)
    assert problem.startswith(f"messages.po{line}")
    with pytest.raises(CatalogError):
        Catalogs.load(tmp_path)


def test_file_that_is_not_utf8_is_a_problem(tmp_path: Path) -> None:
    path = write(tmp_path, "")
    path.write_bytes('msgid "Next"\nmsgstr "één"\n'.encode("latin-1"))

    assert "utf-8" in catalog_problems(path)[0]


def test_string_that_a_file_says_twice_is_refused_with_both_lines() -> None:
    head = 'msgid ""\nmsgstr ""\n"Language: tr\\n"\n\n'
    one = 'msgctxt "a"\nmsgid ""\n"Ja, "\n"graag"\nmsgstr "Evet"\n\n'

    with pytest.raises(CatalogError, match=r"x\.po:12: the string stands on line 6 too") as refused:
        parse_catalog((head + one + one.replace("Evet", "Hayır")).encode(), "x.po", locale="tr")

    assert refused.value.line == 12


def test_same_words_under_two_names_are_two_strings() -> None:
    head = 'msgid ""\nmsgstr ""\n"Language: tr\\n"\n\n'
    one = 'msgctxt "a"\nmsgid "Ja"\nmsgstr "Evet"\n\n'
    bare = 'msgid "Ja"\nmsgstr "Evet"\n\n'
    texts = head + one + bare + one.replace('"a"', '"b"')

    assert len(parse_catalog(texts.encode(), "x.po", locale="tr")) == 3


def test_translators_see_which_numbers_take_a_form_of_the_plural() -> None:
    """Forms as in CLDR 46, "Language Plural Rules", cardinal: Arabic and Dutch."""
    assert plural_examples("ar", 3) == [[0], [1], [2], [3, 4, 5], [11, 12, 13], [100, 101, 102]]
    assert plural_examples("nl", 3) == [[1], [0, 2, 3]]
