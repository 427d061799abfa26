"""A demo has open answers at every stage, worked on by its own staff."""

from pathlib import Path

from app.panel.states import Role
from app.services.bootstrap import STUDY, make_context
from app.services.content.study_calendar import read_wave_plan
from app.services.invented import demo, demo_files
from app.services.invented.demo_coding import code_open_answers
from app.services.open_ended.open_answers import State, agreement, count_answers, read_desk
from app.services.publication.exports import export_release
from tests.builders import real_bank, settings
from tests.conftest import copy_template


def test_a_part_is_coded_some_twice_and_the_rest_waits(
    sqlite_template: Path, tmp_path: Path
) -> None:
    urls = copy_template(sqlite_template, tmp_path / "databases")
    ctx = make_context(settings(urls))
    demo.prepare_demo(
        ctx,
        real_bank(),
        [read_wave_plan(STUDY, 2024)],
        people=420,
        seed=11,
        url="http://localhost:8000",
        progress=lambda *_: None,
    )
    email = {one["role"]: one["email"] for one in demo_files.add_staff(ctx)}

    code_open_answers(ctx, [2024], researcher=email[Role.RESEARCHER], analyst=email[Role.ANALYST])

    states = {state for _, _, _, state in count_answers(ctx, [2024])}
    assert {State.WAITING, State.CODED, State.DISPUTED} <= states
    found = agreement(ctx, read_desk(ctx), [2024])
    assert any(0 < one[""].agreed < 1 for one in found.values())
    release = export_release(ctx, [2024], tmp_path / "release")
    header = (release / "responses.csv").read_text(encoding="utf-8").partition("\n")[0]
    assert "o_opmerking__dank" in header.split(",")
    assert b"Verzonnen" not in (release / "responses.csv").read_bytes()
    ctx.databases.close()
