"""What is written to DynamoDB, held against what DynamoDB refuses and moto does not always.

A bare name must not be a reserved word; what an expression names must be declared, and what is declared must be named;
no two parts of an update may write the same place.
"""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
import yaml

from functions.dukcapil import backlog, match
from functions.dukcapil.backlog import ASK_AN_OPERATOR
from functions.dukcapil.backlog import answer as backlog_answer
from functions.email.confirmation import EmailEntry, hand_on_answer, wait_without_mail
from functions.nik import check as layer_2
from functions.nik.settings import NikSettings
from functions.otp.password import PhoneEntry
from functions.reconciler.diagnosis import Repair
from functions.reconciler.open_registration import open_registration
from functions.reconciler.table import Tables
from functions.registration import models
from functions.registration.models import Beginning, Details
from functions.registration.problems import Problem
from functions.registration.sessions import secret_of, stored
from functions.registration.settings import RegistrationSettings
from functions.registration.steps import Steps
from functions.reviews.cases import Reviews
from functions.reviews.models import Deciding
from functions.shared.challenge import CodeKey, Opening, call_back, mark_undelivered, open_challenge
from functions.shared.entry import Entry, WaitingEntry
from functions.shared.outcome import Outcome, Verdict
from functions.shared.policy import default
from functions.shared.registration import Registration, Registrations

type Json = Any
"""Parts of a definition or of a write; their shapes are AWS's."""

ROOT = Path(__file__).resolve().parents[2]
DEFINITION: dict[str, Json] = yaml.safe_load((ROOT / "statemachine" / "verification.asl.yaml").read_text())
RESERVED = frozenset(
    files("moto").joinpath("dynamodb", "parsing", "reserved_keywords.txt").read_text(encoding="utf-8").split()
)
GRAMMAR = frozenset({"SET", "REMOVE", "ADD", "DELETE", "AND", "OR", "NOT", "IN", "BETWEEN"})
BARE_WORD = re.compile(r"(?<![#:\w])([A-Za-z_]\w*)\b(?! ?\()")
CLAUSES = re.compile(r"\b(SET|REMOVE|ADD|DELETE) ")
FILLED_IN = "…"
LOOKS_LIKE_ONE = re.compile(
    r"(?:^| )(?:SET|REMOVE|ADD) [#a-z…]"
    r"|\battribute_(?:not_)?exists\("
    r"|[\w#…] (?:=|<>|<|<=|>|>=|\+|-) :[\w…]"
    r"|#\w+ (?:=|<>|<|<=|>|>=) [\w#:…]"
)
NOW = 1_800_000_000


@dataclass(frozen=True)
class Write:
    """One write's expressions, and what they may name."""

    update: str
    condition: str
    names: Mapping[str, str]
    values: frozenset[str]

    @property
    def text(self) -> str:
        """Both expressions."""
        return f"{self.update} {self.condition}"


def write_of(request: Mapping[str, Json]) -> Write:
    """The part of a request, or of one item of a transaction, that DynamoDB parses."""
    known = {
        "UpdateExpression",
        "ConditionExpression",
        "ExpressionAttributeNames",
        "ExpressionAttributeValues",
    }
    assert {key for key in request if "Expression" in key} <= known
    return Write(
        update=request.get("UpdateExpression", ""),
        condition=request.get("ConditionExpression", ""),
        names=dict(request.get("ExpressionAttributeNames", {})),
        values=frozenset(request.get("ExpressionAttributeValues", {})),
    )


def reserved_words(text: str) -> set[str]:
    """Reserved words that stand in an expression as attribute names."""
    return {word for word in BARE_WORD.findall(text) if word not in GRAMMAR and word.upper() in RESERVED}


def written_paths(write: Write) -> list[tuple[str, ...]]:
    """Every place that an update writes, by its real names."""
    paths = []
    for clause in CLAUSES.split(write.update)[2::2]:
        for part in re.split(r",(?![^(]*\))", clause):
            path = re.split(r"[ =]", part.strip(), maxsplit=1)[0]
            paths.append(tuple(write.names.get(step, step) for step in path.split(".")))
    return paths


def assert_dynamodb_takes(write: Write) -> None:
    """Hold one write against DynamoDB's rules."""
    assert not reserved_words(write.text)
    assert set(re.findall(r"#\w+", write.text)) == write.names.keys()
    assert set(re.findall(r":\w+", write.text)) == write.values
    paths = written_paths(write)
    for index, path in enumerate(paths):
        for other in paths[:index]:
            shorter = min(len(path), len(other))
            assert path[:shorter] != other[:shorter], f"{path} and {other}"


