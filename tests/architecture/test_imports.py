"""Imports point one way: the contracts of ``pyproject.toml``, and what they cannot say."""

import tomllib

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.architecture.repository import ROOT, imported, modules

CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
"""What import-linter reads."""


def test_import_contracts_are_kept(tmp_path, capsys):
    status = lint_imports(str(ROOT / "pyproject.toml"), cache_dir=str(tmp_path), no_logo=True)

    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_contracts_are_those_of_the_design():
    names = {contract["name"]: contract["type"] for contract in CONTRACTS["contracts"]}

    assert names == {
        "app layers: top may import down only": "layers",
        "the domains are plain Python": "forbidden",
        "analysis stands alone": "forbidden",
        "only contacting and enrolment touch personal data": "protected",
        "the web never talks to the database": "forbidden",
    }


def test_every_package_of_app_has_a_layer():
    """A new folder that stands in no layer may import anything, unseen."""
    [layers] = [one["layers"] for one in CONTRACTS["contracts"] if one["type"] == "layers"]
    placed = {name.strip() for layer in layers for name in layer.split("|")}
    packages = {f"app.{file.parent.name}" for file in (ROOT / "app").glob("*/__init__.py")}

    assert packages - placed == set()


@pytest.mark.parametrize(
    ("package", "allowed"),
    [
        ("app/questionnaire", {"app.questionnaire", "babel", "textstat", "yaml", "z3"}),
        (
            "app/panel",
            {"app.panel", "app.questionnaire", "charset_normalizer", "openpyxl", "phonenumbers"},
        ),
        ("app/messages", {"app.messages", "app.questionnaire", "dateutil"}),
        ("app/synthetic", {"app.synthetic", "app.questionnaire"}),
    ],
)
def test_pure_packages_import_next_to_nothing(package, allowed):
    strangers = {
        f"{file.relative_to(ROOT)}: {name}"
        for file in modules(package)
        for name in imported(file) - allowed
    }

    assert strangers == set()


def test_analysis_imports_nothing_of_the_platform():
    strangers = {
        f"{file.relative_to(ROOT)}: {name}"
        for file in modules("analysis")
        for name in imported(file)
        if name.startswith("app") or name in ("flask", "sqlalchemy", "wtforms")
    }

    assert strangers == set()


def test_only_the_settings_read_the_environment():
    """Ruff bans ``os.environ``; this finds the other doors."""
    doors = ("os.environ", "os.getenv", "getenv(", "environb")
    readers = {
        str(file.relative_to(ROOT))
        for package in ("app", "analysis")
        for file in modules(package)
        if any(door in file.read_text(encoding="utf-8") for door in doors)
    }

    assert readers == {"app/settings.py"}
