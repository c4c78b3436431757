"""Who may see and change a registration: whoever holds one of its session secrets, and nobody else."""

from __future__ import annotations

import re
import time
from base64 import urlsafe_b64decode
from hashlib import sha256
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID, uuid4

import pytest
from moto.dynamodb.exceptions import MockValidationException
from moto.dynamodb.models import DynamoDBBackend

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.api import HttpAnswer
    from local.stack import LocalStack
    from tests.api.conftest import State, Still, Walker

REGISTRATIONS = "/v1/registrations"
DETAILS = {
    "nik": "3171014508859001",
    "full_name": "Kemala Padi Emas",
    "birth_date": "1985-08-05",
    "sex": "female",
    "phone": "081234567890",
}


class Route(NamedTuple):
    """A route, the state in which it is expected, and its status there."""

    method: str
    path: str
    body: Any
    state: State
    status: int


ROUTES = (
    Route("GET", "", None, "VerifyEmail", 200),
    Route("DELETE", "", None, "VerifyEmail", 204),
    Route("POST", "/email/resend", None, "VerifyEmail", 202),
    Route("PUT", "/email", {"email": "lain@contoh.example"}, "VerifyEmail", 202),
    Route("PUT", "/details", DETAILS, "AwaitDetails", 202),
    Route("POST", "/phone/confirmation", {"code": "072946"}, "VerifyPhone", 200),
    Route("POST", "/phone/resend", {"channel": "whatsapp"}, "VerifyPhone", 202),
    Route("POST", "/phone/resend", None, "VerifyPhone", 202),
    Route("PUT", "/phone", {"phone": "081234567891"}, "VerifyPhone", 202),
)
OF_ROUTE = pytest.mark.parametrize("route", ROUTES, ids=[f"{each.method} {each.path} {each.body}" for each in ROUTES])


def _strangers(foreign: Still) -> dict[str, dict[str, str]]:
    """Headers of whoever holds no secret of the registration that is called."""
    good = foreign.secret
    return {
        "no header": {},
        "empty": {"Authorization": ""},
        "scheme alone": {"Authorization": "Bearer"},
        "empty secret": {"Authorization": "Bearer "},
        "another's secret": {"Authorization": f"Bearer {good}"},
        "random secret": {"Authorization": f"Bearer {token_urlsafe(32)}"},
        "as it is stored": {"Authorization": f"Bearer {sha256(good.encode()).hexdigest()}"},
        "no text of ours": {"Authorization": "Bearer \u00ff\u0000\u20ac"},
        "long": {"Authorization": "Bearer " + "a" * 8000},
    }


def _seen(answer: HttpAnswer) -> str:
    """All that can be seen of an answer, but the date."""
    return repr((answer.status, [pair for pair in answer.headers if pair[0] != "Date"], answer.body))


@OF_ROUTE
def test_c13_given_a_route_when_called_with_and_without_the_secret_then_only_the_secret_opens_it(
    still: Callable[..., Still], route: Route
) -> None:
    """Every route refuses whoever holds no secret of this registration, changes nothing, and serves who does."""
    place, foreign = still(route.state), still(route.state)
    before = place.item
    wrong = [*_strangers(foreign).values(), {"Authorization": f"Basic {place.secret}"}, {"Authorization": place.secret}]
    wrong += [{"Authorization": f"Bearer {place.secret[:-2]}"}, {"Authorization": f"Bearer {place.secret}a"}]
    for headers in wrong:
        answer = place.stack.http(route.method, f"{REGISTRATIONS}/{place.id}{route.path}", headers, route.body)
        assert (answer.status, answer.json()["code"]) == (404, "registration_not_found"), headers
        assert place.item == before
    assert place.call(route.method, route.path, route.body).status == route.status


@OF_ROUTE
def test_c14_given_an_unknown_id_when_called_then_it_looks_like_a_foreign_one(
    still: Callable[..., Still], route: Route
) -> None:
    """Unknown id, foreign id, wrong secret and no header are answered alike, byte for byte."""
    place, foreign = still(route.state), still(route.state)
    ids = (place.id, str(uuid4()), f"wait%23{place.id}", place.id[:-1])
    answers = {
        _seen(place.stack.http(route.method, f"{REGISTRATIONS}/{each}{route.path}", headers, route.body))
        for each in ids
        for headers in _strangers(foreign).values()
    }
    assert len(answers) == 1
    assert str(place.id) not in answers.pop()


