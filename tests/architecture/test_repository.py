"""What a clone holds: a README in each part, no names that say nothing, no traces of a machine."""

import re

import pytest

from tests.architecture.repository import FOLDERS, ROOT, modules, our_files, text_of

PARTS = [
    *(folder for folder in FOLDERS if not folder.startswith(".")),
    *(str(file.parent.relative_to(ROOT)) for file in sorted((ROOT / "app").glob("*/__init__.py"))),
    *(
        str(file.parent.relative_to(ROOT))
        for file in sorted((ROOT / "surveys").glob("*/study.yaml"))
    ),
]
SCREENFUL = 140
"""Lines: two or three screens; what is longer is not read."""

# Written apart, or this file would find itself.
TRACES = [
    "/" + "work/",
    "/" + "tmp/w",
    "/" + "root/",
    "/" + "Users/",
    "python" + "hosted",
    "pypi" + ".org",
    "index" + "-url",
    "trusted" + "-host",
    "registry.npm" + "js",
]


@pytest.mark.parametrize("part", PARTS)
def test_each_part_says_what_lives_there(part):
    readme = ROOT / part / "README.md"

    assert readme.is_file()
    text = readme.read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert 3 < len(text.splitlines()) <= SCREENFUL


def test_no_file_bears_traces_of_the_machine_it_was_written_on():
    found = {
        f"{file.relative_to(ROOT)}: {trace}"
        for file in our_files()
        for trace in TRACES
        if trace in (text_of(file) or "")
    }

    assert found == set()


def test_no_module_has_a_name_that_says_nothing():
    empty = re.compile(r"(^|_)(utils?|helpers?|common|managers?|data|misc|stuff)$")
    found = {
        str(file.relative_to(ROOT))
        for package in ("app", "analysis", "tests")
        for file in modules(package)
        if empty.search(file.stem) or empty.search(file.parent.name)
    }

    assert found == set()


def test_files_of_the_survey_are_text_that_any_editor_shows():
    for file in (ROOT / "surveys").rglob("*"):
        if file.is_file():
            text = text_of(file)
            assert text is not None, file
            assert "\r" not in text, file
            assert "\t" not in text or file.suffix not in (".yaml", ".csv"), file
            assert text.endswith("\n"), file
