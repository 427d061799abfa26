"""The impact assessment knows the study, says what is open, keeps what people write and sign."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.panel.dpia import REQUIRED, Field, Risk, names_of_fields
from app.panel.states import Role
from app.services.bootstrap import STUDY
from app.services.context import ServiceContext
from app.services.privacy import dpia as kept
from app.services.privacy.dpia_inventory import inventory
from tests.web.staff.desk import Desk, checked

SignIn = Callable[[Role], Desk]
HERE = "/staff/privacy/dpia"
EDIT = f"{HERE}/edit"


def filled(**changed: str) -> dict[str, str]:
    texts = {name: f"Words about {name}." for name in names_of_fields()}
    for risk in Risk:
        texts |= {f"{risk}.chance": "low", f"{risk}.harm": "high"}
    return texts | {str(Field.REVIEW_ON): "2025-02-01"} | changed


def save(desk: Desk, **changed: str) -> None:
    form = {"csrf_token": desk.get(EDIT).form(EDIT)["csrf_token"]}
    seen = desk.get(EDIT).form(EDIT)["seen"]
    done = desk.send(EDIT, form | {"seen": seen} | filled(**changed))
    assert done.status_code == 303, checked(done).words


def test_the_real_study_says_itself_what_is_sensitive_and_why_it_is_asked() -> None:
    known = inventory(STUDY)

    # Every question marked sensitive in the modules has a category in dpia.yaml.
    assert known.unclassified == ()
    health = next(one for one in known.special if one.special.category == "health")
    assert health.asked[0][1]["nl"] == "Hoe is uw gezondheid?"
    assert [one[0] for one in known.contact] == ["p_kanaal", "p_adres", "p_bon"]
    assert len(known.terms) == 10


def test_before_anybody_wrote_every_point_for_people_is_open(signed_in: SignIn) -> None:
    page = signed_in(Role.PRIVACY_OFFICER).get(HERE)

    # Ten points, six risks, advice, views, day of review; this study has no terms, and questions
    # without a research question.
    assert "Still open" in page.words
    assert page.words.count("To be filled in") == len(REQUIRED) + 3
    assert "12. Special categories of personal data" in page.words


def test_what_is_written_is_kept_as_a_version_and_stands_in_the_document(
    signed_in: SignIn, ctx: ServiceContext
) -> None:
    desk = signed_in(Role.RESEARCHER)

    save(desk, basis="Public task.\nArticle 6(1)(e).")

    page = desk.get(HERE)
    assert "Article 6(1)(e)." in page.words
    assert "To be filled in" not in page.words
    assert "Nobody signed this version" in page.words
    # A field that was left as it was is there when it is edited again.
    assert "Public task." in desk.get(EDIT).words
    assert [one.number for one in kept.versions(ctx)] == [1]


def test_a_second_version_leaves_the_first_to_be_read(signed_in: SignIn) -> None:
    desk = signed_in(Role.RESEARCHER)
    save(desk, basis="First basis.")
    save(desk, basis="Second basis.")

    assert "Second basis." in desk.get(HERE).words
    assert "First basis." in desk.get(f"{HERE}/versions/1").words
    assert desk.get(f"{HERE}/versions/3").status == 404


def test_a_signature_is_of_one_version_and_on_the_log(
    signed_in: SignIn, ctx: ServiceContext
) -> None:
    researcher, officer = signed_in(Role.RESEARCHER), signed_in(Role.PRIVACY_OFFICER)
    save(researcher)

    done = officer.submit(officer.get(HERE), f"{HERE}/sign")

    assert done.status_code == 303
    assert "as data protection officer" in officer.get(HERE).words
    row = officer.get("/staff/privacy/audit?action=dpia.signed").table("log")[0]
    assert kept.latest(ctx).hash in " ".join(row)
    save(researcher, basis="Another basis.")
    assert "Nobody signed this version yet." in officer.get(HERE).words


def test_a_version_that_nobody_has_read_is_not_signed(
    signed_in: SignIn, ctx: ServiceContext
) -> None:
    researcher, officer = signed_in(Role.RESEARCHER), signed_in(Role.PRIVACY_OFFICER)
    save(researcher)
    old = officer.get(HERE)
    save(researcher, basis="Changed after it was read.")

    officer.submit(old, f"{HERE}/sign")

    assert kept.latest(ctx).signatures == ()


def test_two_who_write_at_the_same_time_lose_nothing(
    signed_in: SignIn, ctx: ServiceContext
) -> None:
    one, other = signed_in(Role.RESEARCHER), signed_in(Role.PRIVACY_OFFICER)
    form = {"csrf_token": other.get(EDIT).form(EDIT)["csrf_token"], "seen": "0"}
    save(one, basis="The first.")

    page = checked(other.send(EDIT, form | filled(basis="The second.")))

    assert page.status == 409
    assert "The second." in page.words
    assert kept.latest(ctx).texts["basis"] == "The first."


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"review_on": "soon"}, "this is no date"),
        ({"recognised.chance": "huge"}, "choose low, middle or high"),
        ({"basis": "x" * (kept.LONGEST + 1)}, "at most 8000 characters"),
    ],
)
def test_what_cannot_be_kept_is_told_and_stays_typed(
    signed_in: SignIn, ctx: ServiceContext, changed: dict[str, str], words: str
) -> None:
    desk = signed_in(Role.RESEARCHER)
    form = desk.get(EDIT).form(EDIT)

    page = checked(
        desk.send(EDIT, {"csrf_token": form["csrf_token"], "seen": "0"} | filled(**changed))
    )

    assert page.status == 422
    assert words in page.words
    assert "Words about proposal." in page.words
    assert kept.versions(ctx) == []


def test_a_version_written_for_another_study_says_so(
    signed_in: SignIn, ctx: ServiceContext
) -> None:
    desk = signed_in(Role.RESEARCHER)
    save(desk)
    assert ctx.settings.data_dir is not None
    file = ctx.settings.data_dir / kept.FILE_NAME
    known = inventory(ctx.study).study_hash
    file.write_text(file.read_text().replace(known, "0" * 64), encoding="utf-8")

    assert "have changed since this version was written" in desk.get(HERE).words


def test_the_register_takes_what_was_written_in_the_assessment(signed_in: SignIn) -> None:
    desk = signed_in(Role.RESEARCHER)
    save(desk, parties="The ministry; a bureau.")

    rows = dict(desk.get("/staff/privacy/register").table("register-survey"))

    assert rows["Controller and officer (a)"] == "The ministry; a bureau."
