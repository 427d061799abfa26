"""Survey files that would break a reader: refused with file and line, at once, without a crash."""

import time

import pytest

from app.questionnaire.document import MAX_BYTES, Document
from tests.unit.questionnaire.drafts import STUDY, found_in

MOST_S = 5.0
"""Of the processor: far more than any of these needs; an exponential one would take years."""

LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{letter}: &{letter} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, letter in zip("abcdefgh", "bcdefghi", strict=True)
)


def read(tmp_path, content: str | bytes) -> tuple[Document, list[str]]:
    file = tmp_path / "x.yaml"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    problems = []
    started = time.process_time()
    document = Document(file, "x.yaml", problems)
    assert time.process_time() - started < MOST_S
    return document, [str(problem) for problem in problems]


REFUSED = {
    "alias": ("a: &x 1\nb: *x\n", "x.yaml:1: anchors and aliases are not used"),
    "anchor alone": ("a: 1\nb: &x 1\n", "x.yaml:2: anchors and aliases are not used"),
    "alias of nothing": ("a: 1\nb:\n  - *x\n", "x.yaml:3: anchors and aliases are not used"),
    "merge of an alias": ("a: &x {b: 1}\nc:\n  <<: *x\n", "x.yaml:1: anchors and aliases"),
    "alias of itself": ("&x [*x]", "x.yaml:1: anchors and aliases are not used"),
    "billion laughs": (LAUGHS, "x.yaml:1: anchors and aliases are not used"),
    "50 levels of lists": ("a:\n  " + "[" * 50 + "]" * 50, "x.yaml:2: nested more than 20 deep"),
    "50 levels of blocks": (
        "".join(f"{' ' * level}a:\n" for level in range(50)),
        "x.yaml:20: nested more than 20 deep",
    ),
    "50 dashes": ("- " * 50 + "x", "x.yaml:1: nested more than 20 deep"),
    "10,000 levels, closed": ("[" * 10_000 + "]" * 10_000, "x.yaml:1: nested more than 20 deep"),
    "10,000 levels, open": ("{" * 10_000, "x.yaml:1: nested more than 20 deep"),
    "10,000 levels of braces": ('{"a":' * 10_000, "x.yaml:1: nested more than 20 deep"),
    "10,000 question marks": ("? " * 10_000, "x.yaml:1: nested more than 20 deep"),
    "900 levels of blocks": (
        "\n".join(" " * level + "a:" for level in range(900)),
        "x.yaml:20: nested more than 20 deep",
    ),
    "NUL": ("a: 1\nb: 'x\0'\n", "x.yaml:2: found U+0000, expected printable text"),
    "escape character": ("a: 1\n\nb: \x1b[2J", "x.yaml:3: found U+001B, expected printable text"),
    "not UTF-8": (b"a: 1\nb: \xff\n", "x.yaml:2: is not UTF-8"),
    "UTF-16": ("a: 1".encode("utf-16"), "x.yaml:1: is not UTF-8"),
    "surrogates": (b"a: \xed\xa0\x80", "x.yaml:1: is not UTF-8"),
    "1.1 MB": ("a: b\n" * 220_000, f"x.yaml:1: larger than {MAX_BYTES} bytes"),
    "empty": ("", "x.yaml:1: is empty"),
    "comments only": ("# nothing\n\n# here\n", "x.yaml:1: is empty"),
    "tab": ("a:\n\tb: 1\n", "x.yaml:2: "),
    "two documents": ("a: 1\n---\nb: 2\n", "x.yaml:2: expected a single document"),
    "open quote": ("a: 'x\nb: 1\n", "x.yaml:3: while scanning a quoted scalar"),
    "open list": ("a: [1,\nb: 2\n", "x.yaml:3: while parsing a flow"),
    "no indentation": ("a:\n- b: 1\n c: 2\n", "x.yaml:3: "),
    "unknown escape": ('a: "\\q"', "x.yaml:1: while scanning a double-quoted scalar"),
    "unknown tag handle": ("a: !e!x 1", "x.yaml:1: while parsing a node"),
    "YAML of the future": ("%YAML 9.9\n---\na: 1\n", "x.yaml:1: found incompatible YAML document"),
    "directive without a document": ("%TAG ! x\n", "x.yaml:2: expected '<document start>'"),
    "bare sign": ("@", "x.yaml:1: while scanning for the next token"),
}  # fmt: skip


