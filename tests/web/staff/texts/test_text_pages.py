"""Translators in the browser: find a text, write it, review it, sign off a part, take it home."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from app.i18n.remarks import Standing
from app.panel.states import Role
from app.services.content import site_texts
from app.services.content.site_texts import SiteText
from app.services.context import ServiceContext
from app.storage import models
from tests.web.staff.desk import Desk, Page

Named = Callable[[str], SiteText]
HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture
def desk(signed_in: Callable[[Role], Desk]) -> Desk:
    return signed_in(Role.TRANSLATOR)


def url(text: SiteText) -> str:
    return f"/staff/texts/ar/text/{text.id}"


def written(desk: Desk, text: SiteText, **filled: str) -> Page:
    """Save a text and follow where it leads."""
    form = desk.get(url(text)).form(url(text)) | {"do": "save"} | filled
    response = desk.send(url(text), form)
    assert response.status_code == 303, response.get_data(as_text=True)
    return desk.get(response.headers["Location"])


def test_translator_sees_first_what_is_to_be_done(desk: Desk) -> None:
    home = desk.get("/staff/texts")
    assert home.table("languages")[0][:3] == ["Arabic", "27", "1"]

    page = desk.get("/staff/texts/ar")

    assert "To translate: 1 texts." in page.words
    assert page.table("parts")[-1][0] == "Start"


def test_text_is_found_by_its_state_and_by_its_words(desk: Desk, text: Named) -> None:
    page = desk.get("/staff/texts/ar/list?state=missing")
    assert [row[0] for row in page.table("texts")] == ["Werkt u? work"]

    page = desk.get("/staff/texts/ar/list?q=hoeveel+UUR")

    assert len(page.table("texts")) == 2
    assert desk.fetch("/staff/texts/ar/list?state=nonsense").status_code == 404
    assert desk.fetch("/staff/texts/ar/list?part=nonsense").status_code == 404


def test_list_comes_as_a_file_in_which_nothing_is_a_formula(desk: Desk, text: Named) -> None:
    written(desk, text("work"), **{"words-0": "=هل تعمل؟"})
    file = desk.fetch("/staff/texts/ar/list.csv?part=first").get_data(as_text=True)
    assert "'=هل تعمل؟" in file


def test_words_are_written_and_stand_there_with_their_author(desk: Desk, text: Named) -> None:
    page = written(desk, text("work"), **{"words-0": "هل تعمل؟"})

    assert "Saved." in page.words
    assert "translator@example.org" in page.words
    assert "These are your own words" in page.words
    assert text("work").entry.standing is Standing.DRAFT


def test_all_that_is_wrong_is_said_at_once_and_what_was_typed_stays(
    desk: Desk, text: Named
) -> None:
    one = text("place|repeat")
    form = desk.get(url(one)).form(url(one))
    typed = "تسكن في Den Haag 3"

    response = desk.send(url(one), form | {"do": "save", "words-0": typed, "doubt": "Welk huis?"})

    body = response.get_data(as_text=True)
    assert response.status_code == 422
    for words in ("{prev} is missing", "number 3 is not in the source", "stand bare", typed):
        assert words in body
    assert "Welk huis?" in body
    assert "<title>Error:" in body
    assert text("place|repeat").words != typed


def test_marks_are_put_where_they_belong_and_nothing_is_saved(desk: Desk, text: Named) -> None:
    one = text("place|repeat")
    form = desk.get(url(one)).form(url(one))

    response = desk.send(url(one), form | {"do": "marks", "words-0": "في {prev} 3"})

    assert "في {prev} \u20683\u2069" in response.get_data(as_text=True)
    assert text("place|repeat").words == one.words


def test_colleague_reviews_and_the_author_does_not(
    desk: Desk, signed_in: Callable[[Role], Desk], text: Named
) -> None:
    written(desk, text("work"), **{"words-0": "هل تعمل؟"})
    own = desk.get(url(text("work"))).form(url(text("work"))) | {"do": "review"}
    assert desk.send(url(text("work")), own).status_code == 409

    colleague = signed_in(Role.RESEARCHER)
    form = colleague.get(url(text("work"))).form(url(text("work"))) | {"do": "review"}
    assert colleague.send(url(text("work")), form).status_code == 303

    assert text("work").entry.standing is Standing.REVIEWED


def test_words_typed_beside_finding_it_good_are_kept_and_nothing_is_put_on_record(
    desk: Desk, text: Named
) -> None:
    one = text("place|repeat")
    form = desk.get(url(one)).form(url(one))

    response = desk.send(url(one), form | {"do": "review", "words-0": "في {prev}"})

    body = response.get_data(as_text=True)
    assert response.status_code == 422
    assert "You changed the words. Save them first" in body
    assert "في {prev}" in body
    assert text("place|repeat").entry.standing is one.entry.standing


def test_page_of_a_text_is_named_by_what_it_says_and_marks_say_that_nothing_is_saved(
    desk: Desk, text: Named
) -> None:
    one = text("place|repeat")
    page = desk.get(url(one))

    assert one.source.split()[0] in page.words
    assert f"{one.name} in Arabic" not in page.words
    form = page.form(url(one))
    marked = desk.send(url(one), form | {"do": "marks", "words-0": "في {prev} 3"})
    assert "Nothing is saved yet: press Save." in marked.get_data(as_text=True)


def test_text_that_a_colleague_changed_meanwhile_is_not_overwritten(
    desk: Desk, signed_in: Callable[[Role], Desk], text: Named
) -> None:
    old = desk.get(url(text("work"))).form(url(text("work")))
    written(signed_in(Role.RESEARCHER), text("work"), **{"words-0": "هل تعمل؟"})

    response = desk.send(url(text("work")), old | {"do": "save", "words-0": "عملي أنا"})

    assert response.status_code == 409
    assert "عملي أنا" in response.get_data(as_text=True)
    assert text("work").words == "هل تعمل؟"


def test_part_is_read_through_and_signed_off(
    desk: Desk, signed_in: Callable[[Role], Desk], ctx: ServiceContext, text: Named
) -> None:
    part = "/staff/texts/ar/parts/first"
    assert "Translate these first" in desk.get(part).words
    written(desk, text("work"), **{"words-0": "هل تعمل؟"})
    assert "A colleague finds them good" in desk.get(part).words
    assert part not in desk.get(part).actions

    colleague = signed_in(Role.RESEARCHER)
    form = colleague.get(part).form(part)
    del form["read"]
    assert colleague.send(part, form).status_code == 422
    assert colleague.send(part, form | {"read": "1"}).status_code == 303

    assert "Signed off by researcher@example.org" in colleague.get(part).words
    assert site_texts.read_texts(ctx, "ar").part("first").is_signed_off
    event = models.AuditEvent
    with ctx.databases.research.read() as connection:
        actions = connection.execute(select(event.action).order_by(event.seq)).scalars().all()
    assert actions[-1] == "text.signed_off"


def test_language_goes_home_as_a_workbook_and_comes_back(desk: Desk, text: Named) -> None:
    out = desk.fetch("/staff/texts/ar/questions.xlsx")
    assert out.headers["Content-Disposition"] == 'attachment; filename="small-ar.xlsx"'
    book = load_workbook(BytesIO(out.get_data()))
    for row in book.worksheets[0].iter_rows(min_row=2):
        if row[0].value == "work":
            row[4].value = "هل تعمل؟"
    back = BytesIO()
    book.save(back)

    response = taken_in(desk, back.getvalue(), "back.xlsx")

    assert response.status_code == 303
    assert "Changed: 1" in desk.get("/staff/texts/ar").words
    assert text("work").words == "هل تعمل؟"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("", b"", "Choose a file first."),
        ("x.xlsx", b"nothing", "This file cannot be read."),
        ("../../x.sh", b"#!", "This file cannot be read."),
        (
            "x.po",
            b'msgid ""\nmsgstr "Language: tr\\n"\n',
            "This file cannot be read.",
        ),
    ],
)
def test_file_that_is_none_changes_nothing(
    desk: Desk, ctx: ServiceContext, name: str, content: bytes, said: str
) -> None:
    response = taken_in(desk, content, name)

    assert response.status_code == 422
    assert said in response.get_data(as_text=True)
    assert ctx.translations == ctx.catalogs


def taken_in(desk: Desk, content: bytes, name: str):  # type: ignore[no-untyped-def]
    action = "/staff/texts/ar/import"
    form: dict[str, object] = {**desk.get("/staff/texts/ar").form(action), "which": "questions"}
    form["file"] = (BytesIO(content), name)
    return desk.client.post(
        action,
        data=form,
        headers=desk.headers,
        base_url=desk.base_url,
        content_type="multipart/form-data",
    )


@pytest.mark.parametrize(
    "path",
    [
        "/staff/texts/xx",
        "/staff/texts/en",
        "/staff/texts/..",
        "/staff/texts/ar/text/0000000000000000",
        "/staff/texts/ar/parts/99_none",
        "/staff/texts/ar/interface.po",
        "/staff/texts/tr/questions.po",
        "/staff/texts/ar/questions.exe",
    ],
)
def test_what_is_not_there_is_not_found(desk: Desk, path: str) -> None:
    assert desk.fetch(path).status_code == 404


def test_hostile_words_are_shown_as_words(desk: Desk, text: Named) -> None:
    one = text("work")
    page = written(desk, one, **{"words-0": "هل تعمل؟", "doubt": HOSTILE, "note": HOSTILE})
    assert page.form(url(one))["doubt"] == HOSTILE
    for path in ("/staff/texts/ar/parts/first", "/staff/texts/ar/list?state=doubt"):
        assert "<script>alert" not in desk.get(path).response.get_data(as_text=True)
    typed = desk.send(
        url(one), desk.get(url(one)).form(url(one)) | {"do": "save", "words-0": HOSTILE}
    )
    assert typed.status_code == 422
    assert "<script>alert" not in typed.get_data(as_text=True)


def test_pages_speak_dutch(ctx: ServiceContext, desk: Desk, text: Named) -> None:
    desk.headers = {"Accept-Language": "nl"}
    assert desk.get("/staff/texts").heading == "Teksten"
    assert "Nieuwe" not in desk.get(url(text("work"))).heading