def requests_of(part: Json) -> Iterator[Mapping[str, Json]]:
    """Every request of the definition that has an expression."""
    if isinstance(part, dict):
        if any(key.endswith("Expression") for key in part):
            yield part
        for value in part.values():
            yield from requests_of(value)
    elif isinstance(part, list):
        for value in part:
            yield from requests_of(value)


# ----------------------------------------------------------------------------------------------------- the check itself


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SET status = :status", {"status"}),
        ("SET #status = :status", set()),
        ("attribute_exists(id) AND NOT #status IN (:verified)", set()),
        ("SET layers.email.state = :status REMOVE waiting, Name", {"state", "Name"}),
        ("size (items) > :size AND guesses.count < :n", {"items", "count"}),
    ],
)
def test_reserved_words_are_found_where_they_are_names(text: str, found: set[str]) -> None:
    """Neither placeholders nor functions nor the grammar's own words count."""
    assert reserved_words(text) == found


@pytest.mark.parametrize(
    "write",
    [
        Write("SET a = :a", "", {}, frozenset()),
        Write("SET a = :a", "", {}, frozenset({":a", ":b"})),
        Write("SET #a = :a", "", {}, frozenset({":a"})),
        Write("SET a = :a", "", {"#a": "a"}, frozenset({":a"})),
        Write("SET a = :a, b.#a = :a REMOVE b", "", {"#a": "a"}, frozenset({":a"})),
        Write("SET a = if_not_exists(a, :a), #a = :a", "", {"#a": "a"}, frozenset({":a"})),
    ],
)
def test_what_dynamodb_refuses_is_refused_here(write: Write) -> None:
    """Undeclared and unused placeholders, and one place written twice."""
    with pytest.raises(AssertionError):
        assert_dynamodb_takes(write)


# ------------------------------------------------------------------------------------------------------- the definition

STATES_THAT_WRITE = {name: list(requests_of(state)) for name, state in DEFINITION["States"].items()}
REQUESTS = [
    pytest.param(request, id=f"{name}-{index}")
    for name, requests in STATES_THAT_WRITE.items()
    for index, request in enumerate(requests)
]


def test_every_state_that_changes_the_table_does_so_under_a_condition() -> None:
    """No update of the definition makes an item, or goes over a registration that has ended."""
    assert {name for name, requests in STATES_THAT_WRITE.items() if requests} == {
        name for name, state in DEFINITION["States"].items() if ":dynamodb:" in state.get("Resource", "")
    }
    updates = [each for requests in STATES_THAT_WRITE.values() for each in requests if "UpdateExpression" in each]
    assert len(updates) >= 5
    for update in updates:
        assert "attribute_exists(id) AND NOT #status IN (" in update["ConditionExpression"]


@pytest.mark.parametrize("request_of_state", REQUESTS)
def test_dynamodb_takes_the_expressions_of_the_definition(request_of_state: Mapping[str, Json]) -> None:
    """Names, values and places are as DynamoDB wants them."""
    assert_dynamodb_takes(write_of(request_of_state))


# ------------------------------------------------------------------------------------------------------------- the code


def literals(tree: ast.Module) -> Iterator[str]:
    """Strings of a module, with a mark for what an f-string fills in; docstrings left out."""
    skipped = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(part) for part in node.values}
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else FILLED_IN for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


EXPRESSIONS = {
    str(file.relative_to(ROOT / "functions")): [
        text for text in literals(ast.parse(file.read_text())) if LOOKS_LIKE_ONE.search(text)
    ]
    for file in sorted((ROOT / "functions").rglob("*.py"))
}


# Held against AWS's own DynamoDB in tests/races/test_operations.py: they need answers that the recorder here does not give.
ELSEWHERE = {"email/events.py", "notifications/notice.py", "reviews/queue.py", "shared/rate.py"}


def test_the_expressions_of_the_code_are_found() -> None:
    """The files that write the table, and no others."""
    assert {file for file, found in EXPRESSIONS.items() if found} == ELSEWHERE | {
        "dukcapil/backlog.py",
        "dukcapil/match.py",
        "email/confirmation.py",
        "nik/check.py",
        "reconciler/table.py",
        "registration/steps.py",
        "reviews/cases.py",
        "shared/challenge.py",
        "shared/registration.py",
    }


@pytest.mark.parametrize("text", [text for found in EXPRESSIONS.values() for text in found])
def test_no_bare_name_of_the_code_is_a_reserved_word(text: str) -> None:
    """Wherever a piece of an expression stands in the code."""
    assert not reserved_words(text)


class _RefusedError(Exception):
    """Stands for what a client raises; nothing here does."""


