"""A file with news: all problems at once with row and column, all of it or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import main
from app.messages.channels import Channel
from app.panel.states import Role
from app.services.context import ServiceContext
from app.services.members import contacting, people_news_file
from app.services.members.people_news import News, What, record
from app.services.members.people_news_file import NewsFileError, read_news
from app.storage import people
from tests.builders import fingerprint, invite
from tests.integration.staff.conftest import add_account


def problems(ctx: ServiceContext, text: str | bytes) -> list[str]:
    raw = text.encode() if isinstance(text, str) else text
    with pytest.raises(NewsFileError) as caught:
        read_news(ctx, raw)
    return [str(one) for one in caught.value.problems]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_file_is_read_whatever_spreadsheet_wrote_it(
    ctx: ServiceContext, separator: str, line_end: str, bom: str
) -> None:
    invited = invite(ctx)
    rows = [
        ["person", "case", "what", "channel", "wave", "told_by"],
        [str(invited.person_id), "", "opted_out", "sms", "2024", "person"],
        ["", invited.case_id.hex, "LETTER_RETURNED", "", "", "post"],
        ["", "", "", "", "", ""],
    ]
    text = bom + line_end.join(separator.join(row) for row in rows) + line_end

    assert read_news(ctx, text.encode()) == [
        News(invited.person_id, What.OPTED_OUT, Channel.SMS, 2024, {}, "person"),
        News(invited.person_id, What.LETTER_RETURNED, told_by="post"),
    ]


def test_person_is_found_by_phone_or_e_mail_and_gets_a_new_address(ctx: ServiceContext) -> None:
    invited, other = invite(ctx), invite(ctx)
    contacting.change_contacts(
        ctx,
        [(invited.person_id, {"phone": "+31612345678"}), (other.person_id, {"email": "b@b.nl"})],
        at=ctx.clock.now(),
    )
    text = (
        "phone,email,what,street,house_number,postcode,city,new_email\n"
        "06-12345678,,address_changed,Weg,12,1234ab,Ede,\n"
        ",B@b.nl,contact_changed,,,,,new@b.nl\n"
    )
    news = read_news(ctx, text.encode())
    record(ctx, news, by="test")

    assert contacting.contact_of(ctx, invited.person_id) == {
        "phone": "+31612345678", "street": "Weg", "house_number": "12", "postcode": "1234 AB",
        "city": "Ede",
    }  # fmt: skip
    assert contacting.contact_of(ctx, other.person_id) == {"email": "new@b.nl"}


def test_every_problem_is_told_with_its_row_and_column_and_no_personal_value(
    ctx: ServiceContext,
) -> None:
    invited = invite(ctx)
    person = invited.person_id.hex
    text = (
        "person,email,what,channel,wave,told_by,postcode,city,street,new_phone\n"
        f"{person},,moved_to_mars,,,,,,,\n"
        f"{person},who@example.org,refused_soft,,,,,,,\n"
        "0123,,refused_soft,fax,1999,Anna Bakker,,,,\n"
        f"{person},,address_changed,,,,0000 XX,Ede,,12\n"
        f"{person},,opted_out,sms,,,,Ede,Weg,,too,many\n"
        ",nobody@example.org,refused_hard,,,,,,,\n"
    )
    told = problems(ctx, text)

    assert [one.split(":")[0] for one in told] == [
        "row 2, what",
        "row 3",
        "row 4, person",
        "row 4, channel",
        "row 4, wave",
        "row 4, told_by",
        "row 5, phone",
        "row 5, postcode",
        "row 5, street",
        "row 6",
        "row 6, postcode",
        "row 7, email",
    ]
    for personal in ("who@", "nobody@", "Anna", "0000 XX", "mars"):
        assert personal not in "\n".join(told)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "what: found no such column"),
        (b"\xff\xfe", "found another encoding"),
        (b'person,what\n"a', "found quotes that do not close"),
        (b"person,what,what,bsn\n", "column 4: found another name"),
        (b"what\n", "a column that says who"),
    ],
)
def test_file_that_is_none_is_told_so(ctx: ServiceContext, raw: bytes, said: str) -> None:
    assert said in "\n".join(problems(ctx, raw))


def test_file_that_is_too_large_is_not_read(
    ctx: ServiceContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people_news_file, "MOST_ROWS", 2)
    assert "at most 2" in problems(ctx, "person,what\n" + "a,b\n" * 3)[0]
    monkeypatch.setattr(people_news_file, "MOST_BYTES", 10)
    assert "at most 10" in problems(ctx, "person,what\n")[0]


def test_command_records_all_or_nothing_and_may_be_run_again(
    ctx: ServiceContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_account(ctx, Role.FIELDWORK, "f@example.org")
    monkeypatch.setattr("app.cli_place.make_context", lambda *_: ctx)
    monkeypatch.setattr("app.cli_place.upgrade", lambda *_: None)
    monkeypatch.setattr(type(ctx.databases), "close", lambda _: None)
    people_of = [invite(ctx) for _ in range(3)]
    good = "".join(f"{one.person_id.hex},letter_returned\n" for one in people_of)
    file = tmp_path / "news.csv"

    def run(*more: str):
        arguments = ["--data", str(tmp_path), "people", "news", str(file), "--by", "f@example.org"]
        return CliRunner().invoke(main, [*arguments, *more])

    file.write_text(f"person,what\n{good}x,letter_returned\n")
    before = fingerprint(ctx.databases)
    refused = run()
    assert refused.exit_code == 1
    assert "row 5, person" in refused.output
    file.write_text(f"person,what\n{good}")
    assert "3 pieces of news" in run("--dry-run").output
    assert fingerprint(ctx.databases) == before
    assert run().output == "3 recorded, 0 were known\n"
    assert run().output == "0 recorded, 3 were known\n"
    with ctx.databases.research.read() as connection:
        assert people.people_open_to(connection, Channel.LETTER, wave=2024) == set()


def test_what_does_not_go_together_is_told_by_row(ctx: ServiceContext) -> None:
    person = invite(ctx).person_id.hex
    text = (
        "person,what,channel,reason\n"
        f"{person},letter_returned,letter,\n"
        f"{person},refusal_undone,,\n"
        f"{person},opted_in,sms,typing_error\n"
    )
    assert [one.partition(", expected")[0] for one in problems(ctx, text)] == [
        "row 2: found letter_returned with a channel",
        "row 3: found refusal_undone without a reason: a word such as typing_error or wrong_person",
        "row 4: found opted_in with a reason",
    ]
