"""Settings say everything that is wrong at once, and nothing that is secret."""

import base64
import dataclasses
import json
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import app
from app.settings import PREFIX, Argon2Cost, Settings, SettingsError

README = Path(app.__file__).with_name("README.md")


def key(letter: str) -> str:
    return base64.urlsafe_b64encode(letter.encode() * 32).decode()


COMPLETE = {
    "PERSPECTIEF_DATABASE_URL": "postgresql://db.example/research",
    "PERSPECTIEF_CONTACTS_URL": "postgresql://db.example/contacts",
    "PERSPECTIEF_SECRET_KEY": "s" * 40,
    "PERSPECTIEF_CODE_KEYS": f"{key('a')},{key('b')}",
    "PERSPECTIEF_CONTACT_KEYS": f"k2:{key('c')},k1:{key('d')}",
    "PERSPECTIEF_CONTACT_INDEX_KEY": key("e"),
    "PERSPECTIEF_STAFF_KEYS": f"k1:{key('f')}",
}


def faults_of(environ: dict[str, str], **arguments: Path) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment(environ, **arguments)
    return refused.value.faults


def test_settings_of_a_complete_environment_are_read_with_their_defaults() -> None:
    settings = Settings.from_environment(COMPLETE)

    assert settings.database_url == "postgresql+psycopg://db.example/research"
    assert list(settings.contact_keys) == ["k2", "k1"]
    assert settings.code_keys.bucket == b"a" * 32
    assert settings.argon2 == Argon2Cost(passes=2, memory_kib=19_456, lanes=1)
    assert settings.data_dir is None
    assert not settings.synthetic
    assert not settings.secure_cookies


def test_empty_environment_is_told_every_setting_that_has_no_default() -> None:
    faults = faults_of({})

    without_default = {
        f"{PREFIX}{field.name.upper()}"
        for field in dataclasses.fields(Settings)
        if field.default is dataclasses.MISSING
    }
    assert {fault.partition(":")[0] for fault in faults} == without_default
    assert all(fault.endswith("is not set") for fault in faults)


def test_every_fault_is_reported_at_once_with_what_was_expected() -> None:
    wrong = {
        "DATABASE_URL": ("mysql://db/x", "sqlite:///FILE"),
        "CONTACTS_URL": ("sqlite:///:memory:", "must be a file"),
        "SECRET_KEY": ("short", "at least 32"),
        "CODE_KEYS": (key("a"), "two different keys"),
        "CONTACT_KEYS": (f"k1:{key('a')},k1:{key('b')}", "each id once"),
        "CONTACT_INDEX_KEY": ("not base64!", "32 random bytes"),
        "STAFF_KEYS": ("x", "ID:KEY"),
        "PUBLIC_URL": ("survey.example.nl", "https://survey.example.nl"),
        "ARGON2": ("2,4,1", "at least 8"),
        "RESPONDENT_SESSION_HOURS": ("0", "whole hours"),
        "LANGUAGES": ("nl,nl", "language codes"),
        "FONTS_DIR": ("/dev/null", "not a directory"),
        "LOG_LEVEL": ("LOUD", "WARNING"),
        "SYNTHETIC": ("1", "yes or no"),
        "DATA_DIR": ("/dev/null", "not a directory"),
    }
    faults = faults_of({PREFIX + name: value for name, (value, _) in wrong.items()})

    told = {fault.partition(":")[0].removeprefix(PREFIX): fault for fault in faults}
    assert set(told) == set(wrong)
    for name, (_, expected) in wrong.items():
        assert expected in told[name], name


def test_databases_of_people_and_answers_may_not_be_the_same() -> None:
    same = COMPLETE | {"PERSPECTIEF_CONTACTS_URL": COMPLETE["PERSPECTIEF_DATABASE_URL"]}
    (fault,) = faults_of(same)
    assert "two databases" in fault


