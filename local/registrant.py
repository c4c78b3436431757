"""A registrant, as a program: does over HTTP what a person does on the registration page."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from local.stack import until

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.api import HttpAnswer
    from local.partners.population import Resident
    from local.stack import LocalStack, Message

PATIENCE = 45.0
"""Seconds to wait for what has to come; none of the scenarios needs a third of it."""
GLANCE = 0.05


class StuckError(Exception):
    """What had to come did not come in time."""


@dataclass
class Registrant:
    """One registrant on the local stack.

    Attributes:
        stack: where the registration runs.
        resident: who it is, as on the card.
        email: mailbox to register with; the resident's own, unless another is given.
    """

    stack: LocalStack
    resident: Resident
    email: str = ""
    id: str = ""
    secret: str = ""
    read: set[str] = field(default_factory=set)
    earlier: int = 0
    """Messages that were sent to anybody before this registration began."""

    def __post_init__(self) -> None:
        self.email = self.email or self.resident.email

    def call(self, method: str, path: str = "", body: Mapping[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        """Call the API about this registration."""
        answered = self.ask(method, path, body)
        return answered.status, answered.json() if answered.body else {}

    def ask(self, method: str, path: str = "", body: Mapping[str, Any] | None = None) -> HttpAnswer:
        """The same; the answer with its headers."""
        headers = {"Content-Type": "application/json", "Accept-Language": "en"}
        if self.secret:
            headers["Authorization"] = f"Bearer {self.secret}"
        address = f"/v1/registrations{'/' + self.id if self.id else ''}{path}"
        return self.stack.http(method, address, headers, json.dumps(body) if body is not None else None)

    def begin(self) -> dict[str, Any]:
        """Begin a registration, and return what is answered."""
        self.earlier = len(self.stack.inbox())
        beginning = {"email": self.email, "locale": "id", "consent": {"version": "2026-11", "accepted": True}}
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid4())}
        answered = self.stack.http("POST", "/v1/registrations", headers, json.dumps(beginning))
        if answered.status != 201:  # noqa: PLR2004 (HTTP's Created)
            raise StuckError(f"POST answered {answered.status}")
        begun: dict[str, Any] = answered.json()
        self.id, self.secret = begun["id"], begun["session_secret"]
        return begun

    def see(self) -> dict[str, Any]:
        """The registration as it is shown now."""
        status, seen = self.call("GET")
        if status != 200:  # noqa: PLR2004 (HTTP's OK)
            raise StuckError(f"GET answered {status}")
        return seen

    def await_that(self, **expected: str) -> dict[str, Any]:
        """Look again until the registration shows these values, e.g. `expects="details"`."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            seen = self.see()
            if all(seen[name] == value for name, value in expected.items()):
                return seen
            time.sleep(GLANCE)
        raise StuckError(f"waited for {expected}, saw {seen['status']} expecting {seen['expects']}")

    def await_state(self, name: str) -> None:
        """Look again until the workflow has entered a state."""
        if not until(lambda: name in self._states(), seconds=PATIENCE):
            raise StuckError(f"waited for {name}, saw {self._states()}")

    def _states(self) -> tuple[str, ...]:
        execution = self.stack.execution(self.id)
        return execution.states if execution else ()

    def messages(self) -> list[Message]:
        """What this registration was sent, oldest first."""
        own = (self.email, self.resident.phone)
        return [message for message in self.stack.inbox()[self.earlier :] if message.to in own]

    def newest_code(self, to: str) -> str:
        """The code of the newest message to an address that was not read yet, when it has come."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if code := self.unread_code(to):
                self.read.add(code)
                return code
            time.sleep(GLANCE)
        raise StuckError("waited for a code")

    def unread_code(self, to: str) -> str | None:
        """The same, or None while it has not come."""
        # A mail may come just now about an earlier registration with the same address.
        own = [each for each in self.stack.inbox(to, self.earlier) if each.channel != "email" or self.id in each.text]
        codes = [message.code for message in own if message.code]
        return codes[-1] if codes and codes[-1] not in self.read else None

    def details(self, **changed: Any) -> dict[str, Any]:  # noqa: ANN401 (JSON)
        """The resident's data, as the API takes them, with some of them changed."""
        person = self.resident
        as_on_card = {
            "nik": person.nik,
            "nik_last4": person.nik[-4:],
            "full_name": person.full_name,
            "birth_date": person.birth_date.isoformat(),
            "sex": person.sex,
            "phone": person.phone,
            "acknowledged_hints": [],
        }
        return as_on_card | changed

    def confirm_email(self, code: str | None = None) -> None:
        """Type the mailed code."""
        self.await_that(expects="email_code")
        code = code or self.newest_code(self.email)
        status, confirmed = self.call("POST", "/email/confirmation", {"code": code})
        if status != 200:  # noqa: PLR2004 (HTTP's OK)
            raise StuckError(f"the mailed code was answered {status}")
        self.secret = confirmed["session_secret"]

    def send_details(self, **changed: Any) -> tuple[int, dict[str, Any]]:  # noqa: ANN401 (JSON)
        """Send the details when they are expected, and return what is answered."""
        self.await_that(expects="details")
        return self.call("PUT", "/details", self.details(**changed))

    def submit(self, **changed: Any) -> tuple[int, dict[str, Any]]:  # noqa: ANN401 (JSON)
        """The same, and insist that it is so on the card when the answer is no more than hints."""
        status, answered = self.send_details(**changed)
        if answered.get("code") == "hints_to_check":
            overruled = [error["code"] for error in answered["errors"]]
            status, answered = self.send_details(**changed, acknowledged_hints=overruled)
        return status, answered

    def confirm_phone(self, code: str | None = None) -> tuple[int, dict[str, Any]]:
        """Type the OTP, or another code in its place."""
        self.await_that(expects="phone_code")
        return self.call("POST", "/phone/confirmation", {"code": code or self.newest_code(self.resident.phone)})

    def resend(self, path: str) -> None:
        """Ask for another code (`/email` or `/phone`) as soon as one can be asked for."""
        expected = {"/email": "email_code", "/phone": "phone_code"}[path]
        if not until(lambda: self.await_that(expects=expected)["resend_available_in"] == 0, seconds=PATIENCE):
            raise StuckError("waited for the cooldown")
        status, _ = self.call("POST", f"{path}/resend")
        if status != 202:  # noqa: PLR2004 (HTTP's Accepted)
            raise StuckError(f"resend answered {status}")

    def change(self, path: str, **changed: str) -> tuple[int, dict[str, Any]]:
        """Correct the address (`/email`) or the number (`/phone`) while its code is awaited."""
        self.await_that(expects={"/email": "email_code", "/phone": "phone_code"}[path])
        return self.call("PUT", path, changed)

    def apply(self, **changed: Any) -> tuple[int, dict[str, Any]]:  # noqa: ANN401 (JSON)
        """From the beginning to the details, and return what is answered to them."""
        self.begin()
        self.confirm_email()
        return self.submit(**changed)

    def finish(self) -> None:
        """From the details to the end, without a mistake."""
        self.submit()
        self.confirm_phone()

    def register(self) -> None:
        """The whole way, without a mistake."""
        self.apply()
        self.confirm_phone()
