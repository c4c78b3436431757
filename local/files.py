"""Files of a folder over HTTP, as a static host serves them: the page's and the console's."""

import gzip
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final

from flask import Request, Response
from werkzeug.security import safe_join

_TYPES: Final[Mapping[str, str]] = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".ico": "image/vnd.microsoft.icon",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
}
"""Not the machine's own table of types, which differs from machine to machine."""

_COMPRESSED: Final = frozenset({".html", ".css", ".js", ".json", ".svg", ".txt", ".webmanifest"})
_LEAST: Final = 1000
"""Bytes from which on CloudFront compresses."""


class Files:
    """The files below a folder. They are read at each request, so a change shows at the next reload.

    Args:
        folder: need not exist; then it has no files.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def find(self, name: str) -> Path | None:
        """The file of this name, None when there is none, or when it is hidden or outside of the folder."""
        joined = safe_join(str(self._folder), name)
        if joined is None or "\0" in name or any(part.startswith(".") for part in name.split("/")):
            return None
        found = Path(joined).resolve()  # a link may lead out of the folder
        return found if found.is_file() and found.is_relative_to(self._folder) else None

    def answer(self, request: Request, name: str, headers: Mapping[str, str]) -> Response | None:
        """The answer that carries a file, compressed where the browser takes it; None when there is no such file."""
        found = self.find(name)
        if found is None:
            return None
        content = found.read_bytes()
        answer = Response(content, content_type=_TYPES.get(found.suffix, "application/octet-stream"))
        etag = sha256(content).hexdigest()[:32]
        if found.suffix in _COMPRESSED:
            answer.vary.add("Accept-Encoding")
            if len(content) >= _LEAST and request.accept_encodings["gzip"] > 0:
                answer.set_data(gzip.compress(content, mtime=0))
                answer.headers["Content-Encoding"] = "gzip"
                etag += "-gzip"
        for header, value in headers.items():
            answer.headers[header] = value
        answer.set_etag(etag)
        answer.make_conditional(request)
        return answer
