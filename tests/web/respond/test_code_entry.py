"""The door: a code typed in any way, a QR code, and every code that opens nothing."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from app import create_app
from app.clock import FixedClock
from app.panel.access_code import check_digit, format_code, generate
from app.panel.states import WaveStatus
from app.services.interviewing import entrances
from tests.builders import Invited, Running, context
from tests.conftest import copy_template
from tests.web.respond.conftest import NOON, at_page
from tests.web.respond.spoken import dutch
from tests.web.respond.visitor import Visitor

LETTERS = "A code has digits only. Check what you typed."
WRONG_LENGTH = "A code has %(length)s digits. You typed %(digits)s."
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


@pytest.mark.parametrize(
    "typed",
    [
        lambda code: code,
        format_code,
        lambda code: f"  {code[:4]}-{code[4:9]}-{code[9:]} ",
        lambda code: code.translate(ARABIC),
        lambda code: format_code(code).translate(PERSIAN),
        lambda code: f"\u200f{code[:4]}\u00a0{code[4:9]}\u2013{code[9:]}\u200e",
        lambda code: ".".join(code),
    ],
    ids=["plain", "grouped", "hyphens", "arabic", "persian", "marks", "dots"],
)
def test_code_opens_the_questionnaire_however_it_is_typed(
    typed: object, site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = visitor.send(visitor.open("/"), {"code": typed(invited.code)})  # type: ignore[operator]

    assert (page.id, page.status) == ("x_hallo", 200)


def test_nothing_is_stored_in_the_browser_before_a_code_is_right(visitor: Visitor) -> None:
    page = visitor.open("/")
    page = visitor.speak(page, "en")
    visitor.send(page, {"code": "12"})

    assert not any(one.response.headers.getlist("Set-Cookie") for one in visitor.visited)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", dutch("Fill in the code from our letter.")),
        ("   ", dutch("Fill in the code from our letter.")),
        ("12345", dutch(WRONG_LENGTH, length=14, digits=5)),
        ("1" * 40, dutch(WRONG_LENGTH, length=14, digits=40)),
        ("1234567890123A", dutch(LETTERS)),
        ("hallo", dutch(LETTERS)),
    ],
)
def test_slip_of_the_finger_is_named(typed: str, says: str, visitor: Visitor) -> None:
    page = visitor.send(visitor.open("/"), {"code": typed})

    assert (page.id, page.status) == ("code", 422)
    assert page.errors == [says]
    assert says in page.told
    assert page.shown["code"] == typed


def test_wrong_digit_is_told_apart_from_an_unknown_code(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    wrong = invited.code[:-1] + str((int(invited.code[-1]) + 1) % 10)
    slip = visitor.send(visitor.open("/"), {"code": wrong})
    unknown = visitor.send(slip, {"code": generate()})

    assert slip.errors == [
        dutch("One of the digits is not right. Check the code in our letter once more.")
    ]
    assert unknown.errors == [
        dutch("We do not know this code. Check the code in our letter once more.")
    ]
    assert (slip.status, unknown.status) == (422, 422)
    assert unknown.shown["code"]


def test_only_well_formed_wrong_codes_count_as_guesses(site: Running, visitor: Visitor) -> None:
    before = site.fingerprint()
    page = visitor.open("/")
    for typed in ("1", "x", "1" * 14):
        page = visitor.send(page, {"code": typed})
    assert site.fingerprint() == before

    visitor.send(page, {"code": generate()})

    assert site.fingerprint() != before


def test_code_replaced_by_a_newer_letter_says_so(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    site.revoke(invited)

    page = visitor.enter(invited)

    assert (page.id, page.status) == ("revoked", 403)
    assert page.heading == dutch("This code is no longer used")


@pytest.mark.parametrize(
    ("steps", "page_id", "status"),
    [
        ([WaveStatus.PAUSED], "paused", 503),
        ([WaveStatus.CLOSED], "closed", 410),
        ([WaveStatus.CLOSED, WaveStatus.FROZEN], "closed", 410),
    ],
)
def test_code_of_a_wave_that_takes_no_answers_says_why(
    steps: list[WaveStatus],
    page_id: str,
    status: int,
    site: Running,
    visitor: Visitor,
    invited: Invited,
) -> None:
    for step in steps:
        site.move_wave(step)

    page = visitor.enter(invited)

    assert (page.id, page.status) == (page_id, status)
    assert page.lang == "nl"
    assert ("Retry-After" in page.response.headers) == (status == 503)


@pytest.mark.parametrize("address", ["/c/", "/C/"])
def test_code_from_the_letter_starts_with_one_press(
    address: str, site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = visitor.open(f"{address}{invited.code}")
    assert page.response.headers["Referrer-Policy"] == "strict-origin"
    assert page.shown == {}
    assert invited.code not in page.words

    visitor.secrets.append(invited.code)
    page = visitor.send(page)

    assert (page.id, page.status) == ("x_hallo", 200)


@pytest.mark.parametrize("times", [1, 5])
def test_looking_at_the_address_of_a_letter_changes_nothing(
    times: int, site: Running, visitor: Visitor, invited: Invited
) -> None:
    before = site.fingerprint()

    for _ in range(times):
        page = visitor.open(f"/c/{invited.code}")
        visitor.client.head(f"/c/{invited.code}")

    assert site.fingerprint() == before
    assert not page.response.headers.getlist("Set-Cookie")


def test_mistyped_address_of_a_letter_offers_the_box(visitor: Visitor) -> None:
    page = visitor.send(visitor.open("/c/1234"))

    assert (page.id, page.status) == ("code", 422)
    assert page.shown["code"] == "1234"


def test_language_chosen_at_the_door_is_kept_inside(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = visitor.enter(invited, language="en")

    assert page.lang == "en"
    assert page.heading == "Welcome to this test."
    other_phone = Visitor(site.app, language="nl")
    assert other_phone.enter(invited).lang == "en"


def test_code_half_typed_survives_the_choice_of_a_language(
    visitor: Visitor, invited: Invited
) -> None:
    page = visitor.speak(visitor.open("/"), "en", {"code": "1234 5"})

    assert page.lang == "en"
    assert page.shown["code"] == "1234 5"


def test_choosing_a_language_keeps_the_code_of_the_letter(
    visitor: Visitor, invited: Invited
) -> None:
    page = visitor.speak(visitor.open(f"/c/{invited.code}"), "en")
    assert page.heading == "Welcome"
    assert page.shown == {}

    assert visitor.send(page).id == "x_hallo"


def test_page_speaks_what_the_browser_asks_for(site: Running) -> None:
    for asked, spoken in [("en-GB,en;q=0.9", "en"), ("nl", "nl"), ("zh", "nl"), ("", "nl")]:
        assert Visitor(site.app, language=asked).open("/").lang == spoken


def test_person_goes_on_where_they_were_on_another_phone(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    at_page(visitor, invited, "k_talen")

    assert Visitor(site.app).enter(invited).id == "k_talen"


# --- guessing -------------------------------------------------------------------------------------


@pytest.fixture
def quick_lane(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let the slow lane only note how long it would have waited."""
    waited: list[float] = []
    monkeypatch.setattr(entrances.time, "sleep", waited.append)
    return waited


