"""A throw-away PostgreSQL server for the tests: its own data, its own socket, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

START_TIMEOUT_S = 60


def server_binaries() -> Path | None:
    """Return the folder of ``initdb`` and ``pg_ctl``, or ``None`` where no server is installed."""
    found = shutil.which("initdb")
    # Debian keeps them out of the PATH.
    candidates = [Path(found).resolve().parent] if found else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    return None


@dataclass(frozen=True)
class Server:
    """A running server; connections go through a Unix socket in its folder."""

    folder: Path
    binaries: Path

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://survey@/{database}?host={self.folder}"

    def restart(self, *, mode: str = "fast") -> None:
        _control(self, "restart", "-m", mode)

    def stop(self) -> None:
        _control(self, "stop", "-m", "immediate")
        shutil.rmtree(self.folder, ignore_errors=True)


def start(*, fsync: str = "on") -> Server:
    """Make a cluster and start it.

    For what is measured leave ``fsync`` on, as in production. Tests turn it off: it guards
    against power cuts, which no test makes, and dropping a database takes 0.4 s with it.
    """
    binaries = server_binaries()
    if binaries is None:
        raise RuntimeError("no PostgreSQL server is installed")
    # Socket paths may not be longer than some 100 bytes: a short folder of our own.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    account = _account()
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
    server = Server(folder, binaries)
    initdb = f"{binaries}/initdb -D {folder}/data -U survey -A trust --encoding=UTF8 --locale=C"
    _run(initdb.split(), folder)
    options = (
        f"-k {folder} -c listen_addresses= -c fsync={fsync}"
        " -c max_connections=100 -c shared_buffers=64MB"
    )
    _control(server, "start", "-o", options, "-l", str(folder / "log"))
    return server


def _control(server: Server, action: str, *arguments: str) -> None:
    control = f"{server.binaries}/pg_ctl {action} -D {server.folder}/data -w -t {START_TIMEOUT_S}"
    _run([*control.split(), *arguments], server.folder)


def _account() -> pwd.struct_passwd | None:
    """Return the account to run as: the server refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("PostgreSQL does not run as root and no other account was found")


def _run(command: list[str], folder: Path) -> None:
    account = _account()
    as_other = (
        {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    )
    with (folder / "commands").open("a+b") as output:
        # Not a pipe: the server inherits it and would keep it open for ever.
        finished = subprocess.run(
            command,
            cwd="/",
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            timeout=2 * START_TIMEOUT_S,
            check=False,
            **as_other,
        )
        if finished.returncode != 0:
            output.seek(0)
            raise RuntimeError(f"{command[0]} failed:\n{output.read().decode(errors='replace')}")
