"""The sound of a clip over HTTP: whole, in part, kept for a year."""

from __future__ import annotations

import pytest

from app.services.speech import audio
from app.services.speech.audio import texts_to_speak
from app.services.speech.audio_drafting import draft
from tests.builders import KINDS, Running
from tests.integration.audio.drafts import Hum
from tests.web.respond.visitor import Visitor


@pytest.fixture
def address(site: Running) -> str:
    text = next(one for one in texts_to_speak(KINDS, "nl") if one.name == "k_werk")
    draft(site.ctx, "nl", [text], by="desk", speech=Hum())  # type: ignore[arg-type]
    return f"/audio/{audio.clips(site.ctx, 'nl', [text.hash])[text.hash].id}.mp3"


def test_a_clip_is_sound_that_a_phone_keeps_for_a_year(visitor: Visitor, address: str) -> None:
    answer = visitor.client.get(address)

    assert answer.status_code == 200
    assert answer.mimetype == "audio/mpeg"
    assert answer.content_length == len(answer.data) > 500
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-1", 0, 1), ("bytes=100-", 100, None), ("bytes=-50", -50, None)],
)
def test_a_part_of_a_clip_is_that_part(
    visitor: Visitor, address: str, asked: str, first: int, last: int | None
) -> None:
    whole = visitor.client.get(address).data

    answer = visitor.client.get(address, headers={"Range": asked})

    assert answer.status_code == 206
    assert answer.data == whole[first : None if last is None else last + 1]
    assert answer.headers["Content-Range"].endswith(f"/{len(whole)}")


def test_a_part_beyond_the_end_is_refused_with_the_length(visitor: Visitor, address: str) -> None:
    length = visitor.client.get(address).content_length

    answer = visitor.client.get(address, headers={"Range": "bytes=9999999-"})

    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{length}"


def test_a_clip_that_is_there_already_is_not_sent_again(visitor: Visitor, address: str) -> None:
    tag = visitor.client.get(address).headers["ETag"]

    answer = visitor.client.get(address, headers={"If-None-Match": tag})

    assert (answer.status_code, answer.data) == (304, b"")


@pytest.mark.parametrize("clip", ["", "x", "../etc/passwd", "0" * 32, "%00", "f" * 33])
def test_an_address_of_no_clip_is_not_found(visitor: Visitor, clip: str) -> None:
    assert visitor.client.get(f"/audio/{clip}.mp3").status_code == 404


def test_asking_for_a_clip_changes_nothing_and_posting_is_refused(
    visitor: Visitor, address: str
) -> None:
    assert visitor.client.head(address).status_code == 200
    assert visitor.client.post(address).status_code == 405
