"""For which entry into which state a function ran: seen at its door, and told to the stand-ins that it calls.

So each message, and each question to the register, can be laid to the entry that it was sent for, without asking our own code.
"""

from __future__ import annotations

import json
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from threading import Lock
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from local import lambdas
from local.lambdas import invocation_of_this_call
from local.partners.standin import RUN_HEADER

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(slots=True)
class Try:
    """One run of a function for one entry into a state.

    Attributes:
        entry_id: state and time of the entry, as the state machine names it.
        began: Unix time.
        ended: Unix time; infinite while it runs.
        hits: Unix times of the faults that were injected into it: a call of its failed, or it crashed.
    """

    registration_id: str
    entry_id: str
    began: float
    ended: float = float("inf")
    hits: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Telling:
    """One run of the function that mails notices.

    Attributes:
        registration_ids: whom its events are about.
        began: Unix time, as all of a `Try`.
    """

    registration_ids: frozenset[str]
    began: float
    ended: float = float("inf")
    hits: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Tries:
    """Every run that was for one entry, and every run that was for notices, by its number."""

    by_run: dict[int, Try] = field(default_factory=dict)
    tellings: dict[int, Telling] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def hit(self, run: int) -> None:
        """A fault was injected into a run just now."""
        with self._lock:
            this = self.by_run.get(run) or self.tellings.get(run)
            if this is not None:
                this.hits.append(time.time())

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Note them while the block runs, and let every request that a function sends say which run sent it."""
        with ExitStack() as replaced:
            replaced.enter_context(patch.object(lambdas, "_answer", self._running(lambdas._answer)))
            replaced.enter_context(patch.object(HTTPConnection, "putrequest", _signed(HTTPConnection.putrequest)))
            yield

    def _running(self, original: Any) -> Any:  # noqa: ANN401 (what runs a handler)
        def answer(handler: str, event: Any, context: Any) -> Any:  # noqa: ANN401
            invocation, entry = invocation_of_this_call(), _entry_in(event)
            told = _told_of(event)
            if invocation is None or not (entry or told):
                return original(handler, event, context)
            this: Try | Telling
            with self._lock:
                if entry:
                    this = self.by_run[invocation.number] = Try(*entry, began=time.time())
                else:
                    this = self.tellings[invocation.number] = Telling(told, began=time.time())
            try:
                return original(handler, event, context)
            finally:
                this.ended = time.time()

        return answer


def _signed(original: Any) -> Any:  # noqa: ANN401 (a method of the standard library)
    def putrequest(connection: HTTPConnection, *arguments: Any, **named: Any) -> None:  # noqa: ANN401
        original(connection, *arguments, **named)
        invocation = invocation_of_this_call()
        if invocation is not None:
            connection.putheader(RUN_HEADER, str(invocation.number))

    return putrequest


def _entry_in(event: Any) -> tuple[str, str] | None:  # noqa: ANN401 (whatever a function is called with)
    """Registration and entry that an event is about, if it is about one: a layer's, or a backlog message's."""
    match event:
        case {"registration_id": str(registration_id), "entry_id": str(entry_id)}:
            return registration_id, entry_id
        case {"Records": [{"body": str(body)}]}:
            try:
                return _entry_in(json.loads(body))
            except ValueError:
                return None
    return None


def _told_of(event: Any) -> frozenset[str]:  # noqa: ANN401 (whatever a function is called with)
    """The registrations that a batch of changed statuses is about; none where it is no such batch."""
    found = set()
    for record in event.get("Records") or () if isinstance(event, dict) else ():
        try:
            body = json.loads(record.get("body") or "null")
        except ValueError:
            continue
        match body:
            case {"detail": {"registration_id": str(registration_id), "status": str()}}:
                found.add(registration_id)
    return frozenset(found)
