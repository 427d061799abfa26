"""A site in a thread of the test: real HTTP on this machine, with the test's own clock."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Response
from werkzeug.serving import make_server

from app import create_app
from app.services.context import ServiceContext


@contextmanager
def served(ctx: ServiceContext, watch: Callable[[Response], None] | None = None) -> Iterator[str]:
    """Serve a context and give its address; ``watch`` sees every answer before it is sent."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app = create_app(ctx)
    if watch is not None:
        # Functions run last to first: this one sees the page before it is compressed.
        app.after_request(_seen_by(watch))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _seen_by(watch: Callable[[Response], None]) -> Callable[[Response], Response]:
    def see(response: Response) -> Response:
        watch(response)
        return response

    return see
