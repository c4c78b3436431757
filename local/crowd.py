"""A crowd: many of the synthetic people register at once, as on the day that a registration opens.

Each does what the registration expects of him, and nothing more: a crowd that meets an outage waits, like people do.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from itertools import islice
from threading import Event, Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Final

from functions.shared.registration import ENDED
from local.registrant import Registrant, StuckError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.stack import LocalStack

LARGEST: Final = 100
"""People in one crowd; the register stand-in knows few more."""
_GLANCE: Final = 0.25
_LONGEST_WAIT: Final = 2.0
_WALKS_AWAY: Final = 1800.0
"""Seconds after which nobody waits for the rest of a crowd any more."""


@dataclass(slots=True)
class _Member:
    """Somebody in the crowd."""

    registrant: Registrant
    ended: bool = False
    look_at: float = 0.0
    """When to look again (monotonic seconds), as `Retry-After` said."""


class Crowd:
    """Lets people register; one crowd after another, or several at once.

    Args:
        stack: where they register.
    """

    def __init__(self, stack: LocalStack) -> None:
        self._stack = stack
        # From the end, because the console shows the first ones to whoever registers by hand.
        self._people = iter([each for each in reversed(stack.people) if each.record == "active" and each.nik_agrees])
        self._lock = Lock()
        self._stopping = Event()
        self._threads: list[Thread] = []

    def gather(self, size: int) -> int:
        """Let up to this many people, who have not registered yet, begin; how many began."""
        with self._lock:
            # Whoever was written to has registered by hand, or on a path of the catalogue.
            written_to = {message.to for message in self._stack.inbox()}
            unknown = (each for each in self._people if not {each.email, each.phone} & written_to)
            people = islice(unknown, min(size, LARGEST))
            members = [_Member(Registrant(self._stack, person)) for person in people]
            if not members or self._stopping.is_set():
                return 0
            thread = Thread(target=self._walk, args=(members,), name="crowd", daemon=True)
            self._threads.append(thread)
            thread.start()
        return len(members)

    def disperse(self) -> None:
        """Everybody stops where he is."""
        self._stopping.set()
        with self._lock:
            threads = list(self._threads)
        for thread in threads:
            thread.join()

    def _walk(self, members: list[_Member]) -> None:
        end = monotonic() + _WALKS_AWAY
        # A stack that stops answers nobody any more; then there is nothing left to do.
        with contextlib.suppress(RuntimeError):
            while monotonic() < end and not all(each.ended for each in members):
                for member in self._whose_turn(members):
                    with contextlib.suppress(StuckError):
                        self._step(member)
                if self._stopping.wait(_GLANCE):
                    return

    def _whose_turn(self, members: list[_Member]) -> Iterator[_Member]:
        for member in members:
            if self._stopping.is_set():
                return
            if not member.ended and monotonic() >= member.look_at:
                yield member

    def _step(self, member: _Member) -> None:
        """Look at the registration, and do what it expects. Who is refused, or comes too late, looks again."""
        registrant = member.registrant
        if not registrant.id:
            registrant.begin()
            return
        answered = registrant.ask("GET")
        wait = answered.header("Retry-After") or ""
        member.look_at = monotonic() + min(float(wait) if wait.isdecimal() else 1.0, _LONGEST_WAIT)
        if answered.status != 200:  # noqa: PLR2004 (HTTP's OK)
            return
        seen = answered.json()
        member.ended = seen["status"] in ENDED
        match seen["expects"]:
            case "email_code" if registrant.unread_code(registrant.email):
                registrant.confirm_email()
            case "details":
                registrant.submit()
            case "phone_code" if registrant.unread_code(registrant.resident.phone):
                registrant.confirm_phone()
            case _:
                return
        member.look_at = 0.0
