"""Registrations that stand still in a given state, and the steps on a table of their own with a clock of its own."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from functools import partial
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

import boto3
import pytest

import functions.registration.handler
import functions.signals.handler  # noqa: F401 (here once, so that no two threads import Powertools at once)
from functions.registration.sessions import stored
from functions.registration.settings import RegistrationSettings
from functions.registration.steps import Steps
from functions.shared.challenge import CodeKey, Purpose
from functions.shared.registration import LAYERS, Registration, Registrations
from local.registrant import Registrant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from functions.shared.policy import Policy
    from local.api import HttpAnswer
    from local.partners.population import Resident
    from local.stack import LocalStack


REGISTRATIONS = "/v1/registrations"
HOUR = 3600
STATUSES = {"VerifyEmail": "email_pending", "AwaitDetails": "details_pending", "VerifyPhone": "phone_pending"}
PURPOSES: dict[str, Purpose] = {"VerifyEmail": "email", "VerifyPhone": "phone"}

type State = Literal["VerifyEmail", "AwaitDetails", "VerifyPhone", "ManualReview"]
type Language = Literal["id", "en"]


@dataclass(frozen=True)
class Still:
    """A registration in the stack's table that no workflow moves.

    Attributes:
        secret: its session secret.
        code: what its live challenge accepts.
    """

    stack: LocalStack
    client: Any
    table: str
    id: str
    secret: str
    code: str

    def call(
        self,
        method: str,
        path: str = "",
        body: Any = None,  # noqa: ANN401 (any JSON)
        *,
        language: Language = "en",
        **headers: str,
    ) -> HttpAnswer:
        """Call the API about it; `If_None_Match="…"` is a header."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        given = {"Authorization": f"Bearer {self.secret}", "Accept-Language": language} | named
        return self.stack.http(method, f"{REGISTRATIONS}/{self.id}{path}", given, body)

    @property
    def item(self) -> dict[str, Any]:
        """It, as it stands in the table."""
        found = self.client.get_item(TableName=self.table, Key={"id": self.id}, ConsistentRead=True)
        item: dict[str, Any] = found.get("Item", {})
        return item

    def remove(self) -> None:
        """Take it out of the table."""
        self.client.delete_item(TableName=self.table, Key={"id": self.id})

    @property
    def wrong_code(self) -> str:
        """Six other digits."""
        return f"{(int(self.code) + 1) % 1_000_000:06}"


