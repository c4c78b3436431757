"""A beginning that is sent again, for a double click or a lost answer, begins nothing new."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from functions.registration import models
from functions.registration.problems import Problem
from functions.shared.settings import environment_of
from local.stack import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.api import HttpAnswer
    from local.stack import LocalStack
    from tests.api.conftest import Bench

REGISTRATIONS = "/v1/registrations"
PARALLEL = 20


@pytest.fixture
def email() -> str:
    """A mailbox that nobody else uses."""
    return f"{uuid4().hex}@contoh.example"


@pytest.fixture
def begin(stack: LocalStack) -> Iterator[Callable[..., HttpAnswer]]:
    """Begins registrations, and withdraws them in the end."""
    begun: dict[str, str] = {}

    def send(email: str, key: str | None, changed: dict[str, Any] | None = None) -> HttpAnswer:
        body = {"email": email, "locale": "id", "consent": {"version": "2026-11", "accepted": True}} | (changed or {})
        answer = stack.http("POST", REGISTRATIONS, {} if key is None else {"Idempotency-Key": key}, body)
        if answer.status == 201:
            begun[answer.json()["id"]] = answer.json()["session_secret"]
        return answer

    yield send
    for registration_id, secret in begun.items():
        stack.http("DELETE", f"{REGISTRATIONS}/{registration_id}", {"Authorization": f"Bearer {secret}"})


def _of(stack: LocalStack, email: str) -> list[dict[str, Any]]:
    return [item for item in stack.items() if item.get("email") == email]


def test_c20_given_the_same_key_and_body_when_sent_again_then_one_answer_one_registration_one_mail(
    stack: LocalStack, begin: Callable[..., HttpAnswer], email: str
) -> None:
    """The second answer is the first, before and after the mail went out; its secret works; one mail is sent."""
    key = str(uuid4())
    first = begin(email, key)
    second = begin(email, key)
    assert until(lambda: stack.inbox(email))
    third = begin(email, key)
    assert first.status == 201
    assert (first.status, first.headers, first.body) == (second.status, second.headers, second.body)
    assert (first.status, first.headers, first.body) == (third.status, third.headers, third.body)
    assert first.header("Location") == f"{REGISTRATIONS}/{first.json()['id']}"
    secret = {"Authorization": f"Bearer {third.json()['session_secret']}"}
    assert stack.http("GET", first.header("Location") or "", secret).status == 200
    assert [item["id"] for item in _of(stack, email)] == [first.json()["id"]]
    assert len(stack.inbox(email)) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"email": "orang.lain@contoh.example"},
        {"locale": "en"},
        {"consent": {"version": "2026-12", "accepted": True}},
    ],
    ids=["email", "locale", "consent"],
)
def test_c20_given_the_same_key_when_sent_with_another_body_then_422(
    stack: LocalStack, begin: Callable[..., HttpAnswer], email: str, changed: dict[str, Any]
) -> None:
    """A key belongs to what it was sent with; another body gets neither the answer nor a registration."""
    key = str(uuid4())
    first = begin(email, key)
    before = (stack.item(first.json()["id"]) or {})["begun_with"]
    refused = begin(email, key, changed)
    assert (refused.status, refused.json()["code"]) == (422, "idempotency_key_reused")
    assert first.json()["session_secret"] not in refused.body
    assert first.json()["id"] not in refused.body
    assert (stack.item(first.json()["id"]) or {})["begun_with"] == before
    assert not _of(stack, "orang.lain@contoh.example")
    assert begin(email, key).body == first.body


def test_c20_given_the_same_body_in_another_spelling_when_sent_again_then_it_is_the_same(
    begin: Callable[..., HttpAnswer], email: str
) -> None:
    """What is compared is what was understood, not how it was written."""
    key = str(uuid4())
    user, _, domain = email.partition("@")
    assert begin(email, key).body == begin(f"  {user}@{domain.upper()} ", key).body


def test_c20_given_other_keys_or_none_when_sent_then_each_begins_a_registration(
    stack: LocalStack, begin: Callable[..., HttpAnswer], email: str
) -> None:
    """Without the same key two beginnings are two registrations."""
    answers = [begin(email, key) for key in ("kunci-a", "kunci-A", None, None)]
    assert [answer.status for answer in answers] == [201] * 4
    assert len({answer.json()["id"] for answer in answers}) == len(_of(stack, email)) == 4


@pytest.mark.parametrize("key", ["", " ", "two words", "tab\there", "kunci-é", "k" * 256, "line\nbreak", "\u0000"])
def test_c20_given_a_key_that_is_none_when_sent_then_422(
    stack: LocalStack, begin: Callable[..., HttpAnswer], email: str, key: str
) -> None:
    """A key is 1 to 255 visible ASCII characters; another one is refused and not quoted."""
    refused = begin(email, key)
    assert (refused.status, refused.json()["code"]) == (422, "invalid_request")
    assert "idempotency-key" in refused.json()["errors"][0]["pointer"].lower()
    assert len(key) < 5 or key not in refused.body
    assert not _of(stack, email)


@pytest.mark.parametrize("key", ["!", "~" * 255])
def test_c20_given_the_shortest_and_the_longest_key_when_sent_then_they_are_taken(
    begin: Callable[..., HttpAnswer], email: str, key: str
) -> None:
    """1 and 255 characters are keys."""
    assert begin(email, key[:-1] + "!").status == 201


def test_c20_given_identical_beginnings_at_once_when_sent_then_one_registration(bench: Bench, email: str) -> None:
    """However many clicks arrive at the same moment, all get the same answer and one registration is made."""
    beginning = models.Beginning.model_validate({"email": email, "consent": {"version": "1", "accepted": True}})
    together = Barrier(PARALLEL)
    key = str(uuid4())

    def send(_: int) -> models.Begun:
        with environment_of(bench.environment):
            together.wait()
            return bench.steps.begin(beginning, key)

    with ThreadPoolExecutor(PARALLEL) as pool:
        begun = list(pool.map(send, range(PARALLEL)))
    assert len({each.model_dump_json() for each in begun}) == 1
    assert [item["id"] for item in bench.items()] == [begun[0].id]


def test_c20_given_one_key_with_many_bodies_at_once_when_sent_then_one_is_taken(bench: Bench, email: str) -> None:
    """Of different bodies with one key the first is taken, and all others are refused."""
    together = Barrier(PARALLEL)
    key = str(uuid4())

    def send(number: int) -> str:
        body = {"email": f"{number}.{email}", "consent": {"version": "1", "accepted": True}}
        with environment_of(bench.environment):
            together.wait()
            try:
                return bench.steps.begin(models.Beginning.model_validate(body), key).status
            except Problem as problem:
                return problem.code

    with ThreadPoolExecutor(PARALLEL) as pool:
        ends = sorted(pool.map(send, range(PARALLEL)))
    assert ends == ["idempotency_key_reused"] * (PARALLEL - 1) + ["queued"]
    assert len(bench.items()) == 1


def test_c20_given_a_key_when_the_table_is_searched_then_it_is_not_in_it(
    stack: LocalStack, begin: Callable[..., HttpAnswer], email: str
) -> None:
    """Whoever holds a key can have the secret again, so the key is stored nowhere."""
    key = str(uuid4())
    assert begin(email, key).status == 201
    assert key not in repr(stack.items())
