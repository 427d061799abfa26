"""Clips in the database: each bound to its words, drafts never taken for recordings."""

from __future__ import annotations

import hashlib
import re
from uuid import UUID

import pytest
from sqlalchemy import event

from app.questionnaire.model import Bank
from app.services.context import ServiceContext
from app.services.speech import audio
from app.services.speech.audio_recording import RecordingFaultsError
from app.storage.models import ClipKind
from tests.builders import context, field_wave, kinds_bank
from tests.integration.audio.conftest import Studio
from tests.integration.audio.drafts import add_draft


def test_a_text_is_heard_as_long_as_it_says_the_same_words(studio: Studio) -> None:
    studio.add(studio.recording("k_werk"))

    clip = studio.clip("Heeft u werk?")
    assert clip is not None
    assert not clip.draft
    assert clip.seconds == pytest.approx(1.8, abs=0.2)
    assert studio.clip("Heeft u nu werk?") is None
    sound = audio.find_sound(studio.ctx, UUID(clip.id))
    assert sound is not None
    assert sound.sha256 == hashlib.sha256(sound.mp3).hexdigest()


def test_a_clip_of_one_language_is_not_heard_in_another(studio: Studio) -> None:
    studio.add(studio.recording("k_werk"))

    hash_ = studio.text("k_werk").hash
    assert audio.clips(studio.ctx, "nl", [hash_])
    assert audio.clips(studio.ctx, "en", [hash_]) == {}


def test_coverage_puts_every_text_in_one_of_four_with_its_place(studio: Studio) -> None:
    add_draft(studio, "k_dag")
    studio.add(studio.recording("k_werk"), studio.recording("k_land"))
    studio.change("k_land", "In welk land bent u geboren?")

    found = studio.coverage()

    assert [one.name for one in found.recorded] == ["k_werk"]
    assert [one.name for one in found.draft] == ["k_dag"]
    assert [one.name for one in found.stale] == ["k_land"]
    assert str(found.stale[0].place).endswith("modules/kinds.yaml:74")
    parts = (found.recorded, found.draft, found.stale, found.none)
    assert sum(map(len, parts)) == len(studio.texts)


def test_one_recording_of_a_word_is_heard_wherever_the_word_stands(studio: Studio) -> None:
    studio.add(studio.recording("k_werk|option ja"))

    assert {one.name for one in studio.coverage().recorded} >= {
        "k_werk|option ja",
        "p_mag|option ja",
        "scale agree|ja",
    }


def test_a_recording_takes_the_place_of_a_draft_at_another_address(studio: Studio) -> None:
    add_draft(studio, "k_werk")
    draft = studio.clip("Heeft u werk?")
    assert draft is not None
    assert draft.draft

    done = studio.add(studio.recording("k_werk"))

    now = studio.clip("Heeft u werk?")
    assert now is not None
    # A phone keeps what it heard for a year: the same address would play the draft.
    assert now.id != draft.id
    assert not now.draft
    assert audio.find_sound(studio.ctx, UUID(draft.id)) is None
    assert (done.added, done.drafts_replaced, done.recordings_replaced) == (1, 1, 0)


def test_a_recording_is_replaced_only_by_who_says_so(studio: Studio) -> None:
    studio.add(studio.recording("k_werk"))
    first = studio.clip("Heeft u werk?")

    with pytest.raises(RecordingFaultsError, match="has a recording; use --replace"):
        studio.add(studio.recording("k_werk"))
    assert studio.clip("Heeft u werk?") == first
    done = studio.add(studio.recording("k_werk"), replace=True)

    assert done.recordings_replaced == 1
    assert studio.clip("Heeft u werk?") != first


def test_another_process_hears_of_a_new_clip_and_of_a_removed_one(
    studio: Studio, database_urls: tuple[str, str]
) -> None:
    other = context(database_urls, studio.ctx.clock)
    hash_ = studio.text("k_werk").hash
    assert audio.clips(other, "nl", [hash_]) == {}

    studio.add(studio.recording("k_werk"))
    assert hash_ in audio.clips(other, "nl", [hash_])
    audio.remove(studio.ctx, "nl", studio.texts, names=["k_werk"], by="desk")

    assert audio.clips(other, "nl", [hash_]) == {}
    other.databases.close()


