"""The plain summary: sentences from numbers, words that the numbers bear, versions with a name."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from app.panel.states import Role
from app.services.context import ServiceContext
from app.services.publication import releases, summaries
from app.services.publication.summary_text import compose, material_of
from tests.integration.staff.released import make, the_release
from tests.web.staff.desk import Desk, Page

ROOT = "/staff/results/summary"
ONE = f"{ROOT}/2024"
Visitor = Callable[[Role], Desk]


@pytest.fixture
def editor(visitor: Visitor) -> Desk:
    """An analyst who has begun the summary of wave 2024."""
    desk = visitor(Role.ANALYST)
    answer = desk.submit(desk.get(ROOT), f"{ROOT}/begin", release="1")
    assert answer.headers["Location"] == ONE
    return desk


def chapters(desk: Desk) -> list[str]:
    links = [link.get("href") or "" for link in desk.get(ONE).tree.iter("a")]
    return [link for link in links if link.startswith(f"{ONE}/chapters/")]


def filled(page: Page, action: str) -> dict[str, str]:
    """The form as a browser sends it when nothing is touched."""
    form = next(one for one in page.forms if one.get("action") == action)
    found = {}
    for one in form.iter("input"):
        if one.get("type") != "checkbox" or "checked" in one.attrib:
            found[str(one.get("name"))] = one.get("value") or ""
    for one in form.iter("textarea"):
        found[str(one.get("name"))] = "".join(one.itertext())
    for one in form.iter("select"):
        options = list(one.iter("option"))
        chosen = next((o for o in options if "selected" in o.attrib), options[0])
        found[str(one.get("name"))] = chosen.get("value") or ""
    return found


def chapter_with(desk: Desk, piece: str) -> tuple[str, Page, dict[str, str], str]:
    """The first chapter whose form has a field with this in its name, and that field."""
    for path in chapters(desk):
        page = desk.get(path)
        form = filled(page, path)
        for name in form:
            if name.startswith(piece):
                return path, page, form, name
    raise AssertionError(piece)


def test_before_a_release_the_page_says_where_a_summary_comes_from(
    signed_in: Callable[[Role], Desk],
) -> None:
    assert "No summary yet" in signed_in(Role.ANALYST).get(ROOT).words


def test_draft_says_its_release_and_a_reading_score(editor: Desk) -> None:
    words = editor.get(ONE).words

    assert "Release 1" in words
    assert "Flesch-Douma (Douma 1960)" in words
    assert "Places that you have to write" in words
    assert len(chapters(editor)) > 5


def test_each_sentence_shows_its_number_and_why_the_words_are_allowed(editor: Desk) -> None:
    _path, page, _form, _name = chapter_with(editor, "phrase-")

    assert re.search(r"\d+\.\d% \(95% interval \d+\.\d–\d+\.\d\), n \d+", page.words)
    assert "readers take it for" in page.words


def test_chosen_words_stand_in_the_sentence_and_the_verb_agrees(
    editor: Desk, released: ServiceContext
) -> None:
    for path in chapters(editor):
        page = editor.get(path)
        form = filled(page, path)
        for select in page.tree.iter("select"):
            options = [option.get("value") or "" for option in select.iter("option")]
            other = [one for one in options if one != form[str(select.get("name"))]]
            if not other:
                continue
            sent = editor.send(path, form | {str(select.get("name")): other[-1]})
            assert sent.status_code == 303
            latest = summaries.versions_of(released, 2024)[0]
            assert list(latest.edit.phrases.values()) == [other[-1]]
            preview = editor.get(f"{ONE}/preview").words.casefold().replace("é", "e")
            assert other[-1].casefold().replace("é", "e") in preview
            return
    raise AssertionError("no words to choose")


def test_words_that_the_number_does_not_bear_are_refused(editor: Desk) -> None:
    path, _page, form, name = chapter_with(editor, "phrase-")

    answer = editor.send(path, form | {name: "bijna iedereen"})

    assert answer.status_code == 422
    assert "Choose one of the words that are offered." in answer.get_data(as_text=True)


def test_sentence_can_be_left_out_and_own_words_put_behind(editor: Desk) -> None:
    path, page, form, name = chapter_with(editor, "after-")
    key = name.removeprefix("after-")
    sentence = next(page.by_id(f"s-{key}").iter("p"))
    gone = "".join(sentence.itertext())
    assert gone in editor.get(f"{ONE}/preview").words

    editor.send(path, form | {f"out-{key}": "yes", name: "Dit staat er nu <b>voor</b>."})

    words = editor.get(f"{ONE}/preview").words
    assert gone not in words
    assert "Dit staat er nu <b>voor</b>." in words


def test_paragraphs_are_put_in_another_order(editor: Desk, released: ServiceContext) -> None:
    path, _page, form, _name = chapter_with(editor, "place-2")
    key = path.rpartition("/")[2]
    before = _paragraph_keys(released, key)

    assert editor.send(path, form | {"place-1": "9"}).status_code == 303

    assert _paragraph_keys(released, key) == [*before[1:], before[0]]
    assert editor.send(path, form | {"place-1": "first"}).status_code == 422


def _paragraph_keys(ctx: ServiceContext, key: str) -> list[str]:
    latest = summaries.versions_of(ctx, 2024)[0]
    found = compose(material_of(the_release(ctx)), latest.edit)
    return [
        one.key for chapter in found.chapters if chapter.key == key for one in chapter.paragraphs
    ]


def test_who_saves_second_is_told_and_loses_nothing(editor: Desk) -> None:
    path, _page, form, name = chapter_with(editor, "after-")
    editor.send(path, form | {name: "Van de eerste."})

    answer = editor.send(path, form | {name: "Van de tweede."})

    assert answer.status_code == 409
    assert "Van de tweede." in answer.get_data(as_text=True)
    assert "Van de eerste." in editor.get(f"{ONE}/preview").words


def test_every_version_is_kept_with_who_and_when(editor: Desk, released: ServiceContext) -> None:
    path, _page, form, name = chapter_with(editor, "after-")
    editor.send(path, form | {name: "Eigen woorden."})

    versions = summaries.versions_of(released, 2024)
    assert [one.number for one in versions] == [2, 1]
    assert {one.by for one in versions} == {"analyst@example.org"}
    for number, there in ((1, False), (2, True)):
        text = editor.fetch(f"{ONE}/versions/{number}.txt").get_data(as_text=True)
        assert ("Eigen woorden." in text) is there
        assert "SYNTHETISCH" in text.upper()
    html = editor.fetch(f"{ONE}/versions/2.html").get_data(as_text=True)
    assert "Eigen woorden." in html
    assert editor.fetch(f"{ONE}/versions/2.pdf").get_data().startswith(b"%PDF-")


def test_sentence_whose_number_changed_is_marked_until_somebody_looked(
    editor: Desk, released: ServiceContext
) -> None:
    key = _newer_release_with_another_number(released)
    overview = editor.get(ONE)
    assert "Release 2 is newer." in overview.words

    editor.submit(overview, f"{ONE}/numbers")

    assert "Sentences with another number" in editor.get(ONE).words
    path, page, form, name = chapter_with_mark(editor)
    assert f"{key} was" in page.words
    editor.send(path, form | {name: "yes"})
    assert name not in {one.get("name") for one in editor.get(path).tree.iter("input")}


def chapter_with_mark(desk: Desk) -> tuple[str, Page, dict[str, str], str]:
    for path in chapters(desk):
        page = desk.get(path)
        for one in page.tree.iter("input"):
            if (one.get("name") or "").startswith("looked-"):
                return path, page, filled(page, path), str(one.get("name"))
    raise AssertionError("nothing is marked")


def _newer_release_with_another_number(ctx: ServiceContext) -> str:
    """Make release 2, with one share four points higher than the answers say."""
    kept = make(ctx, plan="key_figures.yaml")
    path = kept.folder / releases.NUMBERS
    told = json.loads(path.read_text(encoding="utf-8"))
    one = next(
        finding
        for finding in told
        if finding["id"] == "F10" and finding["numbers"][0]["estimate"] is not None
    )
    one["numbers"][0]["estimate"] += 0.04
    path.chmod(0o600)
    path.write_text(json.dumps(told), encoding="utf-8")
    return "F10.1"


@pytest.mark.parametrize(
    "path",
    [
        f"{ROOT}/2025",
        f"{ONE}/chapters/nothing",
        f"{ONE}/versions/1.docx",
        f"{ONE}/versions/9.txt",
        f"{ROOT}/1999/preview",
    ],
)
def test_what_is_not_there_is_404(editor: Desk, path: str) -> None:
    assert editor.fetch(path).status_code == 404
