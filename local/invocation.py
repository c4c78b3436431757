"""Which registration a function is working for, while it runs.

A function's calls are counted for its registration without the function knowing.
"""

import http.client
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
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
        self._counts: Counter[tuple[str, str, int]] = Counter()
        self._lock = Lock()

    def count(self, registration_id: str, host: str, port: int) -> int:
        """Requests sent to this address for this registration, answered or not."""
        with self._lock:
            return self._counts[registration_id, host, port]

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Count while the block runs."""
        putrequest = http.client.HTTPConnection.putrequest

        def counted(connection: http.client.HTTPConnection, *arguments: Any, **named: Any) -> None:  # noqa: ANN401
            registration_id = registration_of_this_call()
            if registration_id is not None:
                with self._lock:
                    self._counts[registration_id, connection.host, connection.port] += 1
            putrequest(connection, *arguments, **named)

        with patch.object(http.client.HTTPConnection, "putrequest", counted):
            yield


