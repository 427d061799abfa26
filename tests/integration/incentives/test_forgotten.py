"""Who is forgotten is forgotten as somebody with a thank-you coming too, also after a restore."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch
from uuid import UUID

import pytest

from app.panel.incentives import Account, IncentiveStatus, Way
from app.services import backing_up
from app.services.backing_up import back_up, restore
from app.services.context import ServiceContext
from app.services.privacy.erasing import Order, erase
from app.services.thanks import incentives_destinations, incentives_post, incentives_sending
from app.services.thanks.incentives_post import PostError
from app.storage.migrate import upgrade
from tests.builders import Invited, context
from tests.integration.incentives.conftest import BY, Thanks

HERS = {
    "name": "Almaz Tesfamariam",
    "street": "Kanariepietstraat 117",
    "postcode": "9999 XZ",
    "city": "Rotterdam",
}
TOKENS = (b"Almaz", b"Kanariepiet", b"9999 XZ")


def two_on_a_list(thanks: Thanks) -> tuple[Invited, Invited, Path]:
    who, other = thanks.person(), thanks.person()
    thanks.buy(3)
    thanks.ask(who, Way.POST, HERS)
    thanks.ask(other, Way.POST)
    made = incentives_post.make_list(thanks.ctx, by=BY)
    assert made is not None
    assert HERS["street"] in made.file.read_text(encoding="utf-8")
    return who, other, made.file


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_list_for_the_post_goes_with_who_is_forgotten_and_others_wait_again(
    thanks: Thanks, tmp_path: Path
) -> None:
    who, other, file = two_on_a_list(thanks)

    proof = erase(thanks.ctx, Order(who.person_id, BY))

    assert proof.clean, proof.detail["found"]
    assert not file.exists()
    assert not [token for token in TOKENS if token in on_disk(tmp_path)]
    assert not [token for token in TOKENS if token.decode() in thanks.everything()]
    assert proof.detail["looked_for"]["where a thank-you goes"] == 2
    assert proof.detail["files"] == {"lists of thank-yous": 1, "thank-yous listed again": 2}
    assert thanks.case(other.case_id).status is IncentiveStatus.ASKED
    assert thanks.held() == {Account.BOUGHT: 3, Account.STOCK: 2, Account.RESERVED: 1}
    again = incentives_post.make_list(thanks.ctx, by=BY)
    assert again is not None
    assert again.rows == 1


def test_scan_finds_where_a_thank_you_goes_when_somebody_copied_it(
    thanks: Thanks, tmp_path: Path
) -> None:
    who = thanks.person()
    thanks.ask(who, Way.EMAIL, {"email": "elsewhere@example.org"})
    (tmp_path / "data").mkdir(exist_ok=True)
    (tmp_path / "data" / "notes.txt").write_text("Elsewhere@Example.org asked twice")

    proof = erase(thanks.ctx, Order(who.person_id, BY))

    assert {"where": "notes.txt", "what": "where a thank-you goes"} in proof.detail["found"]
    assert "elsewhere" not in str(proof.detail)


def test_list_written_while_somebody_on_it_is_forgotten_is_destroyed(
    thanks: Thanks, tmp_path: Path
) -> None:
    """The rows are committed, the addresses read, and then the person is forgotten."""
    who, other = thanks.person(), thanks.person()
    thanks.buy(3)
    thanks.ask(who, Way.POST, HERS)
    thanks.ask(other, Way.POST)
    read = incentives_destinations.read

    def forgotten_meanwhile(ctx: ServiceContext, ids: Iterable[UUID]) -> dict[UUID, dict[str, str]]:
        with patch.object(incentives_destinations, "read", read):
            found = read(ctx, ids)
            erase(thanks.ctx, Order(who.person_id, BY))
        return found

    with (
        patch.object(incentives_destinations, "read", forgotten_meanwhile),
        pytest.raises(PostError, match="make it again"),
    ):
        incentives_post.make_list(thanks.ctx, by=BY)

    assert not [token for token in TOKENS if token in on_disk(tmp_path)]
    assert thanks.case(other.case_id).status is IncentiveStatus.ASKED
    thanks.held()


def restored(thanks: Thanks, tmp_path: Path, backup: Path, erasures: Path) -> Thanks:
    """Restore a backup on SQLite; the process dies when everything was committed."""
    folder = tmp_path / "restored"
    (folder / "data").mkdir(parents=True)
    urls = (f"sqlite:///{folder}/research.sqlite3", f"sqlite:///{folder}/contacts.sqlite3")
    settings = replace(
        thanks.ctx.settings, database_url=urls[0], contacts_url=urls[1], data_dir=folder / "data"
    )
    with patch.object(backing_up, "finish", side_effect=OSError), pytest.raises(Exception):  # noqa: B017
        restore(settings, backup, erasures=erasures)
    upgrade(*urls)
    return Thanks(context(urls, thanks.clock, study=thanks.ctx.study, data_dir=folder / "data"))


def test_restore_that_dies_after_its_commit_left_nothing_of_who_was_forgotten(
    thanks: Thanks, tmp_path: Path
) -> None:
    who, other, file = two_on_a_list(thanks)
    asked = thanks.person()
    thanks.ask(asked, Way.EMAIL)
    backup = tmp_path / "yesterday.backup"
    back_up(thanks.ctx.settings, thanks.ctx.clock, backup)
    erase(thanks.ctx, Order(who.person_id, BY))

    there = restored(thanks, tmp_path, backup, file.parent.parent / "erasures.jsonl")

    assert not [one for one in there.rows() if one.person_id == who.person_id]
    assert there.destinations() == 2
    assert not [token for token in TOKENS if token in on_disk(tmp_path / "restored")]
    assert not list((tmp_path / "restored").rglob("incentives/*"))
    # What waited may have gone out since: nothing of it goes by itself.
    for one in (other, asked):
        assert there.case(one.case_id).status is IncentiveStatus.UNKNOWN
    assert not there.send().outcomes
    assert incentives_post.make_list(there.ctx, by=BY) is None
    assert there.held()[Account.STOCK] == 1
    assert incentives_sending.settle(there.ctx, there.case(other.case_id).id, went_out=False, by=BY)
    there.ctx.databases.close()
