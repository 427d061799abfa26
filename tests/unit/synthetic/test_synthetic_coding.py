"""Synthetic coders know every invented sentence, and give codes that the study's frames have."""

import pytest

from app.questionnaire.code_frames import load_code_frames
from app.services.bootstrap import STUDY
from app.synthetic.answers.words import SENTENCES
from app.synthetic.coding import READINGS
from tests.builders import real_bank

WRITTEN = [
    (language, var, sentence)
    for language, questions in SENTENCES.items()
    for var, sentences in questions.items()
    for sentence in sentences
]


@pytest.mark.parametrize(("language", "var", "sentence"), WRITTEN)
def test_an_invented_sentence_has_a_translation_and_codes_of_its_frame(
    language: str, var: str, sentence: str
) -> None:
    frames, _ = load_code_frames(real_bank(), STUDY)
    reading = READINGS[var, sentence]

    assert reading.language == language
    assert reading.codes
    assert frames[var].faults(reading.codes) == []
    assert READINGS[var, reading.dutch].codes == reading.codes