def test_neither_faults_nor_the_printed_settings_give_a_secret_away() -> None:
    secrets = ("hunter2", key("c"), "s" * 40, "p4ss")
    environ = COMPLETE | {
        "PERSPECTIEF_DATABASE_URL": "postgresql://me:p4ss@db/research",
        "PERSPECTIEF_CONTACTS_URL": "postgresql://me:p4ss@db/contacts",
    }
    printed = repr(Settings.from_environment(environ))
    broken = dict.fromkeys(COMPLETE, "hunter2") | {
        "PERSPECTIEF_DATABASE_URL": "mysql://me:p4ss@db/x"
    }

    told = printed + " ".join(faults_of(broken))
    assert not any(secret in told for secret in secrets)


def test_cookies_are_secure_where_the_address_is() -> None:
    https = COMPLETE | {"PERSPECTIEF_PUBLIC_URL": "https://vragen.example.nl/"}
    settings = Settings.from_environment(https)
    assert settings.secure_cookies
    assert settings.public_url == "https://vragen.example.nl"


def test_data_directory_gives_two_sqlite_files_and_keeps_its_secrets(tmp_path: Path) -> None:
    first = Settings.from_environment({}, data_dir=tmp_path / "new" / "dir")
    again = Settings.from_environment({}, data_dir=tmp_path / "new" / "dir")
    other = Settings.from_environment({}, data_dir=tmp_path / "other")

    assert again == first
    assert first.database_url == f"sqlite:///{tmp_path}/new/dir/research.sqlite3"
    assert first.contacts_url == f"sqlite:///{tmp_path}/new/dir/contacts.sqlite3"
    assert other.secret_key != first.secret_key
    assert other.contact_keys != first.contact_keys


def test_key_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    Settings.from_environment({}, data_dir=tmp_path / "dir")
    mode = (tmp_path / "dir" / "keys.json").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    assert stat.S_IMODE((tmp_path / "dir").stat().st_mode) == 0o700


def test_key_file_that_many_make_at_once_is_the_same_for_all(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: Settings.from_environment({}, data_dir=tmp_path), range(16)))
    assert len({settings.secret_key for settings in made}) == 1


def test_key_file_lends_only_what_the_environment_lacks(tmp_path: Path) -> None:
    environ = COMPLETE.copy()
    del environ["PERSPECTIEF_STAFF_KEYS"]
    settings = Settings.from_environment(environ, data_dir=tmp_path)

    assert settings.secret_key == "s" * 40
    assert settings.database_url == "postgresql+psycopg://db.example/research"
    assert set(json.loads((tmp_path / "keys.json").read_text())) == {"STAFF_KEYS"}

    # A later version that needs one more secret adds it and leaves the others.
    later = Settings.from_environment({}, data_dir=tmp_path)
    assert later.staff_keys == settings.staff_keys


def test_key_file_that_was_damaged_is_reported_and_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text('{"SECRET_KEY": ')

    faults = faults_of({}, data_dir=tmp_path)

    assert any("keys.json" in fault for fault in faults)
    assert (tmp_path / "keys.json").read_text() == '{"SECRET_KEY": '


def test_arguments_of_the_command_line_go_before_the_environment(tmp_path: Path) -> None:
    settings = Settings.from_environment(
        COMPLETE,
        data_dir=tmp_path,
        database_url=f"sqlite:///{tmp_path}/a.sqlite3",
        contacts_url=f"sqlite:///{tmp_path}/b.sqlite3",
    )
    assert settings.database_url == f"sqlite:///{tmp_path}/a.sqlite3"
    assert settings.data_dir == tmp_path


def test_each_setting_is_documented_and_nothing_else_is() -> None:
    section = README.read_text("utf-8").partition("## Settings")[2].partition("\n## ")[0]

    described = set(re.findall(rf"^\| `({PREFIX}\w+)` \|", section, flags=re.MULTILINE))

    assert described == {f"{PREFIX}{field.name.upper()}" for field in dataclasses.fields(Settings)}