def test_a_page_costs_one_look_at_the_database_and_no_sound(studio: Studio) -> None:
    studio.add(studio.recording("k_werk"), studio.recording("k_land"))
    hashes = [studio.text(name).hash for name in ("k_werk", "k_land", "k_dag")]
    audio.clips(studio.ctx, "nl", hashes)
    asked: list[str] = []
    event.listen(
        studio.ctx.databases.research.engine,
        "before_cursor_execute",
        lambda _conn, _cursor, statement, *_: asked.append(statement),
    )

    found = audio.clips(studio.ctx, "nl", hashes)

    assert len(found) == 2
    (only,) = [one for one in asked if one.startswith("SELECT")]
    assert "audio_edition" in only


def test_removing_drafts_leaves_recordings(studio: Studio) -> None:
    add_draft(studio, "k_dag")
    studio.add(studio.recording("k_werk"))

    assert audio.remove(studio.ctx, "nl", studio.texts, drafts=True, by="desk") == 1

    assert {one.name for one in studio.coverage().recorded} == {"k_werk"}
    assert studio.coverage().draft == ()


def test_removing_a_clip_that_is_not_there_removes_nothing_of_the_rest(studio: Studio) -> None:
    studio.add(studio.recording("k_werk"))

    with pytest.raises(audio.NoSuchClipError, match=re.escape("no clip of: k_dag, k_niets")):
        audio.remove(
            studio.ctx, "nl", studio.texts, names=["k_werk", "k_niets", "k_dag"], by="desk"
        )

    assert studio.clip("Heeft u werk?") is not None


def test_words_of_a_wave_in_the_field_keep_their_clip_when_the_bank_moves_on(
    studio: Studio,
) -> None:
    bank: Bank = kinds_bank()
    field_wave(studio.ctx, bank)
    studio.add(studio.recording("k_werk"))
    stray = studio.recording("k_dag")
    studio.change("k_dag", "Op welke dag begon u daar?")
    studio.change("k_werk", "Heeft u nu werk?")
    stray.rename(stray.with_name("k_dag.wav"))
    studio.add(stray.with_name("k_dag.wav"))
    studio.change("k_dag", "Op welke dag begon u daar precies?")

    removed = audio.remove(studio.ctx, "nl", studio.texts, stale=True, by="desk")

    # Nobody was ever asked the words between; who is in the field hears theirs.
    assert removed == 1
    assert studio.clip("Heeft u werk?") is not None
    assert studio.clip("Op welke dag begon u daar?") is None


def test_who_did_what_is_on_record(studio: Studio) -> None:
    studio.add(studio.recording("k_werk"), speaker="Mw. Stem")
    audio.remove(studio.ctx, "nl", studio.texts, names=["k_werk"], by="beheer")

    assert done(studio.ctx) == [
        ("audio.added", "audio in nl", {"by": "desk", "clips": 1}),
        ("audio.removed", "audio in nl", {"by": "beheer", "clips": 1}),
    ]


def test_what_is_known_of_a_clip_is_kept_with_it(studio: Studio) -> None:
    studio.add(studio.recording("k_werk"), speaker="Mw. Stem")

    with studio.ctx.databases.research.read() as connection:
        (clip,) = audio.audio.list_clips(connection, "nl")
    assert (clip.name, clip.kind, clip.speaker, clip.made_by, clip.made_at) == (
        "k_werk",
        ClipKind.RECORDED,
        "Mw. Stem",
        "desk",
        studio.ctx.clock.now(),
    )


def done(ctx: ServiceContext) -> list[tuple[str, str, dict[str, object]]]:
    with ctx.databases.research.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT action, subject, detail FROM audit_event ORDER BY seq"
        ).all()
    return [(action, subject, as_object(detail)) for action, subject, detail in rows]


def as_object(detail: object) -> dict[str, object]:
    import json

    found = json.loads(detail) if isinstance(detail, str) else detail
    assert isinstance(found, dict)
    return found
