"""The writes of registrations on a DynamoDB that really locks: C3, C4, C24, C25, and every step at once."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from functions.dukcapil import backlog
from functions.registration import models
from functions.registration.problems import Problem
from functions.registration.settings import RegistrationSettings
from functions.registration.steps import Steps
from functions.shared.challenge import CodeKey, Opening, Purpose, mark_undelivered, open_challenge
from functions.shared.entry import WaitingEntry
from functions.shared.outcome import Outcome, Verdict
from functions.shared.policy import default
from functions.shared.registration import Registrations, Status

EMAIL = "tari@example.com"
MAXIMUM = default().email.guesses


@dataclass(frozen=True, slots=True)
class CountingKey(CodeKey):
    """A key whose MAC is the code itself, and which counts how often it was compared."""

    compared: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def mac(self, purpose: Purpose, registration_id: str, address: str, code: str) -> str:
        """The code."""
        del purpose, registration_id, address
        return code

    def fits(self, mac: str, purpose: Purpose, registration_id: str, address: str, code: str) -> bool:
        """Compare, and count."""
        del purpose, registration_id, address
        with self.lock:
            self.compared.append(code)
        return mac == code


@pytest.fixture
def key() -> CountingKey:
    """A key of the test's own, and a KMS that makes the session's MAC."""
    kms: Any = SimpleNamespace(generate_mac=lambda **_: {"Mac": bytes(32)})
    return CountingKey("key", client=lambda: kms)


@pytest.fixture
def steps(registrations: Registrations, key: CountingKey) -> Steps:
    """The registrant's steps on the table."""
    settings = RegistrationSettings(
        table_name=registrations.table,
        codes_key_id="codes",
        sessions_key_id="sessions",
        frontend_origin="https://example.com",
        retention_days=1,
    )
    return Steps(registrations, key, settings)


def entry(registration_id: str, state: str, token: str = "token") -> WaitingEntry:
    """A new entry into a state."""
    return WaitingEntry(
        registration_id=registration_id, entry_id=f"{state}@{uuid4()}", policy=default(), task_token=token
    )


def begun(steps: Steps) -> str:
    """A new registration's id."""
    consent = models.Consent(version="1", accepted=True)
    return steps.begin(models.Beginning(email=EMAIL, consent=consent), None).id


def opened(steps: Steps, registration_id: str, entered: WaitingEntry) -> str | None:
    """Open the challenge of the email layer for an entry; the code, if it is to be sent."""
    registration = steps.registrations.get(registration_id)
    assert registration is not None
    return open_challenge(
        steps.registrations,
        steps.codes,
        entry=entered,
        registration=registration,
        opening=Opening("email", Status.EMAIL_PENDING, EMAIL, layers={}),
        policy=default().email,
    )


def at_once(count: int, what: Callable[[], Any]) -> list[str]:
    """Do something in many threads; `ok` or the problem's code for each."""

    def attempt(_: int) -> str:
        try:
            what()
        except Problem as problem:
            return problem.code
        return "ok"

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(attempt, range(count)))


def test_c3_of_100_parallel_guesses_exactly_the_maximum_is_compared(steps: Steps, key: CountingKey) -> None:
    """Guesses are counted by one conditional update before they are compared."""
    registration_id = begun(steps)
    code = opened(steps, registration_id, entry(registration_id, "VerifyEmail"))
    assert code is not None
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    answers = at_once(100, lambda: steps.confirm_email(registration_id, wrong, None))
    assert "ok" not in answers
    assert len(key.compared) == MAXIMUM


def test_c4_of_50_parallel_right_answers_exactly_one_succeeds(steps: Steps) -> None:
    """The code is consumed by the write that records the answer."""
    registration_id = begun(steps)
    code = opened(steps, registration_id, entry(registration_id, "VerifyEmail"))
    assert at_once(50, lambda: steps.confirm_email(registration_id, code or "", None)).count("ok") == 1


def test_c24_of_20_tries_of_one_entry_at_once_exactly_one_sends(steps: Steps) -> None:
    """A layer invoked twice for one entry has one sending, and the wait keeps a token."""
    registration_id = begun(steps)
    entered = entry(registration_id, "VerifyEmail")
    codes: list[str | None] = []
    at_once(20, lambda: codes.append(opened(steps, registration_id, entered)))
    assert len([code for code in codes if code]) == 1
    assert steps.registrations.task_token(registration_id, entered.entry_id) == "token"


def test_c24_a_try_that_certainly_failed_may_send_again_and_costs_nothing(steps: Steps) -> None:
    """The sending is taken back, and the next try of the entry has a code and a token of its own."""
    registration_id = begun(steps)
    entered = entry(registration_id, "VerifyEmail")
    assert opened(steps, registration_id, entered)
    mark_undelivered(steps.registrations, entered, "email")
    held = steps.registrations.get(registration_id)
    assert held is not None
    assert (held.waiting, held.sendings["email"]) == (None, 0)
    again = entered.model_copy(update={"task_token": "second"})
    assert opened(steps, registration_id, again)
    assert steps.registrations.task_token(registration_id, entered.entry_id) == "second"


def test_details_sent_20_times_at_once_are_taken_once(steps: Steps) -> None:
    """A double tap submits once."""
    registration_id = begun(steps)
    _wait(steps, registration_id, "AwaitDetails")
    registration = steps.registrations.get(registration_id)
    assert registration is not None
    details = models.Details(
        nik="3171015708859001", full_name="Tari", birth_date="1985-08-17", sex="female", phone="081200009001"
    )
    assert at_once(20, lambda: steps.submit_details(registration, details)).count("ok") == 1


def test_the_backlog_answers_in_one_write(steps: Steps) -> None:
    """Verdict, answer and token are in the table together."""
    registration_id = begun(steps)
    entered = entry(registration_id, "QueueDukcapil", "parked")
    backlog.answer(steps.registrations, entered, Outcome(Verdict.CORRECT, "mismatch"), "p")
    registration = steps.registrations.get(registration_id)
    assert registration is not None
    assert registration.answered == entered.entry_id
    assert registration.layer("dukcapil").reason == "mismatch"
    assert steps.registrations.task_token(registration_id, entered.entry_id) == "parked"


def test_withdrawal_in_the_middle_of_everything_leaves_nothing(steps: Steps) -> None:
    """Whatever is written at the same moment, afterwards nothing of the person is in the item."""
    registration_id = begun(steps)
    entered = entry(registration_id, "VerifyEmail")

    def withdraw() -> None:
        registration = steps.registrations.get(registration_id)
        assert registration is not None
        steps.withdraw(registration)

    with ThreadPoolExecutor(2) as threads:
        opening = threads.submit(opened, steps, registration_id, entered)
        threads.submit(withdraw).result()
        opening.result()
    found = steps.registrations.client().get_item(TableName=steps.registrations.table, Key={"id": registration_id})
    item: dict[str, Any] = found["Item"]
    assert EMAIL not in repr(item)
    assert item["status"] == "withdrawn"


def _wait(steps: Steps, registration_id: str, state: str) -> None:
    waiting = {"state": state, "entry_id": f"{state}@1", "ends_at": int(time.time()) + 60}
    steps.registrations.update(
        registration_id, "SET waiting = :waiting", condition="attribute_exists(id)", values={":waiting": waiting}
    )
