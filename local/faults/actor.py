"""A registrant in a campaign: does what people do, with their mistakes, and tries again as the page does."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from functions.shared.registration import ENDED
from local.registrant import Registrant

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

    from local.faults.mailroom import Letter, Mailroom
    from local.partners.population import Resident
    from local.stack import LocalStack

_AGAIN: Final = frozenset({429, 500, 502, 503, 504})
_OK, _CREATED, _ACCEPTED, _NONE, _REFUSED, _GONE = 200, 201, 202, 204, 300, 410
_LOST_MAIL: Final = 6.0
"""Seconds after which a person asks for another message."""
_GLANCE: Final = 0.15
_LONG: Final = 40.0
"""Seconds after the last fault for which somebody who was told that he may leave waits for a message."""
_MAY_LEAVE: Final = frozenset({"queued", "settling", "in_review"})
"""Statuses of which the page says so; and it does where a layer is unavailable."""
_ASKS: Final = frozenset({"email_code", "details", "phone_code"})
_OTP_SECONDS: Final = 40
"""Life of an OTP by the campaign's policy."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A code that was typed.

    Attributes:
        began: Unix time when it was sent.
        right: it was a code that was sent to this address for this registration.
    """

    purpose: str
    code: str
    status: int
    problem: str
    began: float
    right: bool


@dataclass(frozen=True, slots=True)
class Untold:
    """Something was expected of somebody who had left, and no message said so. Unix times.

    Attributes:
        left: when he left.
        looked: when he looked by himself.
    """

    left: float
    looked: float
    expects: str


@dataclass
class Actor:
    """One person.

    Attributes:
        name: the same in every run with this seed.
        habits: what he does differently from the happy path; see `local.faults.campaign`.
        look: the version of a registration in the table, to know when to ask again without asking all the time.
        statuses: by how many answers of each status he got.
        over: set when the last fault is over.
    """

    stack: LocalStack
    mailroom: Mailroom
    name: str
    resident: Resident
    chance: Random
    look: Callable[[str], str]
    habits: set[str] = field(default_factory=set)
    wrong_details: list[dict[str, Any]] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)
    stop: Event = field(default_factory=Event)
    over: Event = field(default_factory=Event)
    began: Callable[[str, Actor], None] = lambda _id, _actor: None
    id: str = ""
    secret: str = ""
    email: str = ""
    phone: str = ""
    typed: list[Typed] = field(default_factory=list)
    changes: dict[str, int] = field(default_factory=lambda: {"email": 0, "phone": 0})
    resends: dict[str, int] = field(default_factory=lambda: {"email": 0, "phone": 0})
    submitted: list[dict[str, Any]] = field(default_factory=list)
    tried: set[str] = field(default_factory=set)
    """Every NIK that he sent, whatever came of it."""
    statuses: dict[int, int] = field(default_factory=dict)
    unreached: bool = False
    """He asked for every mail that he may ask for, and none came. By phone an operator goes on from there."""
    left: bool = False
    """He abandoned or withdrew the registration, or guessed until he was refused."""
    seen: dict[str, Any] = field(default_factory=dict)
    untold: list[Untold] = field(default_factory=list)
    _used: set[str] = field(default_factory=set)
    _since: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.email, self.phone = self.email or self.resident.email, self.phone or self.resident.phone
        self.details = Registrant(self.stack, self.resident).details(phone=self.phone, **self.details)

    def uses_number_of(self, owner: Actor) -> None:
        """Have every code sent to another's number that may be sent, and guess at them for as long as he may."""
        self.phone = self.details["phone"] = owner.phone
        self.habits = (self.habits | {"resends_phone", "exhausts_phone"}) - {"changes_phone"}

    # ------------------------------------------------------------------------------------------------------- his life

    def live(self) -> None:
        """From the beginning to the end, or until the campaign stops."""
        self._begin()
        while self.id and not self.stop.is_set():
            version, messages = self.look(self.id), self._messages()
            status, seen = self._ask("GET", "")
            if status == _OK:
                self.seen = seen
                if self._act(seen):
                    return
                if self._may_leave(seen):
                    self._leave(messages)
                    continue
            self._wait_for_change(version)

    def _begin(self) -> None:
        address = f"{self.email.partition('@')[0]}@gmail.con" if "mistyped_address" in self.habits else self.email
        body = {
            "email": address,
            "locale": self.chance.choice(["id", "en"]),
            "consent": {"version": "2026-11", "accepted": True},
        }
        key = str(UUID(int=self.chance.getrandbits(128), version=4))
        if "double_tap" in self.habits:
            other = Thread(target=self._call, args=("POST", "", body, key), daemon=True)
            other.start()
            other.join()
        status, begun = self._ask("POST", "", body, key)
        if status == _CREATED:
            self.id, self.secret = begun["id"], begun["session_secret"]
            self.began(self.id, self)

    def _act(self, seen: Mapping[str, Any]) -> bool:
        """Do what is expected; True when there is nothing more to do."""
        expects = seen["expects"]
        if seen["status"] == "rejected" and expects == "dispute" and "disputes" in self.habits:
            self.habits.discard("disputes")
            self._ask("POST", "/dispute", {})
            return False
        if seen["status"] in ENDED:
            return True
        if f"withdraws_at_{expects}" in self.habits:
            status, _ = self._ask("DELETE", "")
            self.left = True
            return status in {_OK, _NONE}
        if f"abandons_at_{expects}" in self.habits:
            self.left = True
            return True
        match expects:
            case "email_code":
                self._code("email", "/email", self.email)
            case "phone_code":
                self._code("phone", "/phone", self.phone)
            case "details":
                self._submit()
        return self.unreached

    def _wait_for_change(self, version: str) -> None:
        end = time.monotonic() + 8.0
        while time.monotonic() < end and not self.stop.wait(_GLANCE):
            if self.look(self.id) != version:
                return
            if self.seen.get("expects") in {"email_code", "phone_code"}:
                to = self.email if self.seen["expects"] == "email_code" else self.phone
                if any(each.code not in self._used for each in self._codes(to)[-1:]):
                    return

    def _may_leave(self, seen: Mapping[str, Any]) -> bool:
        told = seen["status"] in _MAY_LEAVE or str(seen["reason"]).endswith("_unavailable")
        asked = (
            seen["email_suggestion"] is not None
        )  # whether it is his address at all: nobody is told to leave meanwhile
        return "leaves_when_told" in self.habits and seen["expects"] == "nothing" and told and not asked

    def _leave(self, messages: int) -> None:
        """Look again when there are more messages than that; or by himself, when everything has long been well again."""
        left, well = time.time(), 0.0
        while self._messages() <= messages and not self.stop.wait(_GLANCE):
            if not self.over.is_set():
                continue
            well = well or time.monotonic()
            if time.monotonic() - well > _LONG:
                break
        else:
            return
        self.habits.discard("leaves_when_told")
        status, seen = self._ask("GET", "")
        if status == _OK and seen["expects"] in _ASKS and self._messages() <= messages:
            self.untold.append(Untold(left, time.time(), seen["expects"]))

    def _messages(self) -> int:
        """How many messages of this registration he has."""
        own = (each for to in (self.email, self.phone) for each in self.mailroom.letters(to))
        return sum(each.registration_id in {None, self.id} for each in own)

    # ---------------------------------------------------------------------------------------------------------- steps

    def _submit(self) -> None:
        given = self.wrong_details.pop(0) if self.wrong_details else {}
        details = self.details | given
        self.tried.add(details["nik"])
        for _ in range(2):
            if "double_tap" in self.habits:
                Thread(target=self._call, args=("PUT", "/details", details), daemon=True).start()
            status, answered = self._ask("PUT", "/details", details)
            if answered.get("code") != "hints_to_check":
                break
            details = details | {"acknowledged_hints": [error["code"] for error in answered["errors"]]}
        if status < _REFUSED or status >= 500:  # noqa: PLR2004 (HTTP's server errors)
            self.submitted.append(details)

    def _code(self, purpose: str, path: str, to: str) -> None:
        """Type the code that came, or do first what people do instead; one thing each time."""
        if self._changed_address(purpose, path):
            return
        fresh = [each for each in self._codes(to)[-1:] if each.code not in self._used]
        if not fresh:
            self._ask_for_another(purpose, path)
        elif not self._mistaken(purpose, path, to, fresh[0].code):
            if self._has(f"late_{purpose}"):
                self.stop.wait(max(0.0, fresh[0].at + _OTP_SECONDS + 1.5 - time.time()))
            self._type_right(purpose, path, fresh[0].code)

    def _codes(self, to: str) -> list[Letter]:
        """His own: he knows when he asked for one, so he types none that a stranger had sent to his number."""
        return [each for each in self.mailroom.codes(to) if each.registration_id in {None, self.id}]

    def _has(self, habit: str) -> bool:
        """Whether he has a habit that shows once, from now on not any more."""
        had = habit in self.habits
        self.habits.discard(habit)
        return had

    def _changed_address(self, purpose: str, path: str) -> bool:
        if purpose == "email" and self._has("mistyped_address"):
            self._change(purpose, path, email=self.email)
            return True
        if not self._has(f"changes_{purpose}"):
            return False
        if purpose == "phone":
            # Also where he is asked for his details again.
            self.phone = self.details["phone"] = f"+62812777{self.resident.nik[-5:]}"
        else:
            self.email = f"baru.{self.email}"
        self._change(purpose, path, **{purpose: self.phone if purpose == "phone" else self.email})
        return True

    def _mistaken(self, purpose: str, path: str, to: str, code: str) -> bool:
        """Whether something else was typed than the code."""
        if self._has(f"resends_{purpose}") and self._resend(purpose, path):
            self._used.add(code)
            self._type(purpose, path, code)  # the older one, most likely while the newer is on its way
            return True
        if f"exhausts_{purpose}" in self.habits or self._has(f"mistypes_{purpose}"):
            self.left = self.left or f"exhausts_{purpose}" in self.habits
            if self._type(purpose, path, _other_than(code, self.chance)) == _GONE:
                self._used.add(code)
            return True
        others = [each.code for each in self.mailroom.letters() if each.code and each.to != to and each.code != code]
        if others and self._has(f"crosses_{purpose}"):
            self._type(purpose, path, self.chance.choice(others))
            return True
        return False

    def _type_right(self, purpose: str, path: str, code: str) -> None:
        self._used.add(code)
        if "double_tap" in self.habits:
            taps = [Thread(target=self._type, args=(purpose, path, code), daemon=True) for _ in range(2)]
            for tap in taps:
                tap.start()
            for tap in taps:
                tap.join()
        else:
            self._type(purpose, path, code)

    def _type(self, purpose: str, path: str, code: str) -> int:
        own = {each.code for each in self._codes(self.email if purpose == "email" else self.phone)}
        began = time.time()
        status, answered = self._ask("POST", f"{path}/confirmation", {"code": code}, times=1)
        self.typed.append(Typed(purpose, code, status, answered.get("code", ""), began, code in own))
        if status in _AGAIN:
            # It may have been taken: the page asks what is expected, and offers the same code again.
            self._used.discard(code)
            self.stop.wait(0.3)
        if purpose == "email" and status == _OK:
            self.secret = answered["session_secret"]
        return status

    def _ask_for_another(self, purpose: str, path: str) -> None:
        waits = f"{purpose}/{self.look(self.id)}"
        since = self._since.setdefault(waits, time.monotonic())
        if time.monotonic() - since < _LOST_MAIL:
            return
        if self.seen.get("resend_available_in") is None:
            self.unreached = True
        elif self.seen["resend_available_in"] == 0:
            self._resend(purpose, path)

    def _resend(self, purpose: str, path: str) -> bool:
        body = {"channel": "whatsapp"} if purpose == "phone" and "prefers_whatsapp" in self.habits else None
        if purpose == "phone":
            self.habits.discard("prefers_whatsapp")
        status, _ = self._ask("POST", f"{path}/resend", body)
        self.resends[purpose] += status == _ACCEPTED
        return status == _ACCEPTED

    def _change(self, purpose: str, path: str, **changed: str) -> None:
        status, _ = self._ask("PUT", path, changed)
        self.changes[purpose] += status == _ACCEPTED
        if status not in {_ACCEPTED, 403, 410}:
            self.habits.add("mistyped_address" if purpose == "email" else "changes_phone")

    # ----------------------------------------------------------------------------------------------------------- HTTP

    def _ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, key: str = "", *, times: int = 40
    ) -> tuple[int, dict[str, Any]]:
        """Ask, and again when the answer says that it may be tried again, as the page does."""
        status, answered, wait = self._call(method, path, body, key)
        for _ in range(times - 1):
            if status not in _AGAIN or self.stop.wait(wait):
                break
            status, answered, wait = self._call(method, path, body, key)
        return status, answered

    def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, key: str = ""
    ) -> tuple[int, dict[str, Any], float]:
        headers = {"Content-Type": "application/json", "Accept-Language": "en"}
        if key:
            headers["Idempotency-Key"] = key
        if self.secret:
            headers["Authorization"] = f"Bearer {self.secret}"
        address = f"/v1/registrations{'/' + self.id if self.id else ''}{path}"
        answer = self.stack.http(method, address, headers, json.dumps(body) if body is not None else None)
        self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
        wait = min(float(answer.header("Retry-After") or 0.3), 2.0)
        return answer.status, json.loads(answer.body) if answer.body else {}, wait


def _other_than(code: str, chance: Random) -> str:
    return f"{(int(code) + chance.randint(1, 999_999)) % 1_000_000:06}"