@pytest.mark.parametrize("length", [2048, 2049, 4000])
def test_c14_given_an_id_longer_than_a_key_can_be_when_called_then_it_is_unknown_like_any_other(
    stack: LocalStack, monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    """DynamoDB refuses a key of more than 2048 bytes, which moto does not; that is no outage of ours."""
    get_item = DynamoDBBackend.get_item

    def as_aws_does(self: DynamoDBBackend, table_name: str, key: dict[str, dict[str, str]], *more: Any) -> Any:  # noqa: ANN401 (moto's)
        if any(len(value["S"].encode()) > 2048 for value in key.values()):
            raise MockValidationException("Size of hashkey has exceeded the maximum size limit of 2048 bytes")
        return get_item(self, table_name, key, *more)

    monkeypatch.setattr(DynamoDBBackend, "get_item", as_aws_does)
    unknown = {_seen(stack.http(each.method, f"{REGISTRATIONS}/x{each.path}", {}, each.body)) for each in ROUTES}
    long = {
        _seen(stack.http(each.method, f"{REGISTRATIONS}/{'a' * length}{each.path}", {}, each.body)) for each in ROUTES
    }
    assert long == unknown
    code = {"code": "123456"}
    typed = [stack.http("POST", f"{REGISTRATIONS}/{each}/email/confirmation", {}, code) for each in ("x", "a" * length)]
    assert _seen(typed[0]) == _seen(typed[1])


@pytest.mark.parametrize("state", ["VerifyEmail", "AwaitDetails", "VerifyPhone", "ManualReview"])
def test_c14_given_no_session_when_a_code_is_typed_then_unknown_id_and_wrong_code_look_alike(
    still: Callable[..., Still], state: State
) -> None:
    """Without a session a refusal tells neither whether the id exists, nor the step, nor how many guesses are left."""
    place, foreign = still(state), still("VerifyEmail")
    ended = still(None, status="verified")
    used_up = still("VerifyEmail", guesses={"email": 5})
    too_late = still("VerifyEmail", challenge={"expires_at": 1})
    ids = (place.id, ended.id, used_up.id, too_late.id, str(uuid4()))
    answers = {
        _seen(place.stack.http("POST", f"{REGISTRATIONS}/{each}/email/confirmation", headers, {"code": "999999"}))
        for each in ids
        for headers in _strangers(foreign).values()
    }
    assert len(answers) == 1
    assert "code_not_accepted" in answers.pop()


def test_given_a_session_when_a_wrong_email_code_is_typed_then_its_owner_learns_how_many_are_left(
    still: Callable[..., Still],
) -> None:
    """Whoever holds the session is told what is the matter."""
    place = still("VerifyEmail")
    answer = place.call("POST", "/email/confirmation", {"code": place.wrong_code})
    assert (answer.status, answer.json()["code"], answer.json()["attempts_left"]) == (422, "code_wrong", 4)


def test_given_another_device_when_the_code_alone_is_typed_then_its_secret_is_the_only_one(
    walker: Walker,
) -> None:
    """Whoever began with somebody else's address has no part in what its owner goes on with."""
    first = walker.secret
    walker.await_that(expects="email_code")
    code = walker.newest_code(walker.email)
    path = f"{REGISTRATIONS}/{walker.id}"
    confirmed = walker.stack.http("POST", f"{path}/email/confirmation", {}, {"code": code})
    second = confirmed.json()["session_secret"]
    assert confirmed.status == 200
    assert second != first
    assert walker.stack.http("GET", path, {"Authorization": f"Bearer {second}"}).status == 200
    assert walker.stack.http("GET", path, {"Authorization": f"bearer {second}"}).status == 200
    assert walker.stack.http("GET", path, {"Authorization": f"Bearer {first}"}).status == 404
    walker.secret = second
    assert walker.submit()[0] == 202
    again = walker.stack.http("POST", f"{path}/email/confirmation", {}, {"code": code})
    assert (again.status, again.json()["code"]) == (422, "code_not_accepted")


def test_given_the_device_that_began_when_the_code_is_typed_there_then_both_its_secrets_hold(walker: Walker) -> None:
    """An answer that is lost on a slow line locks nobody out."""
    first = walker.secret
    walker.confirm_email()
    assert walker.secret != first
    for secret in (first, walker.secret):
        path = f"{REGISTRATIONS}/{walker.id}"
        assert walker.stack.http("GET", path, {"Authorization": f"Bearer {secret}"}).status == 200


def test_c13_given_registrations_when_the_table_is_searched_then_no_secret_is_in_it(walker: Walker) -> None:
    """Secrets stand in the table only as SHA-256, ids and secrets are long enough not to be guessed."""
    secrets = [walker.secret]
    walker.confirm_email()
    secrets.append(walker.secret)
    table = repr(walker.stack.items())
    for secret in secrets:
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", secret)
        assert len(urlsafe_b64decode(secret + "=")) == 32  # 256 bits
        assert secret not in table
        assert urlsafe_b64decode(secret + "=").hex() not in table
        assert sha256(secret.encode()).hexdigest() in table
    assert UUID(walker.id).version == 4
    assert len(set(secrets)) == 2


@pytest.mark.parametrize("key", [None, "a-key-of-this-test"])
def test_c13_given_many_beginnings_when_compared_then_ids_and_secrets_are_all_different(
    stack: LocalStack, key: str | None
) -> None:
    """With and without a key, neither id nor secret ever comes twice or follows from another."""
    seen: set[str] = set()
    for number in range(5):
        body = {"email": f"c13-{number}@contoh.example", "consent": {"version": "1", "accepted": True}}
        headers = {"Idempotency-Key": f"{key}-{time.time_ns()}"} if key else {}
        begun = stack.http("POST", REGISTRATIONS, headers, body).json()
        secret = {"Authorization": f"Bearer {begun['session_secret']}"}
        assert begun["session_secret"] not in str(stack.items())
        stack.http("DELETE", f"{REGISTRATIONS}/{begun['id']}", secret)
        seen |= {begun["id"], begun["session_secret"]}
    assert len(seen) == 10


def test_given_a_withdrawn_registration_when_read_by_a_stranger_then_it_is_unknown_as_before(
    still: Callable[..., Still],
) -> None:
    """Withdrawal does not open what is left of a registration to anybody."""
    place = still("VerifyEmail")
    place.call("DELETE")
    assert place.item["status"] == "withdrawn"
    path = f"{REGISTRATIONS}/{place.id}"
    assert place.stack.http("GET", path).status == 404
    assert place.stack.http("GET", path, {"Authorization": "Bearer nobody"}).status == 404
