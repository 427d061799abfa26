"""Words that every published table carries."""

from __future__ import annotations

from analysis.responses import Manifest

SYNTHETIC = "SYNTHETIC: made-up people and answers, no findings about anybody."


def standing_notes(manifest: Manifest) -> tuple[str, ...]:
    """Give the notes on study, waves and, where it applies, synthetic origin; the latter first."""
    waves = ", ".join(str(wave) for wave in manifest.waves)
    source = (
        f"Study {manifest.study}, waves in the release {waves}, code {manifest.code_version or '-'}"
    )
    return (SYNTHETIC, source) if manifest.synthetic else (source,)
