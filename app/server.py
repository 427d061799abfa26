"""Gunicorn around the app: workers with threads, one app and one set of connections each."""

from __future__ import annotations

import logging
import socket
import sys
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from app import create_app
from app.clock import Clock
from app.services.bootstrap import make_context
from app.settings import Settings

THREADS = 6
KEEP_ALIVE_S = 15


class DiscreetLogger(Logger):  # type: ignore[misc] # gunicorn carries no types
    """Gunicorn's log without what a client sent: its address, or a line with a code in it."""

    def warning(self, msg: str, *args: object, **kwargs: Any) -> None:  # noqa: ANN401
        """Log a warning; one about a request says no more than that."""
        if msg.startswith("Invalid request"):
            msg, args = "Invalid request", ()
        super().warning(msg, *args, **kwargs)

    def exception(self, msg: str, *args: object, **kwargs: Any) -> None:  # noqa: ANN401
        """Log what kind of error it was; its words and ``args`` may quote the request."""
        kind = sys.exc_info()[0]
        self.error("%s: %s", msg.partition("%")[0].strip(), kind.__name__ if kind else "unknown")


class Server(BaseApplication):  # type: ignore[misc] # gunicorn carries no types
    """Gunicorn, configured from here instead of a file."""

    def __init__(
        self,
        settings: Settings,
        *,
        host: str,
        port: int,
        workers: int,
        clock: Clock | None = None,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.options: dict[str, Any] = {
            "bind": f"{host}:{port}",
            "workers": workers,
            "threads": THREADS,
            "worker_class": "gthread",
            "keepalive": KEEP_ALIVE_S,
            "timeout": 60,
            "graceful_timeout": 20,
            # Request lines hold the code of a letter once in a while: there is no access log.
            "accesslog": None,
            "errorlog": "-",
            "logger_class": DiscreetLogger,
            "loglevel": settings.log_level.lower(),
            "proc_name": "perspectief",
            # A socket in the home directory by which anybody with the account may stop us.
            "control_socket_disable": True,
        }
        super().__init__()

    def load_config(self) -> None:
        """Hand the options to gunicorn."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the app of one worker; called after the fork, so nothing is shared."""
        logging.basicConfig(level=self.settings.log_level)
        return create_app(make_context(self.settings, self.clock, pool_size=THREADS))


def lan_address() -> str | None:
    """Return this machine's address in the local network; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # A documentation address (RFC 5737): connecting a datagram socket only picks a route.
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        return str(probe.getsockname()[0])
