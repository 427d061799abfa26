"""People can be found and reached with the keys, and with nothing else."""

from pathlib import Path

import pytest
from sqlalchemy import text

from app.storage.contacts.answers import GivenContactAnswer, answers_of
from app.storage.contacts.keys import ContactKeys
from app.storage.contacts.people import (
    ContactAnswers,
    ContactErasedError,
    NewContact,
    add_contacts,
    erase,
    find_people,
    load_fields,
    put_fields,
    rewrap_keys,
    save_answers,
)
from app.storage.encryption import DecryptionError, KeyRing
from app.storage.types import new_id
from app.storage.unit_of_work import Database, Databases
from tests.integration.storage.builders import NOON

KEYS = ContactKeys(KeyRing({"k1": b"1" * 32}), b"i" * 32)
SAMIRA = {"name": "Samira Haddad", "email": "Samira.Haddad@Example.nl", "phone": "06-12 34 56 78"}


def enrol(contacts: Database, fields: dict[str, str]):
    person_id = new_id()
    with contacts.write() as connection:
        add_contacts(connection, KEYS, [NewContact(person_id, fields)], at=NOON)
    return person_id


def fields_of(contacts: Database, person_id, keys: ContactKeys = KEYS) -> dict[str, str]:
    with contacts.read() as connection:
        return load_fields(connection, keys, person_id)


def find(contacts: Database, field: str, value: str):
    with contacts.read() as connection:
        return find_people(connection, KEYS, field, value)


def answers(values: dict[str, str], *, revision: int, op_id: str) -> ContactAnswers:
    return ContactAnswers(wave=2024, revision=revision, op_id=op_id, saved_at=NOON, values=values)


def test_fields_come_back_with_the_keys_and_change_one_by_one(contacts: Database) -> None:
    samira = enrol(contacts, SAMIRA)
    with contacts.write() as connection:
        put_fields(connection, KEYS, samira, {"street": "Kerkstraat 1", "name": "S."}, at=NOON)

    assert fields_of(contacts, samira) == SAMIRA | {"street": "Kerkstraat 1", "name": "S."}
    assert fields_of(contacts, new_id()) == {}


def test_files_of_the_database_hold_nothing_that_names_anybody(
    sqlite_databases: Databases, tmp_path: Path
) -> None:
    samira = enrol(sqlite_databases.contacts, SAMIRA)
    with sqlite_databases.contacts.write() as connection:
        page = answers({"k_mail": "new@example.nl"}, revision=1, op_id="1")
        save_answers(connection, KEYS, samira, page)

    held = b"".join(
        path.read_bytes() for path in (tmp_path / "databases").iterdir() if path.is_file()
    )
    for word in (b"Samira", b"samira", b"Haddad", b"12 34", b"612345678", b"new@example"):
        assert word not in held


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "samira.haddad@example.nl"),
        ("email", " SAMIRA.HADDAD@EXAMPLE.NL "),
        ("phone", "0612345678"),
        ("phone", "+31 6 12345678"),
        ("phone", "0031612345678"),
        ("phone", "٠٦١٢٣٤٥٦٧٨"),
    ],
)
def test_person_is_found_by_mail_or_phone_however_it_is_written(
    contacts: Database, field: str, value: str
) -> None:
    samira = enrol(contacts, SAMIRA)
    enrol(contacts, {"email": "other@example.nl", "phone": "0687654321"})

    assert find(contacts, field, value) == [samira]


def test_person_whose_index_is_the_same_by_chance_is_not_taken_for_another(
    contacts: Database,
) -> None:
    # 20 bits: among some thousand addresses two share an index.
    by_index: dict[int | None, str] = {}
    for number in range(100_000):
        address = f"p{number}@example.nl"
        index = KEYS.blind_index("email", address)
        if index in by_index:
            break
        by_index[index] = address
    one, other = by_index[index], address
    first, second = enrol(contacts, {"email": one}), enrol(contacts, {"email": other})

    assert find(contacts, "email", one) == [first]
    assert find(contacts, "email", other) == [second]