@dataclass
class Recorder:
    """A DynamoDB client that has one item, keeps the requests and accepts them all."""

    item: dict[str, Json]
    requests: list[dict[str, Json]] = field(default_factory=list)
    exceptions = SimpleNamespace(
        ConditionalCheckFailedException=_RefusedError, TransactionCanceledException=_RefusedError
    )

    def get_item(self, **_: Json) -> dict[str, Json]:
        """The one item, whatever the key."""
        return {"Item": self.item}

    def put_item(self, **request: Json) -> None:
        """Keep the request."""
        self.requests.append(request)

    def update_item(self, **request: Json) -> None:
        """Keep the request."""
        self.requests.append(request)

    def transact_write_items(self, *, TransactItems: list[dict[str, Json]]) -> None:  # noqa: N803 (boto3's name)
        """Keep each part."""
        self.requests += [request for part in TransactItems for request in part.values()]


@dataclass(frozen=True)
class Table:
    """The table with one registration that waits in a state, and all that writes to it."""

    recorder: Recorder
    codes: CodeKey

    @property
    def registrations(self) -> Registrations:
        """The table's writes, at a fixed time."""
        client: Any = self.recorder
        return Registrations("registrations", client=lambda: client, clock=lambda: NOW)

    @property
    def registration(self) -> Registration:
        """The one registration."""
        found = self.registrations.get("r")
        assert found is not None
        return found

    @property
    def steps(self) -> Steps:
        """The registrant's steps."""
        settings = RegistrationSettings(
            table_name="registrations",
            codes_key_id="codes",
            sessions_key_id="sessions",
            frontend_origin="https://example.invalid",
            retention_days=1,
        )
        return Steps(self.registrations, self.codes, settings)


CHALLENGE: dict[str, Json] = {
    "mac": "00",
    "expires_at": NOW + 60,
    "max_guesses": 3,
    "resend_at": NOW,
    "resends_left": 1,
    "changes_left": 1,
    "delivery": "sent",
}


def entry_of(state: str) -> dict[str, Json]:
    """Fields of an entry into a state."""
    return {"registration_id": "r", "entry_id": f"{state}@now", "policy": default(), "task_token": "token"}


def table(state: str, *, guesses: int = 0, code_fits: bool = True, kms_up: bool = True, **more: Json) -> Table:
    """A table whose registration waits in that state."""

    def verify_mac(**_: Json) -> None:
        if not kms_up:
            raise ConnectionError
        if not code_fits:
            raise _RefusedError

    keys: Any = SimpleNamespace(
        generate_mac=lambda **_: {"Mac": b"mac"},
        verify_mac=verify_mac,
        exceptions=SimpleNamespace(KMSInvalidMacException=_RefusedError),
    )
    item = {
        "id": "r",
        "kind": "registration",
        "status": "checking",
        "locale": "id",
        "email": "a@example.com",
        "phone": "+6281234567890",
        "guesses": {"email": guesses, "phone": guesses},
        "sendings": {"email": 0, "phone": 0},
        "changes": {"email": 0, "phone": 0},
        "layers": {},
        "waiting": {"state": state, "entry_id": f"{state}@now", "ends_at": NOW + 60},
        "challenge": CHALLENGE | {"entry_id": f"{state}@now"},
    } | more
    return Table(Recorder(item), CodeKey("codes", client=lambda: keys))


def _wrong_code(given: Table) -> None:
    with pytest.raises(Problem):
        given.steps.confirm_phone(given.registration, "000000")


def _code_in_an_outage(given: Table) -> None:
    with pytest.raises(ConnectionError):
        given.steps.confirm_phone(given.registration, "000000")


CONFIRMED: Json = {"entry_id": "VerifyEmail@before", "at": NOW - 30, "expires_at": NOW + 60, "max_guesses": 3}


def _code_again(given: Table) -> None:
    secret = secret_of("000000", "r", "VerifyEmail@before", key_id="sessions", kms=given.codes.client())
    assert given.steps.confirm_email("r", "000000", None) == secret


def _details(phone: str) -> Details:
    return Details.model_validate(
        {
            "nik": "3171011708859001",
            "nik_last4": "9001",
            "full_name": "Budi",
            "birth_date": "1985-08-17",
            "sex": "male",
            "phone": phone,
            "acknowledged_hints": [],
        }
    )


