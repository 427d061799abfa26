"""Drafts for rehearsal: of every text, in no other voice, never in the place of a recording."""

from __future__ import annotations

import shutil

import pytest

from app.delivery.speech import PROGRAM, Speech, SpeechError
from app.i18n.spoken import unique
from app.services.speech.audio_drafting import NoVoiceError, draft
from tests.builders import field_wave, kinds_bank
from tests.integration.audio.conftest import Studio
from tests.integration.audio.drafts import Hum, fails_at, make_drafts


def test_every_text_gets_a_draft_once_and_a_second_run_makes_nothing(studio: Studio) -> None:
    hum = Hum()

    first = make_drafts(studio, hum)
    second = make_drafts(studio, hum)

    wanted = len(unique(studio.texts))
    assert (first.made, first.kept) == (wanted, 0)
    assert (second.made, second.kept) == (0, wanted)
    assert len(hum.said) == wanted
    assert ["Vorige keer zei u: u woont in", ". Klopt dat nog?"] in hum.said
    assert studio.coverage().none == studio.coverage().recorded == ()


def test_a_language_without_a_voice_gets_no_draft(studio: Studio) -> None:
    with pytest.raises(NoVoiceError, match='no voice of its own for "ti"'):
        make_drafts(studio, Hum(), "ti")


def test_a_recording_that_comes_in_meanwhile_stays(studio: Studio) -> None:
    file = studio.recording("k_werk")

    def somebody_adds(segments: object) -> None:
        if segments == ["Heeft u werk?"]:
            studio.add(file)

    made = make_drafts(studio, Hum(before=somebody_adds)).made

    assert made == len(unique(studio.texts)) - 1
    assert "k_werk" in {one.name for one in studio.coverage().recorded}


def test_a_text_at_which_the_program_fails_is_named_with_its_place(studio: Studio) -> None:
    with pytest.raises(SpeechError, match=r"modules/kinds\.yaml:7: k_werk: no sound"):
        make_drafts(studio, Hum(before=fails_at("Heeft u werk?")))

    # Run again, it goes on where it was.
    assert make_drafts(studio, Hum()).made > 0
    assert studio.coverage().none == ()


def test_drafts_of_words_that_nobody_asks_any_more_go(studio: Studio) -> None:
    field_wave(studio.ctx, kinds_bank())
    make_drafts(studio, Hum())
    studio.change("k_werk", "Heeft u nu werk?")
    make_drafts(studio, Hum())
    studio.change("k_werk", "Heeft u op dit moment werk?")

    done = make_drafts(studio, Hum())

    assert (done.made, done.removed) == (1, 1)
    assert studio.clip("Heeft u nu werk?") is None
    # These words are in the field.
    assert studio.clip("Heeft u werk?") is not None


@pytest.mark.espeak
def test_drafts_by_espeak_are_small_and_carry_its_name(studio: Studio) -> None:
    if shutil.which(PROGRAM) is None:
        pytest.skip("espeak-ng is not installed")
    texts = [studio.text(name) for name in ("k_stad|repeat", "k_werk|option ja", "p_adres")]

    done = draft(studio.ctx, "nl", texts, by="desk", speech=Speech())

    assert done.made == 3
    assert done.voice.startswith("espeak-ng ")
    for one in texts:
        clip = studio.clip(one.text)
        assert clip is not None
        assert clip.draft
        assert clip.seconds > 0.3