def guess(visitor: Visitor, times: int, **environ: str) -> int:
    page = visitor.open("/")
    for _ in range(times):
        page = visitor.send(page, {"code": generate()}, **environ)
    return page.status


def test_guesser_is_slowed_and_a_right_code_still_opens(
    site: Running, visitor: Visitor, invited: Invited, quick_lane: list[float]
) -> None:
    guess(visitor, entrances.FREE_MISSES)
    assert quick_lane == []
    guess(visitor, 2)
    assert quick_lane == [entrances.SLOW_S] * 2

    page = visitor.enter(invited)

    assert page.id == "x_hallo"


def test_other_phones_do_not_wait_for_a_guesser(
    site: Running, visitor: Visitor, invited: Invited, quick_lane: list[float]
) -> None:
    guess(visitor, entrances.FREE_MISSES + 1, REMOTE_ADDR="192.0.2.1")
    quick_lane.clear()

    Visitor(site.app, REMOTE_ADDR="192.0.2.2").enter(invited)

    assert quick_lane == []


def test_guesses_side_by_side_are_turned_away(
    site: Running, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting, go_on = threading.Event(), threading.Event()

    def wait(_: float) -> None:
        waiting.set()
        assert go_on.wait(10)

    guess(visitor, entrances.FREE_MISSES)
    monkeypatch.setattr(entrances.time, "sleep", wait)
    first = threading.Thread(target=guess, args=(Visitor(site.app), 1))
    first.start()
    assert waiting.wait(10)
    page = visitor.send(visitor.open("/"), {"code": generate()})
    go_on.set()
    first.join()

    assert page.status == 429
    assert int(page.response.headers["Retry-After"]) > 0
    assert page.errors == [
        dutch("Too many wrong codes were tried here. Wait a minute and try again.")
    ]


def test_many_guesses_raise_an_alarm_without_a_code_in_it(
    site: Running, caplog: pytest.LogCaptureFixture, quick_lane: list[float]
) -> None:
    caplog.set_level("INFO")
    for address in range(entrances.ALARM_MISSES // entrances.FREE_MISSES):
        guess(Visitor(site.app, REMOTE_ADDR=f"192.0.2.{address}"), entrances.FREE_MISSES)

    assert caplog.messages == [f"wrong codes: {entrances.ALARM_MISSES} in the last hour"]


def test_wrong_codes_are_forgotten_after_an_hour(
    site: Running, visitor: Visitor, quick_lane: list[float]
) -> None:
    guess(visitor, entrances.FREE_MISSES)
    site.clock.advance(entrances.MISS_MEMORY + entrances.MISS_WINDOW)

    guess(visitor, 1)

    assert quick_lane == []


@pytest.mark.parametrize(
    "code",
    ["0' OR '1'='1", "<script>alert(1)</script>", "{{7*7}}", "\x00" * 14, "9" * 5000, "\u202e123"],
)
def test_hostile_code_is_a_wrong_code(code: str, site: Running, visitor: Visitor) -> None:
    before = site.fingerprint()

    page = visitor.send(visitor.open("/"), {"code": code})

    assert (page.id, page.status) == ("code", 422)
    assert site.fingerprint() == before


def test_right_code_ends_in_its_check_digit(invited: Invited) -> None:
    assert check_digit(invited.code[:-1]) == invited.code[-1]


@pytest.mark.parametrize(("proxies", "slowed"), [(0, True), (1, False)])
def test_people_behind_a_trusted_proxy_do_not_wait_for_each_other(
    fielded_template: Path, tmp_path: Path, quick_lane: list[float], proxies: int, slowed: bool
) -> None:
    ctx = context(
        copy_template(fielded_template, tmp_path / "data"),
        FixedClock(NOON),
        trusted_proxies=proxies,
    )
    app = create_app(ctx)
    first, second = (
        Visitor(app, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=f"192.0.2.{k}") for k in (1, 2)
    )

    guess(first, entrances.FREE_MISSES)
    guess(second, 1)
    ctx.databases.close()

    assert bool(quick_lane) is slowed
