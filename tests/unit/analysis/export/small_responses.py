"""Responses made by hand, and what R on this machine can do."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import pytest

from analysis.codebook import Code, Codebook, Variable
from analysis.responses import Manifest, Responses

MISSING_WORDS = {
    "dk": {"nl": "Weet ik niet", "en": "I do not know", "ar": "لا أعرف", "ti": "ኣይፈልጥን"},
    "ref": {"nl": "Wil ik niet zeggen", "en": "Prefer not to say", "ar": "أفضّل عدم الإجابة"},
    "skip": {"nl": "Overgeslagen", "en": "Skipped"},
    "na_route": {"nl": "Niet gevraagd (route)", "en": "Not asked (routing)"},
    "break_off": {"nl": "Niet bereikt (gestopt)", "en": "Not reached (broke off)"},
}
ARABIC = "أشارك في المجتمع الهولندي، وأتعلّم اللغة."
TIGRINYA = "ኣብ ሆላንድ ይሰርሕን ይመሃርን ኣለኹ።"


def variable(
    name: str,
    kind: str = "single",
    codes: Sequence[str] | Mapping[str, Mapping[str, str]] = (),
    **more: Any,
) -> Variable:
    """Make a variable; codes alone are labelled ``nl <code>`` and ``en <code>``."""
    if not isinstance(codes, Mapping):
        codes = {code: {"nl": f"nl {code}", "en": f"en {code}"} for code in codes}
    given: dict[str, Any] = {
        "waves": (2024,),
        "label": {"nl": f"{name} nl", "en": f"{name} en"},
        "question": {},
        "columns": tuple(f"{name}__{c}" for c in codes) if kind == "multiple" else (name,),
    }
    return Variable(
        name=name,
        kind=kind,
        codes=tuple(Code(code, label) for code, label in codes.items()),
        **(given | more),
    )


def codebook_of(*variables: Variable, study: str = "perspectief") -> Codebook:
    return Codebook(study, ("nl", "en"), MISSING_WORDS, {one.name: one for one in variables})


def responses_with(
    variables: Sequence[Variable],
    cells: Mapping[str, Sequence[str]],
    *,
    synthetic: bool = True,
    wave: str = "2024",
) -> Responses:
    """Make responses whose rows are the cells given, by column; persons are P0, P1, ..."""
    rows = len(next(iter(cells.values())))
    head = {
        "person_id": [f"P{k}" for k in range(rows)],
        "case_id": [f"C{k}" for k in range(rows)],
        "wave": [wave] * rows,
    }
    table = pd.DataFrame(
        {name: pd.Series(list(c), dtype="str") for name, c in (head | dict(cells)).items()}
    )
    manifest = Manifest("perspectief", (int(wave),), synthetic, {}, "1.2.3", {})
    return Responses(table, codebook_of(*variables), manifest)


def require_r(*packages: str) -> None:
    """Skip where R or one of its packages is not installed."""
    if shutil.which("Rscript") is None:
        pytest.skip("Rscript is not installed")
    for package in packages:
        test = f"quit(status = !requireNamespace('{package}', quietly = TRUE))"
        if subprocess.run(["Rscript", "-e", test], check=False, capture_output=True).returncode:
            pytest.skip(f"R has no package {package}")


def run_r(program: str, folder: Any) -> str:
    """Run lines of R in a folder; what they print."""
    done = subprocess.run(
        [
            "Rscript",
            "-e",
            f"options(encoding='UTF-8'); invisible(Sys.setlocale('LC_ALL','C.UTF-8')); {program}",
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
