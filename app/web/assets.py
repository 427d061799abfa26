"""Static files: read once, named by their content, compressed once, kept for a year."""

from __future__ import annotations

import hashlib
import mimetypes
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, abort, request

FOREVER = "public, max-age=31536000, immutable"
_NAMED = re.compile(rb"url\(([\w./-]+)\)")
"""A file as a style sheet names it, by its place in the folder of static files."""
_PACKED_ALREADY = (".woff2",)


@dataclass(frozen=True, slots=True)
class Asset:
    """One static file as it goes over the wire."""

    content: bytes
    compressed: bytes | None
    """``None`` for what is compressed in itself."""
    type: str


class Assets:
    """The files of ``static/`` by hashed name: a changed file has a new address."""

    def __init__(self, folder: Path, base: str) -> None:
        self._by_address: dict[str, Asset] = {}
        self._address: dict[str, str] = {}
        files = [path for path in folder.rglob("*") if path.is_file()]
        # Style sheets come last: the addresses of the fonts they name stand in them.
        for file in sorted(files, key=lambda path: (path.suffix == ".css", path)):
            name = file.relative_to(folder).as_posix()
            content = file.read_bytes()
            if file.suffix == ".css":
                content = _NAMED.sub(self._with_address, content)
            tag = hashlib.sha256(content).hexdigest()[:10]
            address = f"{tag}/{name}"
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            packed = None if file.suffix in _PACKED_ALREADY else gzipped(content, 9)
            self._by_address[address] = Asset(content, packed, kind)
            self._address[name] = f"{base}/{address}"

    def _with_address(self, named: re.Match[bytes]) -> bytes:
        return f"url({self.url(named[1].decode())})".encode()

    def url(self, name: str) -> str:
        """Return the address of a file; a `KeyError` names a file that is not there."""
        return self._address[name]

    def get(self, address: str) -> Asset | None:
        """Return a file by its address."""
        return self._by_address.get(address)


def gzipped(content: bytes, level: int) -> bytes:
    """Return content in gzip format, without a time stamp."""
    packer = zlib.compressobj(level, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return packer.compress(content) + packer.flush()


def assets_blueprint(assets: Assets) -> Blueprint:
    """Return the blueprint that serves the files."""
    blueprint = Blueprint("assets", __name__)

    @blueprint.get("/s/<path:address>")
    def asset(address: str) -> Response:
        found = assets.get(address)
        if found is None:
            abort(404)
        takes = "gzip" in request.headers.get("Accept-Encoding", "")
        packed = found.compressed if takes else None
        response = Response(packed or found.content, content_type=found.type)
        response.headers["Cache-Control"] = FOREVER
        if found.compressed:
            response.headers["Vary"] = "Accept-Encoding"
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        return response

    return blueprint