def _open(given: Table, purpose: str) -> None:
    state, opening = {
        "email": ("VerifyEmail", Opening("email", "email_pending", "a@example.com", layers={})),
        "phone": ("VerifyPhone", Opening("phone", "phone_pending", "+6281234567890", layers={"dukcapil": "passed"})),
    }[purpose]
    entry = (
        WaitingEntry.model_validate(entry_of(state))
        if purpose == "email"
        else PhoneEntry.model_validate(entry_of(state) | {"channel": 0, "dukcapil": "passed"})
    )
    open_challenge(
        given.registrations,
        given.codes,
        entry=entry,
        registration=given.registration,
        opening=opening,
        policy=default().email if purpose == "email" else default().otp,
    )


def _check_nik(given: Table) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layer_2, "Registrations", lambda _: given.registrations)
        patch.setattr(layer_2, "claim_key", lambda *_: "nik#00")
        patch.setattr(layer_2, "owner", lambda *_: None)
        entry = Entry.model_validate({key: value for key, value in entry_of("CheckNik").items() if key != "task_token"})
        layer_2.check(entry, NikSettings(table_name="registrations", claims_key_id="claims"))


def _refused_once(given: Table, writes: str, change: Callable[[], object]) -> None:
    """Make a change whose first write is refused."""
    update = given.recorder.update_item

    def refusing(**request: Json) -> None:
        update(**request)
        if writes in request["UpdateExpression"]:
            raise _RefusedError

    with patch.object(Recorder, "update_item", lambda _, **request: refusing(**request)):
        change()


def _repair(given: Table, repair: Repair) -> None:
    client: Any = given.recorder
    item = given.recorder.item | {"created_at": NOW, "updated_at": NOW, "shard": "r"}
    Tables("registrations", "control", client=lambda: client).repair(open_registration(item), repair, NOW)


