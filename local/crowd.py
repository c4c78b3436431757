"""A crowd: many of the synthetic people register at once, as on the day that a registration opens.

Each does what the registration expects of him, and nothing more: a crowd that meets an outage waits, like people do.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from functions.shared.registration import ENDED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.partners.population import Resident
    from local.stack import LocalStack

LARGEST: Final = 100
"""People in one crowd; the register stand-in knows few more."""
_GLANCE: Final = 0.25
_WALKS_AWAY: Final = 1800.0
"""Seconds after which nobody waits for the rest of a crowd any more."""


@dataclass(slots=True)
class _Member:
    """Somebody in the crowd."""

    resident: Resident
    id: str = ""
    secret: str = ""
    ended: bool = False
    look_at: float = 0.0
    """When to look again (monotonic seconds), as `Retry-After` said."""
    typed: set[str] = field(default_factory=set)
    """Codes that were typed already."""


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
        """Let up to this many people, who have not registered in a crowd yet, begin; how many began."""
        with self._lock:
            members = [_Member(person) for person, _ in zip(self._people, range(min(size, LARGEST)), strict=False)]
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
        """Look at the registration, and do what it expects."""
        if not member.id:
            self._begin(member)
            return
        status, seen, wait = self._call(member, "GET")
        member.look_at = monotonic() + min(wait, 2.0)
        if status != 200:  # noqa: PLR2004 (HTTP's OK)
            return
        member.ended = seen["status"] in ENDED
        match seen["expects"]:
            case "email_code":
                self._type_code(member, "/email/confirmation", member.resident.email)
            case "details":
                self._send_details(member)
            case "phone_code":
                self._type_code(member, "/phone/confirmation", member.resident.phone)

    def _begin(self, member: _Member) -> None:
        beginning = {
            "email": member.resident.email,
            "locale": "id",
            "consent": {"version": "2026-11", "accepted": True},
        }
        status, begun, _ = self._call(member, "POST", body=beginning)
        if status == 201:  # noqa: PLR2004 (HTTP's Created)
            member.id, member.secret = begun["id"], begun["session_secret"]

    def _type_code(self, member: _Member, path: str, to: str) -> None:
        """The newest code that came, if it was not typed yet."""
        codes = [message.code for message in self._stack.inbox(to) if message.code]
        if not codes or codes[-1] in member.typed:
            return
        member.typed.add(codes[-1])
        status, confirmed, _ = self._call(member, "POST", path, {"code": codes[-1]})
        if status == 200 and "session_secret" in confirmed:  # noqa: PLR2004 (HTTP's OK)
            member.secret = confirmed["session_secret"]
        member.look_at = 0.0

    def _send_details(self, member: _Member) -> None:
        person = member.resident
        as_on_card: dict[str, Any] = {
            "nik": person.nik,
            "nik_last4": person.nik[-4:],
            "full_name": person.full_name,
            "birth_date": person.birth_date.isoformat(),
            "sex": person.sex,
            "phone": person.phone,
            "acknowledged_hints": [],
        }
        status, answered, _ = self._call(member, "PUT", "/details", as_on_card)
        if status == 422 and answered.get("code") == "hints_to_check":  # noqa: PLR2004 (HTTP's Unprocessable)
            overruled = [error["code"] for error in answered["errors"]]
            self._call(member, "PUT", "/details", {**as_on_card, "acknowledged_hints": overruled})

    def _call(
        self, member: _Member, method: str, path: str = "", body: dict[str, Any] | None = None
    ) -> tuple[int, dict[str, Any], float]:
        """Call the API; status, body, and seconds after which to ask again."""
        headers = {"Authorization": f"Bearer {member.secret}"} if member.id else {"Idempotency-Key": str(uuid4())}
        address = f"/v1/registrations{f'/{member.id}' if member.id else ''}{path}"
        answered = self._stack.http(method, address, headers, body)
        wait = answered.header("Retry-After") or "1"
        return answered.status, answered.json() if answered.body else {}, float(wait) if wait.isdecimal() else 1.0