@dataclass
class Clock:
    """A clock that moves when it is told to."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        """The time, in Unix seconds."""
        return self.now


@dataclass(frozen=True)
class Bench:
    """The steps on a table of their own, which no stream is read from, by a clock that is set."""

    steps: Steps
    key: CodeKey
    clock: Clock
    client: Any
    environment: Mapping[str, str]

    def put(self, state: State | None = "VerifyEmail", **changed: Any) -> Registration:  # noqa: ANN401 (any attribute)
        """Put a registration that waits in a state; its code is 000042."""
        item = registration_item(self.key, state, self.clock.now, "000042", **changed)
        self.steps.registrations.create(item)
        return self.get(item["id"])

    def get(self, registration_id: str) -> Registration:
        """It, as it stands in the table."""
        found = self.steps.registrations.get(registration_id)
        assert found is not None
        return found

    def items(self) -> list[dict[str, Any]]:
        """All items of the table."""
        items: list[dict[str, Any]] = self.client.scan(TableName=self.steps.registrations.table)["Items"]
        return items

    def keyed(self, kms: Any) -> Steps:  # noqa: ANN401 (whatever answers as KMS)
        """The same steps with another KMS."""
        return replace(self.steps, codes=replace(self.key, client=lambda: kms))


def registration_item(
    key: CodeKey,
    state: State | None,
    now: float,
    code: str,
    **changed: Any,  # noqa: ANN401 (any attribute)
) -> dict[str, Any]:
    """What stands in the table when a registration waits in a state, with the attributes that are changed."""
    registration_id = changed.pop("id", None) or str(uuid4())
    mailbox = f"{registration_id}@contoh.example"
    item: dict[str, Any] = {
        "id": registration_id,
        "status": "queued",
        "locale": "id",
        "email": mailbox,
        "consent": {"version": "2026-11", "locale": "id", "at": int(now)},
        "layers": {layer: {"state": "pending"} for layer in LAYERS},
        "guesses": {"email": 0, "phone": 0},
        "sendings": {"email": 1, "phone": 1},
        "changes": {"email": 0, "phone": 0},
        "sessions": {stored(token_urlsafe(32))},
        "created_at": int(now),
        "updated_at": int(now),
        "purge_at": int(now) + HOUR,
        "policy_version": "of-this-test",
    }
    if state:
        item["status"] = STATUSES.get(state, "in_review")
        item["waiting"] = {
            "state": state,
            "entry_id": f"{state}@{uuid4()}",
            "ends_at": int(now) + HOUR,
        }
    if state == "AwaitDetails":
        item["waiting"]["attempts_left"] = 3
    if state == "VerifyPhone":
        item["phone"] = "+6281234567890"
        item["details"] = {"full_name": "Kemala Padi Emas"}
    item |= {name: changed.pop(name) for name in ("email", "phone") if name in changed}
    if state in PURPOSES:
        purpose = PURPOSES[state]
        item["challenge"] = {
            "entry_id": item["waiting"]["entry_id"],
            "mac": key.mac(purpose, registration_id, item[purpose], code),
            "expires_at": int(now) + HOUR,
            "max_guesses": 5,
            "resend_at": int(now),
            "resends_left": 3,
            "changes_left": 3,
            "earlier": [],
            "delivery": "sent",
        }
    for name, value in changed.items():
        item[name] = {**item[name], **value} if name in {"challenge", "waiting", "guesses"} else value
    return {name: value for name, value in item.items() if value is not None}


@pytest.fixture(scope="session")
def api_environment(session_stack: LocalStack) -> dict[str, str]:
    """The environment of the deployed API function."""
    deployed = session_stack.client("lambda").get_function_configuration(
        FunctionName=session_stack.physical_id("RegistrationFunction")
    )
    return {**deployed["Environment"]["Variables"], "AWS_REGION": session_stack.region}


@pytest.fixture(scope="session")
def api_settings(api_environment: dict[str, str]) -> RegistrationSettings:
    """The settings of the deployed API function."""
    names = RegistrationSettings.model_fields
    return RegistrationSettings.model_validate({name: api_environment[name.upper()] for name in names})


@pytest.fixture(scope="session")
def code_key(session_stack: LocalStack, api_settings: RegistrationSettings) -> CodeKey:
    """The stack's key of the codes."""
    kms = session_stack.client("kms")
    return CodeKey(api_settings.codes_key_id, lambda: kms)


@pytest.fixture(scope="session")
def plain_client(session_stack: LocalStack) -> Any:  # noqa: ANN401 (boto3's)
    """DynamoDB with plain values, as the functions use it."""
    return boto3.resource("dynamodb", region_name=session_stack.region).meta.client


@pytest.fixture(scope="session")
def make_still(
    session_stack: LocalStack,
    api_settings: RegistrationSettings,
    code_key: CodeKey,
    plain_client: Any,  # noqa: ANN401 (boto3's)
) -> Callable[..., Still]:
    """Makes registrations that wait in a state and stay there: `make_still("VerifyPhone", guesses={"phone": 4})`."""

    def make(state: State | None = "VerifyEmail", **changed: Any) -> Still:  # noqa: ANN401 (any attribute)
        secret, code = token_urlsafe(32), "072946"
        changed.setdefault("sessions", {stored(secret)})
        item = registration_item(code_key, state, time.time(), code, **changed)
        put = partial(plain_client.put_item, TableName=api_settings.table_name)
        # A new registration would be given a workflow; one that only became a registration is not.
        put(Item={**item, "kind": "made by a test"})
        put(Item={**item, "kind": "registration"})
        return Still(session_stack, plain_client, api_settings.table_name, item["id"], secret, code)

    return make


