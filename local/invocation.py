"""Which registration a function is working for, while it runs.

A function's calls are counted for its registration without the function knowing.
"""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from http import HTTPStatus
from http.client import HTTPConnection, HTTPResponse
from threading import Lock
from typing import Any
from unittest.mock import patch

_registration: ContextVar[str | None] = ContextVar("registration", default=None)


def registration_of_this_call() -> str | None:
    """The id of the registration that the running function works for, None when it works for none or for many."""
    return _registration.get()


@contextmanager
def working_for(registration_id: str | None) -> Iterator[None]:
    """Run the block for this registration."""
    token = _registration.set(registration_id)
    try:
        yield
    finally:
        _registration.reset(token)


def registration_in(event: Any) -> str | None:  # noqa: ANN401 (whatever a function is called with)
    """The one registration that an event is about: a layer's, an API request's, or a backlog message's."""
    match event:
        case {"registration_id": str(found)} | {"pathParameters": {"registration_id": str(found)}}:
            return found
        case {"Records": [{"body": str(body)}]}:
            try:
                return registration_in(json.loads(body))
            except ValueError:
                return None
    return None


class Outgoing:
    """HTTP requests that functions sent, by registration and by whom they were sent to."""

    def __init__(self) -> None:
        self._sent: Counter[tuple[str, str, int]] = Counter()
        self._refused: Counter[tuple[str, str, int]] = Counter()
        self._lock = Lock()

    def sent(self, registration_id: str, host: str, port: int) -> int:
        """Requests sent to this address for this registration, answered or not."""
        with self._lock:
            return self._sent[registration_id, host, port]

    def taken(self, registration_id: str, host: str, port: int) -> int:
        """Those of them that were answered with success, or not at all, when nobody knows."""
        with self._lock:
            return self._sent[registration_id, host, port] - self._refused[registration_id, host, port]

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Count while the block runs."""
        putrequest, getresponse = HTTPConnection.putrequest, HTTPConnection.getresponse

        def sending(connection: HTTPConnection, *arguments: Any, **named: Any) -> None:  # noqa: ANN401
            self._count(self._sent, connection)
            putrequest(connection, *arguments, **named)

        def answered(connection: HTTPConnection) -> HTTPResponse:
            answer = getresponse(connection)
            if answer.status >= HTTPStatus.MULTIPLE_CHOICES:
                self._count(self._refused, connection)
            return answer

        with patch.object(HTTPConnection, "putrequest", sending), patch.object(HTTPConnection, "getresponse", answered):
            yield

    def _count(self, counts: Counter[tuple[str, str, int]], connection: HTTPConnection) -> None:
        registration_id = registration_of_this_call()
        if registration_id is not None:
            with self._lock:
                counts[registration_id, connection.host, connection.port] += 1