OF_THE_CODE = stored(
    secret_of("000000", "r", "VerifyEmail@before", key_id="sessions", kms=table("none").codes.client())
)
BEGINNING = {"email": "a@example.com", "locale": "id", "consent": {"version": "1", "accepted": True}}
CHANGES: dict[str, tuple[Table, Callable[[Table], object]]] = {
    "begin": (table("none"), lambda given: given.steps.begin(Beginning.model_validate(BEGINNING), None)),
    "confirm email": (table("VerifyEmail"), lambda given: given.steps.confirm_email("r", "000000", None)),
    "confirm phone": (
        table("VerifyPhone"),
        lambda given: given.steps.confirm_phone(given.registration, "000000"),
    ),
    "wrong code": (table("VerifyPhone", code_fits=False), _wrong_code),
    "last wrong code": (table("VerifyPhone", code_fits=False, guesses=3), _wrong_code),
    "code in an outage of KMS": (table("VerifyPhone", kms_up=False), _code_in_an_outage),
    "change an address that mail was not sent to": (
        table("VerifyEmail", challenge={**CHALLENGE, "entry_id": "VerifyEmail@now", "delivery": "failed"}),
        lambda given: given.steps.change_email(given.registration, "b@example.com"),
    ),
    "confirm email where the session is held": (
        table("VerifyEmail", sessions={stored("secret")}),
        lambda given: given.steps.confirm_email("r", "000000", "Bearer secret"),
    ),
    "the code again, where it was confirmed": (
        table("AwaitDetails", confirmed=CONFIRMED, sessions={OF_THE_CODE}),
        _code_again,
    ),
    "resend email": (table("VerifyEmail"), lambda given: given.steps.resend_email(given.registration)),
    "resend phone": (table("VerifyPhone"), lambda given: given.steps.resend_phone(given.registration, None)),
    "resend phone elsewhere": (
        table("VerifyPhone"),
        lambda given: given.steps.resend_phone(given.registration, "whatsapp"),
    ),
    "resend phone when nothing is left and the last code is dead": (
        table(
            "VerifyPhone", challenge=CHALLENGE | {"entry_id": "VerifyPhone@now", "resends_left": 0, "expires_at": NOW}
        ),
        lambda given: given.steps.resend_phone(given.registration, None),
    ),
    "change email": (
        table("VerifyEmail"),
        lambda given: given.steps.change_email(given.registration, "b@example.com"),
    ),
    "change phone": (
        table("VerifyPhone"),
        lambda given: given.steps.change_phone(given.registration, "+6281234567891"),
    ),
    "submit details": (
        table("AwaitDetails"),
        lambda given: given.steps.submit_details(given.registration, _details("+6281234567890")),
    ),
    "submit details with another phone": (
        table("AwaitDetails", layers={"otp": {"state": "passed"}}, details=models.stored(_details("+6281234567890"))),
        lambda given: given.steps.submit_details(given.registration, _details("+6281234567891")),
    ),
    "withdraw": (table("AwaitDetails"), lambda given: given.steps.withdraw(given.registration)),
    "withdraw when verified": (
        table("none", status="verified", claim="nik#00"),
        lambda given: given.steps.withdraw(given.registration),
    ),
    "open a mail's challenge": (table("none", challenge=None), lambda given: _open(given, "email")),
    "open an OTP's challenge": (table("none", challenge=None), lambda given: _open(given, "phone")),
    "keep the token of a retry": (table("VerifyEmail"), lambda given: _open(given, "email")),
    "mark undelivered": (
        table("VerifyEmail"),
        lambda given: mark_undelivered(
            given.registrations, WaitingEntry.model_validate(entry_of("VerifyEmail")), "email"
        ),
    ),
    "call back whoever had left": (
        table("VerifyPhone"),
        lambda given: call_back(given.registrations, WaitingEntry.model_validate(entry_of("VerifyPhone"))),
    ),
    "wake a later try to send": (
        table("VerifyEmail"),
        lambda given: _refused_once(
            given,
            "REMOVE waiting",
            lambda: mark_undelivered(
                given.registrations, WaitingEntry.model_validate(entry_of("VerifyEmail")), "email"
            ),
        ),
    ),
    "hand a late answer on to the reminder's entry": (
        table("VerifyEmail", answer={"entry_id": "VerifyEmail@now", "kind": "confirmed"}),
        lambda given: hand_on_answer(
            given.registrations,
            given.registration,
            EmailEntry.model_validate(entry_of("VerifyEmail") | {"entry_id": "VerifyEmail@then", "reminding": True}),
        ),
    ),
    "check the NIK": (table("none", details=models.stored(_details("+6281234567890"))), _check_nik),
    "record the register's verdict": (
        table("none"),
        lambda given: given.registrations.record_outcome(
            Entry.model_validate(entry_of("MatchDukcapil")), "dukcapil", Outcome(Verdict.PASSED)
        ),
    ),
    "settle from the backlog": (
        table("none"),
        lambda given: backlog_answer(
            given.registrations,
            WaitingEntry.model_validate(entry_of("QueueDukcapil")),
            Outcome(Verdict.PASSED),
            "p",
        ),
    ),
    "ask an operator from the backlog": (
        table("none"),
        lambda given: backlog_answer(
            given.registrations, WaitingEntry.model_validate(entry_of("QueueDukcapil")), ASK_AN_OPERATOR, "p"
        ),
    ),
    "wait at an address that refuses mail": (
        table("VerifyEmail"),
        lambda given: wait_without_mail(given.registrations, EmailEntry.model_validate(entry_of("VerifyEmail"))),
    ),
    "decide a case": (
        table("ManualReview", status="in_review", case_since=NOW),
        lambda given: Reviews(given.registrations).decide(
            given.registration,
            Deciding(question=entry_of("ManualReview")["entry_id"], decision="correct", note="KTP dilihat."),
            "operator",
        ),
    ),
    "dispute": (
        table("none", status="rejected", reason="duplicate"),
        lambda given: given.registrations.dispute(given.registration, "Itu NIK saya.", NOW),
    ),
    "dispute again": (
        table("none", status="rejected", reason="duplicate", execution="r-2"),
        lambda given: given.registrations.dispute(given.registration, None, NOW),
    ),
    "nudge": (table("none"), lambda given: _repair(given, Repair.START)),
    "remind": (table("AwaitDetails"), lambda given: _repair(given, Repair.REMIND)),
    "let another execution take over": (table("none"), lambda given: _repair(given, Repair.EXECUTION)),
    "tell who has done all": (
        table("none", status="phone_pending"),
        lambda given: backlog.tell_who_has_done_all(given.registrations, given.registration),
    ),
    "tell that the register is down": (
        table("none"),
        lambda given: match.tell(given.registrations, given.registration),
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_dynamodb_takes_the_expressions_of_the_code(name: str) -> None:
    """Names, values and places are as DynamoDB wants them, in every write that the code makes."""
    given, change = CHANGES[name]
    change(given)
    writes = [write_of(request) for request in given.recorder.requests]
    assert any(write.text.strip() for write in writes)
    for write in writes:
        assert_dynamodb_takes(write)


def test_every_expression_of_the_code_is_among_the_changes() -> None:
    """A new write needs a line in the table of changes."""
    for name, (given, change) in CHANGES.items():
        if not given.recorder.requests:
            change(given)
        assert given.recorder.requests, name
    made = " ".join(write_of(each).text for given, _ in CHANGES.values() for each in given.recorder.requests)
    for file, found in EXPRESSIONS.items():
        for text in () if file in ELSEWHERE else found:
            pieces = [piece.strip(" ,") for piece in re.split(rf":?{FILLED_IN}|(?= REMOVE )", text)]
            assert all(piece in made for piece in pieces), text