@pytest.fixture
def still(stack: LocalStack, make_still: Callable[..., Still]) -> Iterator[Callable[..., Still]]:
    """The same, taken away after the test."""
    del stack  # with every partner up
    made: list[Still] = []

    def make(*state: State | None, **changed: Any) -> Still:  # noqa: ANN401 (any attribute)
        made.append(make_still(*state, **changed))
        return made[-1]

    yield make
    for each in made:
        each.remove()


@pytest.fixture
def bench(
    stack: LocalStack,
    api_settings: RegistrationSettings,
    api_environment: dict[str, str],
    code_key: CodeKey,
    plain_client: Any,  # noqa: ANN401 (boto3's)
) -> Iterator[Bench]:
    """The steps on a table of their own."""
    table = f"bench-{uuid4()}"
    stack.client("dynamodb").create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    clock = Clock()
    registrations = Registrations(table, client=lambda: plain_client, clock=clock)
    settings = api_settings.model_copy(update={"table_name": table})
    environment = {**api_environment, "TABLE_NAME": table}
    yield Bench(Steps(registrations, code_key, settings), code_key, clock, plain_client, environment)
    plain_client.delete_table(TableName=table)


@pytest.fixture
def patient_stack(stack: LocalStack, fast_policy: Policy) -> LocalStack:
    """The stack with a policy whose waits outlast a busy machine; cooldowns are a second, as in the fast one."""
    patient = {"wait_seconds": 60}
    sections = {name: getattr(fast_policy, name).model_copy(update=patient) for name in ("email", "details", "otp")}
    sections["email"] = sections["email"].model_copy(update={"reminders": ()})
    stack.set_policy(fast_policy.model_copy(update={**sections, "policy_version": "patient"}))
    return stack


@dataclass
class Walker(Registrant):
    """A registrant that shows what the API answered."""

    answers: list[HttpAnswer] = field(default_factory=list)

    def http(self, method: str, path: str = "", body: Any = None, **headers: str) -> HttpAnswer:  # noqa: ANN401 (JSON)
        """Call the API about this registration."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        given = {"Authorization": f"Bearer {self.secret}", "Accept-Language": "en"} | named
        return self.stack.http(method, f"{REGISTRATIONS}/{self.id}{path}", given, body)

    def wait_for_cooldown(self) -> None:
        """Until another code may be asked for."""
        seconds = self.see()["resend_available_in"] or 0
        time.sleep(seconds)


@pytest.fixture
def walker(patient_stack: LocalStack, resident: Resident) -> Iterator[Walker]:
    """Somebody who has begun, on the patient stack; withdrawn in the end."""
    walker = Walker(patient_stack, resident)
    walker.begin()
    yield walker
    walker.http("DELETE")


@pytest.fixture(scope="session")
def is_problem() -> Callable[[HttpAnswer], bool]:
    """Whether an answer is a problem document in every respect that can be seen from outside."""

    def check(answer: HttpAnswer) -> bool:
        document = answer.json()
        own = document["type"] == "about:blank"  # what the gateway itself answers
        assert (answer.header("Content-Type") or "") in (
            "application/problem+json",
            *(("application/json",) if own else ()),
        )
        assert {"type", "title", "status", "detail", "code", "errors"} <= document.keys()
        assert document["status"] == answer.status
        assert all(isinstance(document[name], str) and document[name] for name in ("type", "title", "detail", "code"))
        assert own or document["type"] == f"urn:berlapis:problem:{document['code']}"
        assert own or answer.header("Content-Language") in ("id", "en")
        assert all({"pointer", "code", "detail"} <= error.keys() for error in document["errors"])
        assert all(error["pointer"].startswith("#/") for error in document["errors"])
        return True

    return check