def test_values_of_two_people_when_swapped_in_the_database_do_not_decrypt(
    contacts: Database,
) -> None:
    samira, yonas = enrol(contacts, {"name": "Samira"}), enrol(contacts, {"name": "Yonas"})
    with contacts.write() as connection:
        rows = connection.execute(text("SELECT contact_id, value_encrypted FROM contact_field"))
        (one, of_one), (two, of_two) = rows
        swap = text("UPDATE contact_field SET value_encrypted = :value WHERE contact_id = :id")
        connection.execute(swap, [{"value": of_two, "id": one}, {"value": of_one, "id": two}])

    for person in (samira, yonas):
        with pytest.raises(DecryptionError):
            fields_of(contacts, person)


def test_wrapped_key_of_another_does_not_open_a_contact(contacts: Database) -> None:
    samira, _ = enrol(contacts, {"name": "Samira"}), enrol(contacts, {"name": "Yonas"})
    with contacts.write() as connection:
        connection.execute(
            text(
                "UPDATE contact SET wrapped_key ="
                " (SELECT max(o.wrapped_key) FROM contact o WHERE o.id <> contact.id)"
            )
        )

    with pytest.raises(DecryptionError):
        fields_of(contacts, samira)


def test_erased_person_cannot_be_read_found_or_written_and_the_proof_stays(
    contacts: Database,
) -> None:
    samira, yonas = enrol(contacts, SAMIRA), enrol(contacts, {"name": "Yonas"})
    with contacts.write() as connection:
        save_answers(connection, KEYS, samira, answers({"k_mail": "x"}, revision=1, op_id="1"))
        assert erase(connection, samira, at=NOON)
        assert not erase(connection, samira, at=NOON)

    assert fields_of(contacts, samira) == {}
    assert find(contacts, "email", SAMIRA["email"]) == []
    with contacts.write() as connection, pytest.raises(ContactErasedError):
        save_answers(connection, KEYS, samira, answers({"k_mail": "x"}, revision=2, op_id="2"))
    with contacts.read() as connection:
        assert answers_of(connection, KEYS, samira) == []
        left = connection.execute(
            text("SELECT count(*), count(wrapped_key), count(erased_at) FROM contact")
        ).one()
    assert tuple(left) == (2, 1, 1)
    assert fields_of(contacts, yonas) == {"name": "Yonas"}


def test_contact_answers_sent_again_or_late_never_undo_a_later_one(contacts: Database) -> None:
    samira = new_id()  # came by the open link: no contact yet
    first = answers({"k_mail": "old@example.nl", "k_tel": "1"}, revision=3, op_id="a")
    later = answers({"k_mail": "new@example.nl"}, revision=5, op_id="b")
    for page in (first, first, later, first):
        with contacts.write() as connection:
            save_answers(connection, KEYS, samira, page)

    with contacts.read() as connection:
        kept = answers_of(connection, KEYS, samira)
        assert answers_of(connection, KEYS, new_id()) == []
    assert kept == [
        GivenContactAnswer(2024, "k_mail", "new@example.nl", 5, "b"),
        GivenContactAnswer(2024, "k_tel", "1", 3, "a"),
    ]


def test_rotation_makes_the_old_key_needless_without_touching_what_is_stored(
    contacts: Database,
) -> None:
    people = [enrol(contacts, {"name": f"P{number}"}) for number in range(3)]
    both = ContactKeys(KeyRing({"k2": b"2" * 32, "k1": b"1" * 32}), KEYS.index_key)
    with contacts.write() as connection:
        assert rewrap_keys(connection, both) == 3
        assert rewrap_keys(connection, both) == 0

    new_only = ContactKeys(KeyRing({"k2": b"2" * 32}), KEYS.index_key)
    for number, person in enumerate(people):
        assert fields_of(contacts, person, new_only) == {"name": f"P{number}"}
    with pytest.raises(DecryptionError, match="no key k2"):
        fields_of(contacts, people[0], KEYS)
