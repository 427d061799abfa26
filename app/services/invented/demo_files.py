"""A demo as files: made beside its folder and put in place when complete; its codes kept in it."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.panel.states import Role
from app.services.accounts import staff
from app.services.context import ServiceContext
from app.services.invented.demo import Demo

DEMO_FILE = "demo.json"
STAFF_ROLES = tuple(Role)


class OtherDemoError(Exception):
    """The folder holds something else than the demo that was asked for."""


def find_demo(folder: Path, wanted: dict[str, Any]) -> dict[str, Any] | None:
    """Return the demo that a folder holds, or ``None`` when the folder is empty.

    Raises
    ------
    OtherDemoError
        If it holds another demo, or anything else.
    """
    file = folder / DEMO_FILE
    if file.exists():
        told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        if told.get("made_with") == wanted:
            return told
        raise OtherDemoError(f"{folder} holds a demo made with {told.get('made_with')}")
    if folder.exists() and any(folder.iterdir()):
        raise OtherDemoError(f"{folder} is not empty and holds no demo")
    return None


def workshop(folder: Path) -> Path:
    """Return an empty folder beside the demo's, in which it is made."""
    fresh = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    return fresh


def put_in_place(fresh: Path, folder: Path) -> None:
    """Make a finished demo the one of its folder."""
    if folder.exists():
        shutil.rmtree(folder)
    fresh.rename(folder)


def add_staff(ctx: ServiceContext) -> list[dict[str, str]]:
    """Add one account per role of the demo, and return what is needed to sign in."""
    accounts = []
    for role in STAFF_ROLES:
        email, password = f"{role}@example.org", secrets.token_urlsafe(15)
        secret = staff.add_member(ctx, email=email, password=password, role=role)
        accounts.append(
            {"email": email, "password": password, "totp_secret": secret, "role": str(role)}
        )
    return accounts


def write_demo(
    folder: Path, demo: Demo, accounts: Sequence[dict[str, str]], made_with: dict[str, Any]
) -> dict[str, Any]:
    """Keep the codes and accounts of a demo in its folder, readable by its owner only.

    The people are synthetic: a real code is never kept in readable form.
    """
    told = {
        "synthetic": True,
        "url": demo.url,
        "staff_url": f"{demo.url}/staff/sign-in",
        "codes": [asdict(case) for case in demo.cases],
        "staff": list(accounts),
        "made_with": made_with,
    }
    file = folder / DEMO_FILE
    file.touch(mode=0o600)
    file.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return told
