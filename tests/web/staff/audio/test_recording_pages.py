"""Recordings in the browser: what is missing is found, recorded, measured, heard, taken away."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from app.panel.states import Role
from app.services.context import ServiceContext
from app.services.speech import audio_desk
from app.services.speech.audio_desk import Heard, Sounding
from app.storage import models
from tests.unit.delivery.synthetic_speech import write_speech
from tests.web.staff.desk import Desk

HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture
def desk(signed_in: Callable[[Role], Desk]) -> Desk:
    return signed_in(Role.TRANSLATOR)


def text(ctx: ServiceContext, name: str = "k_werk") -> Sounding:
    return next(one for one in audio_desk.soundings(ctx, "nl").texts if one.text.name == name)


def speech(folder: Path, seconds: float, ending: str = ".wav", **given: object) -> bytes:
    return write_speech(folder / f"speech{ending}", seconds, **given).read_bytes()  # type: ignore[arg-type]


def hand_in(desk: Desk, one: Sounding, content: bytes, name: str, **more: str) -> TestResponse:
    url = f"/staff/audio/nl/{one.id}"
    form: dict[str, object] = {
        **desk.get(url).form(url),
        "speaker": "Mw. Stem",
        "do": "save",
        **more,
        "sound": FileStorage(BytesIO(content), filename=name),
    }
    # In memory: the test client would leave its own temporary file to the garbage collector.
    boundary, body = encode_multipart(form)
    return desk.client.post(
        url,
        data=body,
        headers=desk.headers,
        base_url=desk.base_url,
        content_type=f"multipart/form-data; boundary={boundary}",
    )


def test_what_cannot_be_heard_stands_first(desk: Desk, ctx: ServiceContext) -> None:
    dutch = next(row for row in desk.get("/staff/audio").table("languages") if row[0] == "Dutch")
    assert dutch[1] == dutch[2]

    page = desk.get("/staff/audio/nl?state=none&q=werk")

    assert "Record the first of these" in page.words
    assert any("Heeft u werk?" in row[0] for row in page.table("recordings"))


@pytest.mark.parametrize("ending", [".wav", ".mp3", ".ogg"])
def test_recording_is_measured_and_heard_at_once(
    desk: Desk, ctx: ServiceContext, tmp_path: Path, ending: str
) -> None:
    one = text(ctx)

    response = hand_in(desk, one, speech(tmp_path, 2.0, ending), f"recording{ending}")

    assert response.status_code == 303
    page = desk.get(response.headers["Location"])
    kept = text(ctx)
    assert kept.heard is Heard.RECORDED
    assert kept.clip is not None
    assert "Mw. Stem" in page.words
    players = [one.get("src") for one in page.tree.iter("audio")]
    assert players[0] == f"/audio/{kept.clip.id}.mp3"
    assert desk.fetch(str(players[0])).mimetype == "audio/mpeg"
    # Whoever records the next one need not say again who speaks.
    other = desk.get(f"/staff/audio/nl/{text(ctx, 'k_uren').id}")
    assert other.form(f"/staff/audio/nl/{text(ctx, 'k_uren').id}")["speaker"] == "Mw. Stem"


def test_saving_leads_to_the_next_text_without_a_recording(
    desk: Desk, ctx: ServiceContext, tmp_path: Path
) -> None:
    one = text(ctx)
    response = hand_in(desk, one, speech(tmp_path, 2.0), "recording.wav", do="next")
    following = response.headers["Location"].rpartition("/")[2]
    whole = audio_desk.soundings(ctx, "nl")
    assert whole.one(following).heard is Heard.NONE
    order = [text.id for text in whole.texts]
    assert order.index(following) > order.index(one.id)


@pytest.mark.parametrize(
    ("seconds", "given", "said"),
    [
        (0.1, {}, "too short for this text"),
        (60.0, {}, "too long for this text"),
        (2.0, {"before": 3.0}, "starts with 3.0 seconds of silence"),
        (2.0, {"loudness": 0.0}, "Nothing is heard"),
    ],
)
def test_recording_that_measures_wrong_is_not_kept_and_the_reason_is_said(
    desk: Desk,
    ctx: ServiceContext,
    tmp_path: Path,
    seconds: float,
    given: dict[str, float],
    said: str,
) -> None:
    response = hand_in(desk, text(ctx), speech(tmp_path, seconds, **given), "recording.wav")

    assert response.status_code == 422
    assert said in response.get_data(as_text=True)
    assert text(ctx).heard is Heard.NONE


@pytest.mark.parametrize(
    ("content", "name"), [(b"MZ", "x.exe"), (b"MZ", "x.wav"), (b"", "../../x.mp3")]
)
def test_what_is_no_sound_is_refused_in_words(
    desk: Desk, ctx: ServiceContext, content: bytes, name: str
) -> None:
    response = hand_in(desk, text(ctx), content, name)
    assert response.status_code == 422
    assert "no sound that can be read" in response.get_data(as_text=True)


def test_nobody_records_without_a_name(desk: Desk, ctx: ServiceContext, tmp_path: Path) -> None:
    response = hand_in(desk, text(ctx), b"", "", speaker="")
    body = response.get_data(as_text=True)
    assert "Write who speaks." in body
    assert "Record the text first" in body


def test_recording_of_a_minute_fits_and_one_of_an_hour_does_not(
    desk: Desk, ctx: ServiceContext
) -> None:
    fits = hand_in(desk, text(ctx), b"\0" * 5_000_000, "x.wav")
    assert fits.status_code == 422
    assert hand_in(desk, text(ctx), b"\0" * 25_000_000, "x.wav").status_code == 413


def test_recording_is_taken_away_on_asking(desk: Desk, ctx: ServiceContext, tmp_path: Path) -> None:
    hand_in(desk, text(ctx), speech(tmp_path, 2.0), "recording.wav")
    url = f"/staff/audio/nl/{text(ctx).id}"
    token = desk.get(url).form(url)["csrf_token"]

    assert desk.send(url, {"csrf_token": token, "do": "remove"}).status_code == 303

    assert text(ctx).heard is Heard.NONE
    assert desk.send(url, {"csrf_token": token, "do": "remove"}).status_code == 404
    event = models.AuditEvent
    with ctx.databases.research.read() as connection:
        actions = connection.execute(select(event.action).order_by(event.seq)).scalars().all()
    assert actions[-2:] == ["audio.added", "audio.removed"]


def test_microphone_may_be_used_on_the_recorder_only(desk: Desk, ctx: ServiceContext) -> None:
    recorder = desk.fetch(f"/staff/audio/nl/{text(ctx).id}")
    assert "microphone=(self)" in recorder.headers["Permissions-Policy"]
    for path in ("/staff/audio", "/staff/audio/nl", "/staff/help/audio-record"):
        assert "microphone=()" in desk.fetch(path).headers["Permissions-Policy"]


@pytest.mark.parametrize(
    "path", ["/staff/audio/xx", "/staff/audio/xx.csv", "/staff/audio/nl/0000000000000000"]
)
def test_what_is_not_there_is_not_found(desk: Desk, path: str) -> None:
    assert desk.fetch(path).status_code == 404


def test_hostile_speaker_is_shown_as_words(desk: Desk, ctx: ServiceContext, tmp_path: Path) -> None:
    hand_in(desk, text(ctx), speech(tmp_path, 2.0), "recording.wav", speaker=HOSTILE)
    for path in ("/staff/audio/nl", f"/staff/audio/nl/{text(ctx).id}"):
        assert "<script>alert" not in desk.get(path).response.get_data(as_text=True)