@pytest.mark.parametrize("attack", REFUSED)
def test_file_is_refused_with_its_line(tmp_path, attack):
    content, expected = REFUSED[attack]

    document, problems = read(tmp_path, content)

    assert document.root is None
    assert len(problems) == 1
    assert problems[0].startswith(expected)
    assert "\n" not in problems[0]


@pytest.mark.parametrize("attack", REFUSED)
@pytest.mark.parametrize("name", ["study.yaml", "scales.yaml", "modules/first.yaml"])
def test_study_with_such_a_file_is_refused_and_nothing_fails(tmp_path, attack, name):
    content, expected = REFUSED[attack]
    started = time.process_time()

    found = found_in(tmp_path, files={name: content})

    assert time.process_time() - started < MOST_S
    assert any(one.startswith(expected.replace("x.yaml", name)) for one in found), found


ODD_SHAPES = ["[]", "{}", "text", "5", "null", "[[]]", "{a: 1}", "{items: {a: 1}, module: []}",
              "? [a]\n: 1\n", "? {a: 1}\n: 1\n", "{module: {id: x, title: {en: y}}, items: []}",
              "{module: {id: x, title: {en: y}}, items: [[], {}, 5, a, null]}",
              "{scales: 5}", "{scales: [5, {}]}", "!!set {a, b}", "!!omap [a: 1]",
              "!!python/object/apply:os.system ['true']"]  # fmt: skip


@pytest.mark.parametrize("content", ODD_SHAPES)
@pytest.mark.parametrize("name", ["study.yaml", "scales.yaml", "modules/first.yaml"])
def test_shape_nobody_expects_is_refused_by_name(tmp_path, name, content):
    found = found_in(tmp_path, files={name: content})

    assert found or content.startswith("{module: {id: x, title: {en: y}}, items: []")
    assert all(":" in one for one in found)


@pytest.mark.parametrize("key", ["title", "waves", "languages", "missing", "modules", "concepts",
                                 "frame", "paradata", "assigned", "derived", "terminations",
                                 "code_lists", "research_questions", "indicators"])  # fmt: skip
@pytest.mark.parametrize("value", ["5", "[]", "[5]", "{}", "{a: 5}", "text", "[{}]", "[[[]]]", ""])
def test_any_value_under_any_key_of_a_study_is_read_without_failing(tmp_path, key, value):
    lines = [one for one in STUDY.splitlines() if not one.startswith((key, "  "))]
    study = "\n".join([*lines, f"{key}: {value}"])

    for problem in found_in(tmp_path, study=study):
        file, line, message = problem.split(":", 2)
        assert file.endswith(".yaml")
        assert int(line) >= 1
        assert message.strip()


@pytest.mark.parametrize(
    "content",
    ["!" * 900_000, "a" * 900_000, "- a\n" * 40_000, "#\n" * 400_000, '"' + "\\x41" * 200_000,
     "a: >\n" + " b\n" * 200_000, "[" + "," * 900_000, ":" * 900_000, "|" * 900_000],
    ids=["tags", "word", "list", "comments", "escapes", "folded", "commas", "colons", "pipes"],
)  # fmt: skip
def test_large_file_takes_time_in_proportion(tmp_path, content):
    document, problems = read(tmp_path, content)

    assert document.root is not None or problems
    for problem in problems:
        assert len(problem) < 500


def test_message_repeats_little_of_what_it_found(tmp_path):
    document, _ = read(tmp_path, "!" + "x" * 100_000 + " " + "y" * 100_000)
    document.root.text("title")

    assert len(str(document.problems[-1])) < 300
