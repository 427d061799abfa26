"""What e-mails say: both readings, isolates, directions, and nothing that a name could break."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from uuid import UUID

import pytest

from app.messages.channels import Channel
from app.messages.email_text import EmailText, MissingWordsError, Reader, email_text
from app.messages.providers import Email
from app.questionnaire.wording import END_ISOLATE, ISOLATE
from app.services.bootstrap import STUDY
from app.services.messaging.composing_messages import Addressed, Words, email_of, read_words
from tests.builders import settings

LANGUAGES = ("nl", "en", "ar", "tr", "ti", "fa")
STEPS = ("invitation", "reminder", "begun", "thanks", "stay_in_touch", "news")
HOSTILE = [
    "<script>alert(1)</script>\"'><svg/onload=alert(1)>",
    "{url} {unsubscribe} {{config}} %(name)s ${7*7}",
    "Jan\r\nBcc: everybody@survey.example",
    "\u202eevil\u2069\u2067",
    "a" * 5_000,
]

READER = Reader(
    name="Fatima de Vries-Al Hassan",
    language="nl",
    tag="nl",
    direction="ltr",
    closes="15 maart 2024",
    minutes="20",
    site="https://survey.example",
    unsubscribe="https://survey.example/m/abc",
    phone="0800-1234",
    email="vragen@survey.example",
)


class Seen(HTMLParser):
    """Tags in order, and the words between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.open: list[str] = []
        self.feed(html)
        assert [one for one in self.open if one not in ("meta", "br")] == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)
        self.words += "\n" if tag == "br" else ""

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open[-1] in ("meta", "br"):
            self.open.pop()
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


def said(language: str, step: str = "invitation", **changes: str) -> EmailText:
    words = read_words(STUDY, language)
    direction = "rtl" if language in ("ar", "fa") else "ltr"
    reader = replace(READER, language=language, tag=language, direction=direction, **changes)
    channel = Channel.EMAIL
    return email_text(
        words.texts.shared[channel], words.texts.steps[channel][step], reader, team="Onderzoek X"
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("step", STEPS)
def test_both_readings_say_the_same_in_the_readers_language(language: str, step: str) -> None:
    made = said(language, step)

    seen = Seen(made.html)
    plain = re.sub(f"[{ISOLATE}{END_ISOLATE}]", "", made.text)
    assert dict(seen.tags)["html"]["lang"] == language
    assert dict(seen.tags)["html"]["dir"] == ("rtl" if language in ("ar", "fa") else "ltr")
    assert "{" not in made.text + made.subject
    assert "{" not in seen.words
    lacking = words_of(plain) - words_of(re.sub(f"[{ISOLATE}{END_ISOLATE}]", "", seen.words))
    # The page has links where the text has addresses in full.
    own = "https://survey.example/my"
    assert lacking <= {"https://survey.example", "https://survey.example/m/abc", own}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("step", "address"),
    [("reminder", "https://survey.example"), ("thanks", "https://survey.example"),
     ("stay_in_touch", "https://survey.example/my"), ("news", "https://survey.example/my")],
)  # fmt: skip
def test_button_leads_to_the_questions_or_to_ones_own_details(
    language: str, step: str, address: str
) -> None:
    made = said(language, step)

    buttons = [one for tag, one in Seen(made.html).tags if tag == "a" and "style" in one]
    assert [one["href"] for one in buttons] == [address]
    assert f"{ISOLATE}{address}{END_ISOLATE}" in made.text


def words_of(text: str) -> set[str]:
    return {word.rstrip(":") for word in text.split()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_is_filled_in_stands_in_an_isolate(language: str) -> None:
    made = said(language)

    for value in (READER.name, READER.closes, READER.phone, READER.email, READER.minutes):
        assert f"{ISOLATE}{value}{END_ISOLATE}" in made.text
        assert re.search(rf'<(bdi|a) [^>]*dir="(auto|ltr)"[^>]*>{re.escape(value)}</\1>', made.html)
    for line in made.text.splitlines():
        assert line.count(ISOLATE) == line.count(END_ISOLATE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_lines_of_the_text_are_short_enough_for_every_server(language: str) -> None:
    for line in said(language).text.splitlines():
        assert len(line.encode()) <= 998
        words = line.split(" ")
        assert len(line) <= 78 or len(words) == 1


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("language", ["nl", "ar"])
def test_a_name_is_shown_as_it_is_and_breaks_nothing(language: str, name: str) -> None:
    made = said(language, name=name)
    honest = said(language)

    tags = [tag for tag, _ in Seen(made.html).tags]
    assert tags == [tag for tag, _ in Seen(honest.html).tags]
    assert made.subject == honest.subject
    assert "\r" not in made.text
    # No line begins with words of the name, and its isolate ends where ours does.
    assert made.text.count(ISOLATE) == made.text.count(END_ISOLATE)
    assert made.text.count(ISOLATE) == honest.text.count(ISOLATE)
    assert "\u202e" not in made.text + made.html


def test_a_name_that_looks_like_an_insertion_stays_a_name() -> None:
    made = said("nl", name="{url} {phone}")

    assert f"Beste {ISOLATE}{{url}} {{phone}}{END_ISOLATE}," in made.text


def test_the_page_needs_nothing_from_anywhere_and_holds_no_script() -> None:
    for language in LANGUAGES:
        html = said(language).html

        assert not re.search(r"<(script|img|link|style|iframe|form)\b|url\(|src=", html)
        assert " left" not in html
        assert " right" not in html


def test_the_only_addresses_are_the_site_the_way_out_and_our_own() -> None:
    links = {attrs.get("href") for tag, attrs in Seen(said("nl").html).tags if tag == "a"}

    assert links == {READER.site, READER.unsubscribe, f"mailto:{READER.email}"}


def test_a_language_without_words_says_nothing_in_another() -> None:
    words = read_words(STUDY, "nl")
    reader = replace(READER, language="so", tag="so")

    with pytest.raises(MissingWordsError):
        email_text(
            words.texts.shared[Channel.EMAIL],
            words.texts.steps[Channel.EMAIL]["invitation"],
            reader,
            team="Onderzoek X",
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_code_and_no_word_of_civic_integration_stands_in_a_subject(language: str) -> None:
    for step in STEPS:
        subject = said(language, step).subject
        assert not re.search(r"inburger|integration|\d", subject, re.IGNORECASE)


def composed(words: Words, **changes: object) -> Email:
    given: dict[str, object] = {
        "reference": UUID(int=7),
        "language": "ar",
        "closes_on": date(2024, 3, 15),
        "name": "Jan Jansen",
        "email": "jan@post.example",
    }
    configured = settings(("sqlite:///a", "sqlite:///b"), public_url="https://survey.example")
    email = email_of(configured, words, "invitation", Addressed(**(given | changes)))  # type: ignore[arg-type]
    assert isinstance(email, Email)
    return email


def test_one_press_ends_the_e_mail_and_each_message_has_its_own_way_back() -> None:
    words = read_words(STUDY, "ar")

    one, other = composed(words), composed(words, reference=UUID(int=8))

    assert re.fullmatch(
        r"<https://survey\.example/m/[a-z2-7]{42}>", one.headers["List-Unsubscribe"]
    )
    assert one.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert one.envelope_from != other.envelope_from
    assert one.headers["List-Unsubscribe"] != other.headers["List-Unsubscribe"]
    assert one.language == "ar"
    assert "jan@post.example" not in one.text + one.html + one.envelope_from
